#include "sql/bind/type_rules.h"

#include <algorithm>
#include <array>

#include "data/decimal.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

constexpr int32_t digits_max = data::decimal_digits_max;

/// DECIMAL(precision, scale), cut to 38 digits: scale gives way, down to 6.
DataType bounded_decimal(int32_t precision, int32_t scale) {
  if (precision <= digits_max) return DataType::decimal(precision, scale);
  const int32_t whole = precision - scale;
  const int32_t scale_min = std::min(scale, 6);
  return DataType::decimal(digits_max, std::max(digits_max - whole, scale_min));
}

int32_t integer_digits(TypeKind kind) {
  constexpr std::array<int32_t, 4> digits = {3, 5, 10, 19};
  return digits[static_cast<std::size_t>(kind) - static_cast<std::size_t>(TypeKind::tinyint)];
}

std::optional<DataType> common_decimal(const DataType& a, const DataType& b) {
  const DataType x = as_decimal(a);
  const DataType y = as_decimal(b);
  const int32_t scale = std::max(x.scale(), y.scale());
  const int32_t whole = std::max(x.precision() - x.scale(), y.precision() - y.scale());
  return bounded_decimal(whole + scale, scale);
}

std::optional<DataType> common_number(const DataType& a, const DataType& b, Floats floats) {
  const TypeKind x = a.kind();
  const TypeKind y = b.kind();
  if (floats == Floats::leftmost && data::is_approximate(x) && data::is_approximate(y)) return DataType::of(x);
  if (x == TypeKind::double_precision || y == TypeKind::double_precision) return DataType::double_precision();
  if (x == TypeKind::real || y == TypeKind::real) {
    const bool decimal = x == TypeKind::decimal || y == TypeKind::decimal;
    return decimal ? DataType::double_precision() : DataType::of(TypeKind::real);
  }
  if (x == TypeKind::decimal || y == TypeKind::decimal) return common_decimal(a, b);
  return DataType::of(std::max(x, y));
}

std::optional<DataType> common_text(const DataType& a, const DataType& b, TypeKind fixed) {
  const int32_t length = std::max(a.length(), b.length());
  if (a.kind() == fixed && b.kind() == fixed && a.length() == b.length()) return a;
  return fixed == TypeKind::character ? DataType::varchar(length) : DataType::varbinary(length);
}

std::optional<DataType> common_time(const DataType& a, const DataType& b) {
  if (a.kind() == b.kind()) {
    const int32_t precision = std::max(a.precision(), b.precision());
    return a.precision() == precision ? a : b;
  }
  if (a.kind() == TypeKind::date && b.kind() == TypeKind::timestamp) return b;
  if (a.kind() == TypeKind::timestamp && b.kind() == TypeKind::date) return a;
  return std::nullopt;
}

std::optional<DataType> common_of(const DataType& a, const DataType& b, Floats floats);

std::optional<DataType> common_nested(const DataType& a, const DataType& b, Floats floats) {
  if (a.kind() != b.kind() || a.fields().size() != b.fields().size()) return std::nullopt;
  std::vector<data::FieldType> fields = a.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::optional<DataType> type = common_of(a.fields()[i].type, b.fields()[i].type, floats);
    if (!type) return std::nullopt;
    fields[i].type = *type;
  }
  switch (a.kind()) {
    case TypeKind::row: return DataType::row(std::move(fields));
    case TypeKind::array: return DataType::array(fields[0].type);
    case TypeKind::multiset: return DataType::multiset(fields[0].type);
    default: return DataType::map(fields[0].type, fields[1].type);
  }
}

bool is_time(TypeKind kind) { return kind == TypeKind::date || kind == TypeKind::time || data::is_timestamp(kind); }

std::optional<DataType> common_kind(const DataType& a, const DataType& b, Floats floats) {
  if (a.kind() == TypeKind::null) return b;
  if (b.kind() == TypeKind::null) return a;
  if (a.same_kind_as(b) && a.fields().empty()) return a;
  if (data::is_numeric(a.kind()) && data::is_numeric(b.kind())) return common_number(a, b, floats);
  if (data::is_text(a.kind()) && data::is_text(b.kind())) return common_text(a, b, TypeKind::character);
  if (data::is_bytes(a.kind()) && data::is_bytes(b.kind())) return common_text(a, b, TypeKind::binary);
  if (is_time(a.kind()) && is_time(b.kind())) return common_time(a, b);
  if (!a.fields().empty()) return common_nested(a, b, floats);
  return std::nullopt;
}

std::optional<DataType> common_of(const DataType& a, const DataType& b, Floats floats) {
  const std::optional<DataType> type = common_kind(a, b, floats);
  if (!type) return std::nullopt;
  return type->with_nullable(a.nullable() || b.nullable());
}

/// Calcite's rules for DECIMAL (p1, s1) and (p2, s2).
DataType decimal_result(Function op, const DataType& a, const DataType& b) {
  const int32_t p1 = a.precision(), s1 = a.scale(), p2 = b.precision(), s2 = b.scale();
  switch (op) {
    case Function::multiply: return bounded_decimal(p1 + p2 + 1, s1 + s2);
    case Function::divide: {
      const int32_t scale = std::max(6, s1 + p2 + 1);
      return bounded_decimal(p1 - s1 + s2 + scale, scale);
    }
    case Function::modulo: {
      const int32_t scale = std::max(s1, s2);
      return bounded_decimal(std::min(p1 - s1, p2 - s2) + scale, scale);
    }
    default: {
      const int32_t scale = std::max(s1, s2);
      return bounded_decimal(std::max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
  }
}

bool is_plain_number(TypeKind kind) { return data::is_numeric(kind) || kind == TypeKind::boolean; }

bool can_cast_fields(const DataType& from, const DataType& to) {
  if (from.fields().size() != to.fields().size()) return false;
  for (std::size_t i = 0; i < from.fields().size(); ++i)
    if (!can_cast(from.fields()[i].type, to.fields()[i].type)) return false;
  return true;
}

}  // namespace

bool any_nullable(std::span<const DataType> types) { return std::ranges::any_of(types, &DataType::nullable); }

DataType as_decimal(const DataType& type) {
  if (!data::is_integer(type.kind())) return type;
  return DataType::decimal(integer_digits(type.kind()), 0).with_nullable(type.nullable());
}

std::optional<DataType> common_type(std::span<const DataType> types, Floats floats) {
  DataType result = types.front();
  for (const DataType& type : types.subspan(1)) {
    const std::optional<DataType> next = common_of(result, type, floats);
    if (!next) return std::nullopt;
    result = *next;
  }
  return result;
}

std::optional<DataType> comparison_type(const DataType& a, const DataType& b) {
  const std::array<DataType, 2> both = {a, b};
  if (std::optional<DataType> type = common_type(both, Floats::widest)) {
    const bool mixed_date = (a.kind() == TypeKind::date) != (b.kind() == TypeKind::date);
    if (!(mixed_date && a.kind() != TypeKind::null && b.kind() != TypeKind::null)) return type;
    return std::nullopt;
  }
  const bool nullable = a.nullable() || b.nullable();
  const auto read_as_other = [](const DataType& text, const DataType& other) {
    return data::is_text(text.kind()) && (is_plain_number(other.kind()) || is_time(other.kind()));
  };
  if (read_as_other(a, b)) return b.with_nullable(nullable);
  if (read_as_other(b, a)) return a.with_nullable(nullable);
  if (a.kind() == TypeKind::timestamp && b.kind() == TypeKind::timestamp_ltz) return b.with_nullable(nullable);
  if (a.kind() == TypeKind::timestamp_ltz && b.kind() == TypeKind::timestamp) return a.with_nullable(nullable);
  return std::nullopt;
}

std::optional<ArithmeticTypes> arithmetic_types(Function op, const DataType& a, const DataType& b) {
  const bool numbers = data::is_numeric(a.kind()) && data::is_numeric(b.kind());
  if (!numbers) {
    // A bare NULL takes the other's type.
    if (a.kind() == TypeKind::null && data::is_numeric(b.kind())) return arithmetic_types(op, b.with_nullable(true), b);
    if (b.kind() == TypeKind::null && data::is_numeric(a.kind())) return arithmetic_types(op, a, a.with_nullable(true));
    return std::nullopt;
  }
  const bool nullable = a.nullable() || b.nullable();
  const bool approximate = data::is_approximate(a.kind()) || data::is_approximate(b.kind());
  if (op == Function::modulo && approximate) return std::nullopt;
  // Of FLOAT and DOUBLE Calcite takes the one on the left.
  const bool both = data::is_approximate(a.kind()) && data::is_approximate(b.kind());
  const DataType common = both ? a : *common_number(a, b, Floats::leftmost);
  if (common.kind() == TypeKind::decimal) {
    const DataType left = as_decimal(a);
    const DataType right = as_decimal(b);
    return ArithmeticTypes{left, right, decimal_result(op, left, right).with_nullable(nullable)};
  }
  ArithmeticTypes types{common.with_nullable(a.nullable()), common.with_nullable(b.nullable()),
                        common.with_nullable(nullable)};
  // The remainder of integers has the divisor's type.
  if (op == Function::modulo && data::is_integer(common.kind())) types.result = b.with_nullable(nullable);
  return types;
}

bool can_cast(const DataType& from, const DataType& to) {
  const TypeKind a = from.kind();
  const TypeKind b = to.kind();
  if (a == TypeKind::null || data::is_text(b)) return true;
  if (is_plain_number(a)) return is_plain_number(b);
  if (data::is_text(a)) return is_plain_number(b) || is_time(b) || data::is_bytes(b);
  if (data::is_bytes(a)) return data::is_bytes(b);
  if (a == TypeKind::date) return b == TypeKind::date || data::is_timestamp(b);
  if (a == TypeKind::time) return b == TypeKind::time || data::is_timestamp(b);
  if (data::is_timestamp(a)) return is_time(b);
  if (a != b) return false;
  return from.fields().empty() || can_cast_fields(from, to);
}

bool can_assign(const DataType& from, const DataType& to) {
  const TypeKind a = from.kind();
  const TypeKind b = to.kind();
  if (a == TypeKind::null) return true;
  if (data::is_integer(a)) return data::is_numeric(b) && !(data::is_integer(b) && b < a);
  if (a == TypeKind::real) return data::is_approximate(b) || b == TypeKind::decimal;
  if (a == TypeKind::double_precision) return b == TypeKind::double_precision || b == TypeKind::decimal;
  if (a == TypeKind::decimal) return data::is_approximate(b) || b == TypeKind::decimal;
  if (a == TypeKind::character) return data::is_text(b);
  if (a == TypeKind::binary) return data::is_bytes(b);
  if (a == TypeKind::timestamp) return is_time(b);
  if (a == TypeKind::timestamp_ltz) return data::is_timestamp(b);
  if (a != b) return false;
  if (from.fields().size() != to.fields().size()) return false;
  for (std::size_t i = 0; i < from.fields().size(); ++i)
    if (!can_assign(from.fields()[i].type, to.fields()[i].type)) return false;
  return true;
}

bool same_values(const DataType& from, const DataType& to) {
  if (from.same_kind_as(to)) return true;
  // CHAR and VARCHAR differ in what a cast does to length, so only a longer or equal VARCHAR holds the same.
  if (data::is_text(from.kind()) && to.kind() == TypeKind::varchar) return to.length() >= from.length();
  if (data::is_bytes(from.kind()) && to.kind() == TypeKind::varbinary) return to.length() >= from.length();
  const bool wider = from.kind() == to.kind() && to.precision() >= from.precision();
  if (data::is_timestamp(from.kind()) || from.kind() == TypeKind::time) return wider;
  if (from.kind() == TypeKind::decimal) return wider && from.scale() == to.scale();
  if (from.kind() != to.kind() || from.fields().empty() || from.fields().size() != to.fields().size()) return false;
  for (std::size_t i = 0; i < from.fields().size(); ++i)
    if (!same_values(from.fields()[i].type, to.fields()[i].type)) return false;
  return true;
}

}  // namespace azud::sql
