#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::size_t utf8_length(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += is_continuation(c) ? 0 : 1;
  return count;
}

std::size_t utf8_offset(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (is_continuation(text[at])) continue;
    if (index-- == 0) return at;
  }
  return text.size();
}

uint32_t utf8_next(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t width = utf8_width(text[at]);
  if (width == 1) return static_cast<unsigned char>(text[at++]);
  if (at + width > text.size() || (lead & 0xC0) == 0x80) {
    ++at;
    return 0xFFFD;
  }
  uint32_t character = lead & (0xFFU >> (width + 1));
  for (std::size_t i = 1; i < width; ++i) {
    if (!is_continuation(text[at + i])) {
      ++at;
      return 0xFFFD;
    }
    character = character << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  at += width;
  return character;
}

void utf8_append(std::string& out, uint32_t character) {
  const auto put = [&out](uint32_t byte) { out += static_cast<char>(byte); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xC0 | character >> 6);
    put(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    put(0xE0 | character >> 12);
    put(0x80 | (character >> 6 & 0x3F));
    put(0x80 | (character & 0x3F));
  } else {
    put(0xF0 | character >> 18);
    put(0x80 | (character >> 12 & 0x3F));
    put(0x80 | (character >> 6 & 0x3F));
    put(0x80 | (character & 0x3F));
  }
}

}  // namespace azud::stream
