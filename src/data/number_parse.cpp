#include "data/number_parse.h"

#include <cstdlib>
#include <limits>
#include <string>

namespace azud::data {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What std::from_chars gives back as out of range: infinity or zero, as strtod says.
template <class T>
T out_of_range(std::string_view digits) {
  const std::string text(digits);
  if constexpr (sizeof(T) == sizeof(float))
    return std::strtof(text.c_str(), nullptr);
  else
    return std::strtod(text.c_str(), nullptr);
}

template <class T>
bool parse_digits(std::string_view text, std::chars_format format, T& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, format);
  if (stop != text.data() + text.size()) return false;
  if (error == std::errc()) return true;
  if (error != std::errc::result_out_of_range) return false;
  value = format == std::chars_format::hex ? out_of_range<T>("0x" + std::string(text)) : out_of_range<T>(text);
  return true;
}

template <class T>
bool parse_magnitude(std::string_view text, T& value) {
  if (text.empty()) return false;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    const std::string_view digits = text.substr(2);
    return digits.find_first_of("pP") != std::string_view::npos && digits.front() != '-' &&
           parse_digits(digits, std::chars_format::hex, value);
  }
  if (is_digit(text.front()) || (text.front() == '.' && text.size() > 1 && is_digit(text[1])))
    return parse_digits(text, std::chars_format::general, value);
  if (text == "NaN")
    value = std::numeric_limits<T>::quiet_NaN();
  else if (text == "Infinity")
    value = std::numeric_limits<T>::infinity();
  else
    return false;
  return true;
}

template <class T>
bool parse_approximate(std::string_view text, T& value) {
  text = trim(text);
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  T parsed{};
  bool ok = parse_magnitude(text, parsed);
  if (!ok && text.size() > 1) {
    const char last = text.back();
    const char before = text[text.size() - 2];
    if ((last == 'd' || last == 'D' || last == 'f' || last == 'F') && (is_digit(before) || before == '.'))
      ok = parse_magnitude(text.substr(0, text.size() - 1), parsed);
  }
  if (ok) value = negative ? -parsed : parsed;
  return ok;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

bool parse_double(std::string_view text, double& value) { return parse_approximate(text, value); }
bool parse_float(std::string_view text, float& value) { return parse_approximate(text, value); }

}  // namespace azud::data
