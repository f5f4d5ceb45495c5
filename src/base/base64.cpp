#include "base/base64.h"

#include <array>
#include <cstdint>

namespace azud {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> values = [] {
  std::array<int8_t, 256> out{};
  out.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<int8_t>(i);
  return out;
}();

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  const auto byte = [&](std::size_t i) -> uint32_t { return i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0U; };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    out += alphabet[bits >> 18];
    out += alphabet[bits >> 12 & 63];
    out += i + 1 < bytes.size() ? alphabet[bits >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? alphabet[bits & 63] : '=';
  }
}

bool read_base64(std::string_view text, std::string& out) {
  out.clear();
  uint32_t bits = 0;
  int have = 0, padding = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ') continue;
    if (c == '=') {
      if (have + padding < 2 || have + padding >= 4) return false;
      ++padding;
      continue;
    }
    const int8_t value = values[static_cast<unsigned char>(c)];
    if (value < 0 || padding != 0) return false;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++have == 4) {
      out += {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8), static_cast<char>(bits)};
      bits = 0;
      have = 0;
    }
  }
  if (have == 0) return padding == 0;
  if (have + padding != 4) return false;
  out += static_cast<char>(bits >> (have == 3 ? 10 : 4));
  if (have == 3) out += static_cast<char>(bits >> 2);
  return true;
}

}  // namespace azud
