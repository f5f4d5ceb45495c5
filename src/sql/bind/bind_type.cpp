#include "sql/bind/bind_type.h"

#include <algorithm>
#include <array>

#include "data/decimal.h"

namespace azud::sql {
namespace {

using ast::TypeName;
using data::DataType;
using data::TypeKind;

struct PlainType {
  std::string_view name;
  TypeKind kind;
};
constexpr std::array<PlainType, 8> plain_types = {{{"BOOLEAN", TypeKind::boolean},
                                                   {"TINYINT", TypeKind::tinyint},
                                                   {"SMALLINT", TypeKind::smallint},
                                                   {"INT", TypeKind::integer},
                                                   {"BIGINT", TypeKind::bigint},
                                                   {"FLOAT", TypeKind::real},
                                                   {"DOUBLE", TypeKind::double_precision},
                                                   {"DATE", TypeKind::date}}};

class TypeBinder {
 public:
  explicit TypeBinder(const BindErrors& errors) : errors_(errors) {}

  Result<DataType> bind(const TypeName& name) const {
    TRY_ASSIGN(DataType type, bind_kind(name));
    return type.with_nullable(!name.not_null);
  }

 private:
  /// Of a field or an element.
  Result<DataType> bind_inner(const TypeName& name) const {
    if (name.kind == "INTERVAL")
      return errors_.unsupported(name.place, "an interval inside of another type is not supported",
                                 "keep its length as a number: BIGINT");
    return bind(name);
  }

  std::unexpected<Error> fail_numbers(const TypeName& name, std::string_view allowed) const {
    return errors_.invalid(name.place, fmt::format("{} takes {}", name.kind, allowed));
  }

  /// The only number behind the type's name, within the limits, or `otherwise`.
  Result<int32_t> number(const TypeName& name, int64_t otherwise, int64_t least, int64_t most) const {
    if (name.numbers.size() > 1) return fail_numbers(name, "one number");
    const int64_t value = name.numbers.empty() ? otherwise : name.numbers[0];
    if (value < least || value > most) return fail_numbers(name, fmt::format("a number from {} to {}", least, most));
    return static_cast<int32_t>(value);
  }

  Result<DataType> decimal(const TypeName& name) const {
    const auto limits =
        fmt::format("1 to {} digits, of which 0 to all stand behind the point", data::decimal_digits_max);
    if (name.numbers.size() > 2) return fail_numbers(name, limits);
    const int64_t precision = name.numbers.empty() ? 10 : name.numbers[0];
    const int64_t scale = name.numbers.size() < 2 ? 0 : name.numbers[1];
    if (precision < 1 || precision > data::decimal_digits_max || scale < 0 || scale > precision)
      return fail_numbers(name, limits);
    return DataType::decimal(static_cast<int32_t>(precision), static_cast<int32_t>(scale));
  }

  Result<DataType> row(const TypeName& name) const {
    std::vector<data::FieldType> fields;
    for (std::size_t i = 0; i < name.arguments.size(); ++i) {
      TRY_ASSIGN(DataType type, bind_inner(name.arguments[i]));
      fields.push_back({name.field_names[i].text, std::move(type)});
    }
    if (fields.empty()) return errors_.invalid(name.place, "a ROW needs a field");
    return DataType::row(std::move(fields));
  }

  Result<DataType> bind_kind(const TypeName& name) const {
    const auto* plain = std::ranges::find(plain_types, name.kind, &PlainType::name);
    if (plain != plain_types.end()) {
      if (!name.numbers.empty()) return fail_numbers(name, "no number");
      return DataType::of(plain->kind);
    }
    if (name.kind == "DECIMAL") return decimal(name);
    if (name.kind == "ROW") return row(name);
    if (name.kind == "ARRAY" || name.kind == "MULTISET") {
      TRY_ASSIGN(DataType element, bind_inner(name.arguments[0]));
      return name.kind == "ARRAY" ? DataType::array(std::move(element)) : DataType::multiset(std::move(element));
    }
    if (name.kind == "MAP") {
      TRY_ASSIGN(DataType key, bind_inner(name.arguments[0]));
      TRY_ASSIGN(DataType value, bind_inner(name.arguments[1]));
      return DataType::map(std::move(key), std::move(value));
    }
    if (name.kind == "INTERVAL") {
      const bool months = name.from_unit == "YEAR" || name.from_unit == "MONTH" || name.from_unit == "QUARTER";
      return DataType::of(months ? TypeKind::interval_months : TypeKind::interval_ms);
    }
    return sized(name);
  }

  /// Types with one number of their own.
  Result<DataType> sized(const TypeName& name) const {
    constexpr int64_t length_max = DataType::length_max;
    if (name.kind == "STRING" || name.kind == "BYTES") {
      if (!name.numbers.empty()) return fail_numbers(name, "no number");
      return name.kind == "STRING" ? DataType::string() : DataType::bytes();
    }
    if (name.kind == "CHAR" || name.kind == "BINARY") {
      TRY_ASSIGN(const int32_t length, number(name, 1, 1, length_max));
      return name.kind == "CHAR" ? DataType::character(length) : DataType::binary(length);
    }
    if (name.kind == "VARCHAR" || name.kind == "VARBINARY") {
      TRY_ASSIGN(const int32_t length, number(name, length_max, 1, length_max));
      return name.kind == "VARCHAR" ? DataType::varchar(length) : DataType::varbinary(length);
    }
    if (name.kind == "TIME") {
      TRY_ASSIGN(const int32_t precision, number(name, 0, 0, 9));
      return DataType::time(precision);
    }
    if (name.kind == "TIMESTAMP" || name.kind == "TIMESTAMP_LTZ") {
      TRY_ASSIGN(const int32_t precision, number(name, 6, 0, 9));
      return name.kind == "TIMESTAMP" ? DataType::timestamp(precision) : DataType::timestamp_ltz(precision);
    }
    return errors_.unsupported(name.place, fmt::format("the type {} is not supported", name.kind));
  }

  const BindErrors& errors_;
};

}  // namespace

Result<DataType> bind_type(const TypeName& name, const BindErrors& errors) { return TypeBinder(errors).bind(name); }

}  // namespace azud::sql
