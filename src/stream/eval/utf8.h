#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace azud::stream {

/// Characters (code points). Bytes that are no UTF-8 count as a character each that starts one.
std::size_t utf8_length(std::string_view text);
/// Where character `index` begins; the size of the text if it has no more than that many.
std::size_t utf8_offset(std::string_view text, std::size_t index);
/// The character that begins at `at`, and `at` moved after it. A byte that begins none is U+FFFD.
uint32_t utf8_next(std::string_view text, std::size_t& at);
void utf8_append(std::string& out, uint32_t character);
/// Bytes of the character that `lead` begins.
inline std::size_t utf8_width(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}
inline bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return bits < 0x80;
}

}  // namespace azud::stream
