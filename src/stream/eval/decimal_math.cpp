#include "stream/eval/decimal_math.h"

#include <algorithm>

#include <boost/multiprecision/cpp_int.hpp>

#include "data/decimal.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::Int128;
using Wide = boost::multiprecision::int512_t;

Wide wide_power(int n) { return boost::multiprecision::pow(Wide(10), static_cast<unsigned>(n)); }

/// numerator / denominator, HALF_UP.
Wide rounded(const Wide& numerator, const Wide& denominator) {
  Wide quotient, rest;
  boost::multiprecision::divide_qr(numerator, denominator, quotient, rest);
  if (boost::multiprecision::abs(rest) * 2 >= boost::multiprecision::abs(denominator))
    quotient += (numerator < 0) == (denominator < 0) ? 1 : -1;
  return quotient;
}

std::optional<Int128> fitted(const Wide& value, const DataType& type) {
  if (boost::multiprecision::abs(value) >= wide_power(std::min(type.precision(), data::decimal_digits_max)))
    return std::nullopt;
  return static_cast<Int128>(value);
}

std::optional<Int128> fitted(const Wide& value, int scale, const DataType& type) {
  if (type.scale() >= scale) return fitted(value * wide_power(type.scale() - scale), type);
  return fitted(rounded(value, wide_power(scale - type.scale())), type);
}

std::optional<Int128> sum(DecimalValue a, DecimalValue b, const DataType& type) {
  const int scale = std::max(a.scale, b.scale);
  Int128 left = 0, right = 0, total = 0;
  if (!__builtin_mul_overflow(a.unscaled, data::power_of_ten(scale - a.scale), &left) &&
      !__builtin_mul_overflow(b.unscaled, data::power_of_ten(scale - b.scale), &right) &&
      !__builtin_add_overflow(left, right, &total))
    return data::rescale(total, scale, type.scale(), type.precision());
  return fitted(Wide(a.unscaled) * wide_power(scale - a.scale) + Wide(b.unscaled) * wide_power(scale - b.scale), scale,
                type);
}

}  // namespace

std::optional<Int128> add_decimals(DecimalValue a, DecimalValue b, const DataType& type) { return sum(a, b, type); }

std::optional<Int128> subtract_decimals(DecimalValue a, DecimalValue b, const DataType& type) {
  return sum(a, {-b.unscaled, b.scale}, type);
}

std::optional<Int128> multiply_decimals(DecimalValue a, DecimalValue b, const DataType& type) {
  Int128 product = 0;
  if (!__builtin_mul_overflow(a.unscaled, b.unscaled, &product))
    return data::rescale(product, a.scale + b.scale, type.scale(), type.precision());
  return fitted(Wide(a.unscaled) * Wide(b.unscaled), a.scale + b.scale, type);
}

std::optional<Int128> divide_decimals(DecimalValue a, DecimalValue b, const DataType& type) {
  const int up = type.scale() + b.scale - a.scale;
  if (up >= 0) return fitted(rounded(Wide(a.unscaled) * wide_power(up), Wide(b.unscaled)), type);
  return fitted(rounded(Wide(a.unscaled), Wide(b.unscaled) * wide_power(-up)), type);
}

std::optional<Int128> remainder_of_decimals(DecimalValue a, DecimalValue b, const DataType& type) {
  const int scale = std::max(a.scale, b.scale);
  const Wide left = Wide(a.unscaled) * wide_power(scale - a.scale);
  const Wide right = Wide(b.unscaled) * wide_power(scale - b.scale);
  return fitted(left % right, scale, type);
}

}  // namespace azud::stream
