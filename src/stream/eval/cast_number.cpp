#include <cctype>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "data/decimal.h"
#include "data/number_parse.h"
#include "stream/eval/conversion.h"
#include "stream/eval/convert_column.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::Int128;
using data::Storage;
using data::TypeKind;

bool parse_boolean(std::string_view text, int8_t& value) {
  std::string word(data::trim(text));
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* yes : {"t", "true", "y", "yes", "1"})
    if (word == yes) return value = 1, true;
  for (const char* no : {"f", "false", "n", "no", "0"})
    if (word == no) return value = 0, true;
  return false;
}

/// Java's narrowing of floating point: saturates at INT or BIGINT, then wraps.
template <class To, class From>
To narrowed(From value) {
  using Middle = std::conditional_t<sizeof(To) == 8, int64_t, int32_t>;
  if (std::isnan(value)) return 0;
  if (value >= static_cast<From>(std::numeric_limits<Middle>::max()))
    return static_cast<To>(std::numeric_limits<Middle>::max());
  if (value <= static_cast<From>(std::numeric_limits<Middle>::min()))
    return static_cast<To>(std::numeric_limits<Middle>::min());
  return static_cast<To>(static_cast<Middle>(value));
}

template <class To>
bool parse_into(std::string_view text, To& value) {
  if constexpr (std::is_same_v<To, double>)
    return data::parse_double(text, value);
  else if constexpr (std::is_same_v<To, float>)
    return data::parse_float(text, value);
  else
    return data::parse_integer(data::trim(text), value);
}

/// Text of digits with a fraction is cut to an integer, as Flink does.
template <class To>
bool parse_number(std::string_view text, To& value) {
  if (parse_into(text, value)) return true;
  if constexpr (std::is_integral_v<To>) {
    const std::string_view trimmed = data::trim(text);
    const std::size_t point = trimmed.find('.');
    if (point == std::string_view::npos || point == 0) return false;
    for (const char c : trimmed.substr(point + 1))
      if (c < '0' || c > '9') return false;
    return data::parse_integer(trimmed.substr(0, point), value);
  }
  return false;
}

template <class To>
Conversion to_plain_number(const DataType& from, const DataType& to) {
  const auto as_is = [](auto value) { return static_cast<To>(value); };
  switch (data::storage_of(from.kind())) {
    case Storage::i8: return total_conversion<int8_t, To>(to, as_is);
    case Storage::i16: return total_conversion<int16_t, To>(to, as_is);
    case Storage::i32: return total_conversion<int32_t, To>(to, as_is);
    case Storage::i64: return total_conversion<int64_t, To>(to, as_is);
    case Storage::f32:
      if constexpr (std::is_integral_v<To>)
        return total_conversion<float, To>(to, narrowed<To, float>);
      else
        return total_conversion<float, To>(to, as_is);
    case Storage::f64:
      if constexpr (std::is_integral_v<To>)
        return total_conversion<double, To>(to, narrowed<To, double>);
      else
        return total_conversion<double, To>(to, as_is);
    case Storage::i128: {
      const int scale = from.scale();
      if constexpr (std::is_integral_v<To>)
        return total_conversion<Int128, To>(
            to, [scale](Int128 value) { return static_cast<To>(value / data::power_of_ten(scale)); });
      else
        return total_conversion<Int128, To>(
            to, [scale](Int128 value) { return static_cast<To>(data::to_double(value, scale)); });
    }
    case Storage::text:
      if (!data::is_text(from.kind())) return {};
      return value_conversion<std::string_view, To>(to, parse_number<To>);
    default: return {};
  }
}

/// A value with too many digits is NULL, as all DECIMAL overflow; text that is no number is a miss.
Conversion to_decimal(const DataType& from, const DataType& to) {
  const int precision = to.precision(), scale = to.scale();
  const auto assign = [](const std::optional<Int128>& value, Int128& out) {
    if (value) out = *value;
    return value.has_value();
  };
  const auto from_integer = [=](auto value, Int128& out) {
    return assign(data::rescale(Int128(value), 0, scale, precision), out);
  };
  const auto from_approximate = [=](auto value, Int128& out) {
    return assign(data::decimal_of(static_cast<double>(value), precision, scale), out);
  };
  switch (data::storage_of(from.kind())) {
    case Storage::i8: return value_conversion<int8_t, Int128>(to, from_integer, false);
    case Storage::i16: return value_conversion<int16_t, Int128>(to, from_integer, false);
    case Storage::i32: return value_conversion<int32_t, Int128>(to, from_integer, false);
    case Storage::i64: return value_conversion<int64_t, Int128>(to, from_integer, false);
    case Storage::f32: return value_conversion<float, Int128>(to, from_approximate, false);
    case Storage::f64: return value_conversion<double, Int128>(to, from_approximate, false);
    case Storage::i128: {
      const int from_scale = from.scale();
      return value_conversion<Int128, Int128>(
          to,
          [=](Int128 value, Int128& out) { return assign(data::rescale(value, from_scale, scale, precision), out); },
          false);
    }
    case Storage::text:
      if (!data::is_text(from.kind())) return {};
      return value_conversion<std::string_view, Int128>(to, [=](std::string_view text, Int128& out) {
        return assign(data::parse_decimal(data::trim(text), precision, scale), out);
      });
    default: return {};
  }
}

bool is_number_source(TypeKind kind) {
  return data::is_numeric(kind) || kind == TypeKind::boolean || data::is_text(kind) ||
         kind == TypeKind::interval_months || kind == TypeKind::interval_ms;
}

}  // namespace

Conversion conversion_to_boolean(const DataType& from) {
  const DataType to = DataType::boolean();
  const auto is_set = [](auto value) { return static_cast<int8_t>(value != 0 ? 1 : 0); };
  switch (data::storage_of(from.kind())) {
    case Storage::i8: return total_conversion<int8_t, int8_t>(to, is_set);
    case Storage::i16: return total_conversion<int16_t, int8_t>(to, is_set);
    case Storage::i32:
      return data::is_integer(from.kind()) ? total_conversion<int32_t, int8_t>(to, is_set) : Conversion();
    case Storage::i64:
      return data::is_integer(from.kind()) ? total_conversion<int64_t, int8_t>(to, is_set) : Conversion();
    case Storage::f32: return total_conversion<float, int8_t>(to, is_set);
    case Storage::f64: return total_conversion<double, int8_t>(to, is_set);
    case Storage::i128: return total_conversion<Int128, int8_t>(to, is_set);
    case Storage::text:
      if (!data::is_text(from.kind())) return {};
      return value_conversion<std::string_view, int8_t>(to, parse_boolean);
    default: return {};
  }
}

Conversion conversion_to_number(const DataType& from, const DataType& to) {
  if (!is_number_source(from.kind())) return {};
  switch (to.kind()) {
    case TypeKind::tinyint: return to_plain_number<int8_t>(from, to);
    case TypeKind::smallint: return to_plain_number<int16_t>(from, to);
    case TypeKind::integer: return to_plain_number<int32_t>(from, to);
    case TypeKind::bigint: return to_plain_number<int64_t>(from, to);
    case TypeKind::real: return to_plain_number<float>(from, to);
    case TypeKind::double_precision: return to_plain_number<double>(from, to);
    case TypeKind::decimal: return to_decimal(from, to);
    default: return {};
  }
}

}  // namespace azud::stream
