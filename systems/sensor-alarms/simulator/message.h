#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "systems/sensor-alarms/simulator/process.h"

namespace azud::sensor_alarms {

/// How a reading is written: `42959,true,false,25,30`, the original document's braces, or JSON (SPECIFICATION.md
/// section 3).
enum class Form : uint8_t { csv, brace, json };

/// `csv`, `brace` or `json`; anything else is Code::invalid.
Result<Form> parse_form(std::string_view name);

/// Appends the reading in the form to `out`.
void append_message(const Reading& reading, Form form, std::string& out);

}  // namespace azud::sensor_alarms
