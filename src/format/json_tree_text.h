#pragma once

#include <string>
#include <string_view>

namespace azud::format {

/// How Flink's json format gives an object or array to a STRING column: parsed and written again. No spaces; of a key
/// that comes twice the last value, in the first one's place; numbers with a point or exponent as Java writes a double.
/// `raw` is the value's text, brackets included. False, with `why` set, if it is no JSON or nested deeper than 200
/// levels.
bool append_json_tree(std::string_view raw, std::string& out, std::string& why);

}  // namespace azud::format
