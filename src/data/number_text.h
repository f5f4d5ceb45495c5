#pragma once

#include <string>

namespace azud::data {

/// As Java's Double.toString and Float.toString (JDK 19 and later: the shortest digits): "1.0", "1.0E10", "NaN",
/// "-Infinity".
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);

}  // namespace azud::data
