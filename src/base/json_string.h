#pragma once

#include <string>
#include <string_view>

namespace azud {

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 are passed on as they are.
void append_json_string(std::string& out, std::string_view text);

}  // namespace azud
