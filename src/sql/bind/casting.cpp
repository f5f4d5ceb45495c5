#include "sql/bind/casting.h"

#include <limits>
#include <optional>

#include "data/decimal.h"
#include "data/time_text.h"
#include "sql/bind/type_rules.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;
using data::Value;

bool fits_integer(int64_t value, TypeKind kind) {
  switch (kind) {
    case TypeKind::tinyint:
      return value >= std::numeric_limits<int8_t>::min() && value <= std::numeric_limits<int8_t>::max();
    case TypeKind::smallint:
      return value >= std::numeric_limits<int16_t>::min() && value <= std::numeric_limits<int16_t>::max();
    case TypeKind::integer:
      return value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
    default: return true;
  }
}

std::optional<Value> integer_as(int64_t value, const DataType& to) {
  if (data::is_integer(to.kind())) return fits_integer(value, to.kind()) ? std::optional(Value(value)) : std::nullopt;
  if (data::is_approximate(to.kind())) return Value(static_cast<double>(value));
  if (to.kind() != TypeKind::decimal) return std::nullopt;
  const auto unscaled = data::rescale(value, 0, to.scale(), to.precision());
  return unscaled ? std::optional(Value(*unscaled)) : std::nullopt;
}

std::optional<Value> decimal_as(data::Int128 value, const DataType& from, const DataType& to) {
  if (to.kind() == TypeKind::double_precision) return Value(data::to_double(value, from.scale()));
  if (to.kind() != TypeKind::decimal) return std::nullopt;
  const auto unscaled = data::rescale(value, from.scale(), to.scale(), to.precision());
  return unscaled ? std::optional(Value(*unscaled)) : std::nullopt;
}

std::optional<Value> text_as(const std::string& text, const DataType& to) {
  if (to.kind() == TypeKind::date) {
    const auto days = data::parse_date(text);
    return days ? std::optional(Value(int64_t{*days})) : std::nullopt;
  }
  return std::nullopt;
}

/// The literal's value in the other type, for the conversions whose result cannot depend on settings.
std::optional<Value> convert(const Value& value, const DataType& from, const DataType& to) {
  if (value.is_null()) return Value();
  if (data::is_integer(from.kind())) return integer_as(value.as_int(), to);
  if (from.kind() == TypeKind::decimal) return decimal_as(value.as_decimal(), from, to);
  if (data::is_text(from.kind()) && !data::is_text(to.kind())) return text_as(value.as_text(), to);
  return std::nullopt;
}

/// ROW(a, b) as another row type: its fields are cast one by one, before the row is made.
ExpressionPtr cast_fields(const Expression& row, const DataType& target) {
  std::vector<ExpressionPtr> arguments;
  std::vector<data::FieldType> fields = target.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    arguments.push_back(cast_to(row.arguments[i], fields[i].type));
    fields[i].type = arguments.back()->type;
  }
  return Expression::call(Function::row_constructor, std::move(arguments), DataType::row(std::move(fields)).not_null());
}

}  // namespace

ExpressionPtr cast_to(const ExpressionPtr& expression, const DataType& type) {
  const DataType target = type.with_nullable(expression->type.nullable());
  if (expression->type.same_kind_as(target)) return expression;
  const bool makes_row =
      expression->kind == Expression::Kind::call && expression->function == Function::row_constructor;
  if (makes_row && target.kind() == TypeKind::row) return cast_fields(*expression, target);
  if (expression->is_literal()) {
    if (same_values(expression->type, target)) return Expression::constant(expression->literal, target);
    if (auto value = convert(expression->literal, expression->type, target))
      return Expression::constant(*std::move(value), target);
  }
  const Function function = same_values(expression->type, target) ? Function::reinterpret : Function::cast;
  return Expression::call(function, {expression}, target);
}

}  // namespace azud::sql
