#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/type.h"

namespace azud::data {

inline constexpr int decimal_digits_max = 38;

/// 10^n for n from 0 to 38.
Int128 power_of_ten(int n);
/// Whether |unscaled| has at most `precision` digits.
bool fits_precision(Int128 unscaled, int precision);
/// The value with `to` fractional digits instead of `from`, rounded HALF_UP; nothing if it needs more than `precision`
/// digits.
std::optional<Int128> rescale(Int128 unscaled, int from, int to, int precision);

/// "12.5", "-1e3", "+.5": rounded HALF_UP to the scale; nothing if it is no number or needs more digits. No spaces.
std::optional<Int128> parse_decimal(std::string_view text, int precision, int scale);
/// By way of the shortest text of the double, as Java's BigDecimal.valueOf.
std::optional<Int128> decimal_of(double value, int precision, int scale);
double to_double(Int128 unscaled, int scale);

/// Never with an exponent: "0.00000012".
void append_decimal(std::string& out, Int128 unscaled, int scale);
/// With an exponent where Java's BigDecimal.toString has one: "1.2E-7".
void append_decimal_scientific(std::string& out, Int128 unscaled, int scale);

}  // namespace azud::data
