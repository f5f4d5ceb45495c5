#include "data/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace azud::data {
namespace {

constexpr std::array<Int128, decimal_digits_max + 1> powers = [] {
  std::array<Int128, decimal_digits_max + 1> out{};
  out[0] = 1;
  for (int i = 1; i <= decimal_digits_max; ++i) out[i] = out[i - 1] * 10;
  return out;
}();

/// Digits of |value|, without sign or leading zeros; "0" for 0.
std::string_view digits_of(Int128 value, std::array<char, 40>& buffer) {
  UInt128 rest = value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
  std::size_t at = buffer.size();
  do {
    buffer[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  return {buffer.data() + at, buffer.size() - at};
}

struct Scanned {
  std::string digits;    ///< without leading zeros
  int64_t exponent = 0;  ///< the value is digits * 10^exponent
  bool negative = false;
};

bool take_exponent(std::string_view& text, int64_t& exponent) {
  text.remove_prefix(1);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  int given = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), given);
  if (error != std::errc() || given > 100000 || given < -100000) return false;
  exponent += given;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::optional<Scanned> scan(std::string_view text) {
  Scanned out;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  bool point = false, any = false;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (c != '0' || !out.digits.empty()) out.digits += c;
      if (point) --out.exponent;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  if (!any) return std::nullopt;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E') && !take_exponent(text, out.exponent))
    return std::nullopt;
  if (!text.empty()) return std::nullopt;
  return out;
}

}  // namespace

Int128 power_of_ten(int n) {
  AZUD_ASSERT(n >= 0 && n <= decimal_digits_max, "a power of ten fits 38 digits");
  return powers[static_cast<std::size_t>(n)];
}

bool fits_precision(Int128 unscaled, int precision) {
  const Int128 limit = power_of_ten(std::min(precision, decimal_digits_max));
  return unscaled < limit && unscaled > -limit;
}

std::optional<Int128> rescale(Int128 unscaled, int from, int to, int precision) {
  if (to >= from) {
    const int up = to - from;
    if (up > decimal_digits_max) return unscaled == 0 ? std::optional<Int128>(0) : std::nullopt;
    if (__builtin_mul_overflow(unscaled, power_of_ten(up), &unscaled)) return std::nullopt;
  } else {
    const int down = from - to;
    if (down > decimal_digits_max) return Int128(0);
    const Int128 divisor = power_of_ten(down);
    const Int128 rest = unscaled % divisor;
    unscaled /= divisor;
    if (rest >= divisor - rest && rest > 0) ++unscaled;
    if (rest < 0 && -rest >= divisor + rest) --unscaled;
  }
  if (!fits_precision(unscaled, precision)) return std::nullopt;
  return unscaled;
}

std::optional<Int128> parse_decimal(std::string_view text, int precision, int scale) {
  const std::optional<Scanned> scanned = scan(text);
  if (!scanned) return std::nullopt;
  if (scanned->digits.empty()) return Int128(0);
  const auto count = static_cast<int64_t>(scanned->digits.size());
  const int64_t wanted = count + scanned->exponent + scale;  // digits that the result keeps
  if (wanted < 0) return Int128(0);
  if (wanted > decimal_digits_max) return std::nullopt;
  Int128 value = 0;
  for (int64_t i = 0; i < wanted; ++i)
    value = value * 10 + (i < count ? scanned->digits[static_cast<std::size_t>(i)] - '0' : 0);
  if (wanted < count && scanned->digits[static_cast<std::size_t>(wanted)] >= '5') ++value;
  if (!fits_precision(value, precision)) return std::nullopt;
  return scanned->negative ? -value : value;
}

std::optional<Int128> decimal_of(double value, int precision, int scale) {
  if (!std::isfinite(value)) return std::nullopt;
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return parse_decimal({buffer.data(), end.ptr}, precision, scale);
}

double to_double(Int128 unscaled, int scale) {
  if (scale <= 22 && unscaled < (Int128(1) << 53) && unscaled > -(Int128(1) << 53))
    return static_cast<double>(unscaled) / static_cast<double>(power_of_ten(scale));  // both exact: rounded once
  std::string text;
  append_decimal(text, unscaled, scale);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void append_decimal(std::string& out, Int128 unscaled, int scale) {
  std::array<char, 40> buffer;
  const std::string_view digits = digits_of(unscaled, buffer);
  if (unscaled < 0) out += '-';
  if (scale <= 0) {
    out += digits;
  } else if (digits.size() <= static_cast<std::size_t>(scale)) {
    out += "0.";
    out.append(static_cast<std::size_t>(scale) - digits.size(), '0');
    out += digits;
  } else {
    const std::size_t whole = digits.size() - static_cast<std::size_t>(scale);
    out += digits.substr(0, whole);
    out += '.';
    out += digits.substr(whole);
  }
}

void append_decimal_scientific(std::string& out, Int128 unscaled, int scale) {
  std::array<char, 40> buffer;
  const std::string_view digits = digits_of(unscaled, buffer);
  const int exponent = static_cast<int>(digits.size()) - 1 - scale;
  if (exponent >= -6) return append_decimal(out, unscaled, scale);
  if (unscaled < 0) out += '-';
  out += digits.front();
  if (digits.size() > 1) out.append(".").append(digits.substr(1));
  out += "E" + std::to_string(exponent);
}

}  // namespace azud::data
