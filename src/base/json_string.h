#pragma once

#include <string>
#include <string_view>

namespace azud {

/// What JSON writes after a backslash for characters that have such a letter: 'n', '"'; 0 for all others.
constexpr char json_escape_letter(char c) {
  switch (c) {
    case '"':
    case '\\': return c;
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 are passed on as they are.
void append_json_string(std::string& out, std::string_view text);

}  // namespace azud
