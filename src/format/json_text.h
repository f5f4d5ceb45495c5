#pragma once

#include <string>
#include <string_view>

namespace azud::format {

/// `text` with quotes and escapes, as Flink's json format writes it: non-ASCII as it is, but code points beyond U+FFFF
/// as two
/// \u escapes; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// The text between two quotes of a JSON string, escapes taken out, appended to `out`. A lone surrogate becomes "?".
/// False for an escape that JSON does not know.
bool unescape_json(std::string_view raw, std::string& out);

/// Whether `text` is a JSON number: no plus, no leading zeros, digits on both sides of a point.
bool is_json_number(std::string_view text);

/// The message with control characters inside strings written as escapes, which JSON demands and Flink does not.
std::string with_escaped_controls(std::string_view message);

/// The bytes up to the end of the first object or array; all of it if that has no end.
std::string_view first_json_value(std::string_view message);

}  // namespace azud::format
