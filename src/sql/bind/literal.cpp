#include "sql/bind/literal.h"

#include <algorithm>
#include <charconv>

#include "data/decimal.h"
#include "data/time_text.h"
#include "sql/bind/interval.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;
using data::Value;

ExpressionPtr constant(Value value, const DataType& type) {
  return Expression::constant(std::move(value), type.not_null());
}

Result<ExpressionPtr> bind_integer(std::string digits, bool negative, Place place, const BindErrors& errors) {
  if (negative) digits.insert(digits.begin(), '-');
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc())
    return errors.invalid(place, "this number is out of the range of BIGINT",
                          "write it as a decimal: CAST('…' AS DECIMAL(38, 0))");
  const bool fits_integer =
      value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
  return constant(value, fits_integer ? DataType::integer() : DataType::bigint());
}

Result<ExpressionPtr> bind_decimal(const std::string& text, bool negative, Place place, const BindErrors& errors) {
  const std::size_t point = text.find('.');
  const auto scale = static_cast<int32_t>(std::min<std::size_t>(text.size() - point - 1, 1000));
  const auto precision = static_cast<int32_t>(std::min<std::size_t>(text.size() - 1, 1000));
  if (scale == 0) return bind_integer(text.substr(0, point), negative, place, errors);
  std::optional<data::Int128> value;
  if (precision <= data::decimal_digits_max) value = data::parse_decimal(text, precision, scale);
  if (!value) return errors.invalid(place, "a decimal has 38 digits at most");
  return constant(negative ? -*value : *value, DataType::decimal(precision, scale));
}

Result<ExpressionPtr> bind_number(const ast::NumberLiteral& number, bool negative, Place place,
                                  const BindErrors& errors) {
  switch (number.form) {
    case ast::NumberLiteral::Form::integer: return bind_integer(number.digits, negative, place, errors);
    case ast::NumberLiteral::Form::decimal: return bind_decimal(number.digits, negative, place, errors);
    case ast::NumberLiteral::Form::approximate: break;
  }
  double value = 0;
  const auto [end, failure] = std::from_chars(number.digits.data(), number.digits.data() + number.digits.size(), value);
  if (failure != std::errc()) return errors.invalid(place, "this number is out of the range of DOUBLE");
  return constant(negative ? -value : value, DataType::double_precision());
}

int32_t character_count(std::string_view text) {
  return static_cast<int32_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

int32_t fraction_digits(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return 0;
  return static_cast<int32_t>(std::min<std::size_t>(text.size() - point - 1, 9));
}

Result<ExpressionPtr> bind_time(const ast::TimeLiteral& literal, Place place, const BindErrors& errors) {
  if (literal.kind == "DATE") {
    if (const auto days = data::parse_date(literal.value))
      return constant(int64_t{*days}, DataType::of(TypeKind::date));
    return errors.invalid(place, "this is no date", "write DATE '2024-05-01'");
  }
  const int32_t precision = fraction_digits(literal.value);
  if (literal.kind == "TIME") {
    if (const auto us = data::parse_time(literal.value))
      return constant(*us / data::us_per_ms, DataType::time(precision));
    return errors.invalid(place, "this is no time", "write TIME '10:15:30'");
  }
  if (const auto us = data::parse_timestamp(literal.value)) return constant(*us, DataType::timestamp(precision));
  return errors.invalid(place, "this is no timestamp", "write TIMESTAMP '2024-05-01 10:15:30'");
}

}  // namespace

Result<ExpressionPtr> bind_literal(const ast::Expr& expr, bool negative, const BindErrors& errors) {
  if (const auto* n = expr.as<ast::NumberLiteral>()) return bind_number(*n, negative, expr.place, errors);
  if (const auto* n = expr.as<ast::IntervalLiteral>()) {
    TRY_ASSIGN(const IntervalValue interval, parse_interval(*n, expr.place, errors));
    return constant(negative ? -interval.amount : interval.amount, DataType::of(interval.kind));
  }
  if (negative) return ExpressionPtr();
  if (expr.as<ast::NullLiteral>() != nullptr) return Expression::constant(Value(), DataType());
  if (const auto* n = expr.as<ast::BooleanLiteral>())
    return n->value ? constant(*n->value, DataType::boolean()) : Expression::constant(Value(), DataType::boolean());
  if (const auto* n = expr.as<ast::TextLiteral>())
    return constant(n->value, DataType::character(character_count(n->value)));
  if (const auto* n = expr.as<ast::BytesLiteral>())
    return constant(n->value, DataType::binary(static_cast<int32_t>(n->value.size())));
  if (const auto* n = expr.as<ast::TimeLiteral>()) return bind_time(*n, expr.place, errors);
  return ExpressionPtr();
}

}  // namespace azud::sql
