#pragma once

#include <charconv>
#include <concepts>
#include <string_view>

namespace azud::data {

/// Without the spaces and control characters (up to U+0020) at both ends: Java's String.trim.
std::string_view trim(std::string_view text);

/// An optional sign, then digits, nothing else: Java's Integer.parseInt and its kind. False, with `value` untouched,
/// for anything else and for a number that T cannot hold.
template <std::signed_integral T>
bool parse_integer(std::string_view text, T& value) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (begin != end && *begin == '+') {
    ++begin;
    if (begin != end && *begin == '-') return false;
  }
  T parsed{};
  const auto [stop, error] = std::from_chars(begin, end, parsed);
  if (error != std::errc() || stop != end) return false;
  value = parsed;
  return true;
}

/// Java's Double.parseDouble and Float.parseFloat: spaces around, "NaN", "Infinity", hexadecimal digits with an
/// exponent
/// ("0x1p3"), a last d or f; what is too large is infinite.
bool parse_double(std::string_view text, double& value);
bool parse_float(std::string_view text, float& value);

}  // namespace azud::data
