#include <algorithm>
#include <array>

#include "data/decimal.h"
#include "sql/bind/casting.h"
#include "sql/bind/expression_rules.h"
#include "sql/bind/signature.h"
#include "sql/bind/type_rules.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;
using Arguments = std::vector<ExpressionPtr>;

std::string shown(const ExpressionPtr& e) { return e->type.with_nullable(true).to_sql(); }

std::string name_of(const ast::Call& node) { return to_upper(node.name.back().text); }

std::unexpected<Error> wrong(const ExpressionBinder& binder, const ast::Call& node, Place place,
                             std::string_view form) {
  return binder.errors().invalid(place, fmt::format("{} does not take these arguments", name_of(node)),
                                 fmt::format("it is {}", form));
}

ExpressionPtr text_literal(std::string text) {
  const auto length = static_cast<int32_t>(text.size());
  return Expression::constant(std::move(text), DataType::character(length).not_null());
}

std::string symbol_of(const ast::ExprPtr& expr) {
  const auto* symbol = expr->as<ast::Symbol>();
  return symbol == nullptr ? "" : symbol->word;
}

bool is_time(TypeKind kind) { return kind == TypeKind::date || kind == TypeKind::time || data::is_timestamp(kind); }

/// COALESCE(a, b, …), IFNULL(a, b)
Result<ExpressionPtr> coalesce(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.empty() || (name_of(node) == "IFNULL" && node.args.size() != 2))
    return wrong(binder, node, place, "COALESCE(value, …), IFNULL(value, otherwise)");
  TRY_ASSIGN(Arguments values, binder.bind_all(node.args));
  TRY_ASSIGN(values,
             to_common_type(std::move(values), place, "the arguments of COALESCE", binder.errors(), Floats::widest));
  const bool never = std::ranges::any_of(values, [](const ExpressionPtr& e) { return !e->type.nullable(); });
  const DataType type = common_type(types_of(values))->with_nullable(!never);
  return Expression::call(Function::coalesce, std::move(values), type);
}

/// NULLIF(a, b) is CASE WHEN a = b THEN NULL ELSE a END.
Result<ExpressionPtr> null_if(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.size() != 2) return wrong(binder, node, place, "NULLIF(value, null_value)");
  TRY_ASSIGN(const Arguments values, binder.bind_all(node.args));
  TRY_ASSIGN(ExpressionPtr equal, compare(Function::equal, values[0], values[1], place, binder.errors()));
  const DataType type = values[0]->type.with_nullable(true);
  return Expression::call(Function::case_when, {std::move(equal), Expression::constant(data::Value(), type), values[0]},
                          type);
}

/// IF(condition, a, b)
Result<ExpressionPtr> if_else(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.size() != 3) return wrong(binder, node, place, "IF(condition, then, else)");
  ExpressionBinder inner(binder.scope(), binder.context(), "IF", binder.calls());
  TRY_ASSIGN(ExpressionPtr condition, inner.bind_condition(*node.args[0]));
  Arguments results(2);
  TRY_ASSIGN(results[0], binder.bind(*node.args[1]));
  TRY_ASSIGN(results[1], binder.bind(*node.args[2]));
  TRY_ASSIGN(results, to_common_type(std::move(results), place, "the results of IF", binder.errors()));
  const DataType type = results[0]->type.with_nullable(true);
  return Expression::call(Function::if_else, {std::move(condition), results[0], results[1]}, type);
}

/// GREATEST(a, …), LEAST(a, …)
Result<ExpressionPtr> extreme(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.empty()) return wrong(binder, node, place, "GREATEST(value, …), LEAST(value, …)");
  TRY_ASSIGN(Arguments values, binder.bind_all(node.args));
  TRY_ASSIGN(values, to_common_type(std::move(values), place, "the arguments of " + name_of(node), binder.errors(),
                                    Floats::widest));
  const DataType type = values[0]->type.with_nullable(any_nullable(values));
  return Expression::call(name_of(node) == "LEAST" ? Function::least : Function::greatest, std::move(values), type);
}

/// ABS(x), SIGN(x)
Result<ExpressionPtr> same_number(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.size() != 1) return wrong(binder, node, place, name_of(node) + "(number)");
  TRY_ASSIGN(ExpressionPtr value, binder.bind(*node.args[0]));
  if (!data::is_numeric(value->type.kind())) return wrong(binder, node, place, name_of(node) + "(number)");
  const DataType type = value->type;
  return Expression::call(name_of(node) == "ABS" ? Function::abs : Function::sign, {std::move(value)}, type);
}

Result<ExpressionPtr> modulo(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.size() != 2) return wrong(binder, node, place, "MOD(number, divisor)");
  TRY_ASSIGN(const Arguments values, binder.bind_all(node.args));
  return arithmetic(Function::modulo, values[0], values[1], place, binder.errors());
}

/// The type of ROUND(x, digits): a DECIMAL keeps as many digits as are written, if they are.
DataType rounded_type(const DataType& type, const ExpressionPtr& digits) {
  if (type.kind() != TypeKind::decimal) return type;
  if (digits && (!digits->is_literal() || digits->literal.is_null())) return type;
  const int64_t wanted = digits ? digits->literal.as_int() : 0;
  if (wanted >= type.scale()) return type;
  const auto scale = static_cast<int32_t>(std::max<int64_t>(wanted, 0));
  const int32_t precision = std::min(type.precision() - type.scale() + 1 + scale, data::decimal_digits_max);
  return DataType::decimal(precision, scale).with_nullable(type.nullable());
}

/// ROUND(x [, digits]), TRUNCATE(x [, digits])
Result<ExpressionPtr> round(ExpressionBinder& binder, const ast::Call& node, Place place) {
  const std::string form = name_of(node) + "(number[, digits])";
  if (node.args.empty() || node.args.size() > 2) return wrong(binder, node, place, form);
  TRY_ASSIGN(Arguments values, binder.bind_all(node.args));
  if (!data::is_numeric(values[0]->type.kind())) return wrong(binder, node, place, form);
  if (values.size() == 2) {
    if (!data::is_integer(values[1]->type.kind())) return wrong(binder, node, place, form);
    values[1] = cast_to(values[1], DataType::integer());
  }
  const DataType type =
      rounded_type(values[0]->type, values.size() == 2 ? values[1] : nullptr).with_nullable(any_nullable(values));
  return Expression::call(name_of(node) == "ROUND" ? Function::round : Function::truncate, std::move(values), type);
}

/// FLOOR(x), CEIL(x), FLOOR(time TO unit), CEIL(time TO unit)
Result<ExpressionPtr> floor_or_ceil(ExpressionBinder& binder, const ast::Call& node, Place place) {
  const bool floor = name_of(node) == "FLOOR";
  TRY_ASSIGN(ExpressionPtr value, binder.bind(*node.args[0]));
  DataType type = value->type;
  if (node.args.size() == 2) {
    if (!is_time(type.kind())) return wrong(binder, node, place, name_of(node) + "(time TO unit)");
    return Expression::call(floor ? Function::floor_time : Function::ceil_time,
                            {std::move(value), text_literal(symbol_of(node.args[1]))}, type);
  }
  if (!data::is_numeric(type.kind()))
    return wrong(binder, node, place, name_of(node) + "(number) or " + name_of(node) + "(time TO unit)");
  if (data::is_integer(type.kind())) return value;
  if (type.kind() == TypeKind::decimal) type = DataType::decimal(type.precision(), 0).with_nullable(type.nullable());
  return Expression::call(floor ? Function::floor : Function::ceil, {std::move(value)}, type);
}

Result<ExpressionPtr> extract_unit(const ExpressionBinder& binder, std::string unit, ExpressionPtr value, Place place) {
  const TypeKind kind = value->type.kind();
  const bool interval = kind == TypeKind::interval_ms || kind == TypeKind::interval_months;
  const bool of_day = unit == "HOUR" || unit == "MINUTE" || unit == "SECOND" || unit == "MILLISECOND" ||
                      unit == "MICROSECOND" || unit == "NANOSECOND" || unit == "EPOCH";
  if (kind == TypeKind::time && !of_day) return binder.errors().invalid(place, fmt::format("a TIME has no {}", unit));
  if (!is_time(kind) && !interval)
    return binder.errors().invalid(place, fmt::format("{} is taken out of a time, not out of {}", unit, shown(value)),
                                   "CAST it to TIMESTAMP(3), or use TO_TIMESTAMP");
  const bool nullable = value->type.nullable();
  return Expression::call(Function::extract, {text_literal(std::move(unit)), std::move(value)},
                          DataType::bigint().with_nullable(nullable));
}

Result<ExpressionPtr> extract(ExpressionBinder& binder, const ast::Call& node, Place place) {
  TRY_ASSIGN(ExpressionPtr value, binder.bind(*node.args[1]));
  return extract_unit(binder, symbol_of(node.args[0]), std::move(value), place);
}

struct UnitFunction {
  std::string_view name, unit;
};
constexpr std::array<UnitFunction, 10> unit_functions = {{{"YEAR", "YEAR"},
                                                          {"QUARTER", "QUARTER"},
                                                          {"MONTH", "MONTH"},
                                                          {"WEEK", "WEEK"},
                                                          {"DAYOFYEAR", "DOY"},
                                                          {"DAYOFMONTH", "DAY"},
                                                          {"DAYOFWEEK", "DOW"},
                                                          {"HOUR", "HOUR"},
                                                          {"MINUTE", "MINUTE"},
                                                          {"SECOND", "SECOND"}}};

/// YEAR(t) is EXTRACT(YEAR FROM t).
Result<ExpressionPtr> unit_function(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.size() != 1) return wrong(binder, node, place, name_of(node) + "(time)");
  const auto* function = std::ranges::find(unit_functions, name_of(node), &UnitFunction::name);
  TRY_ASSIGN(ExpressionPtr value, binder.bind(*node.args[0]));
  return extract_unit(binder, std::string(function->unit), std::move(value), place);
}

/// TRIM(side, characters, x): the parser has put them in order.
Result<ExpressionPtr> trim(ExpressionBinder& binder, const ast::Call& node, Place place) {
  TRY_ASSIGN(ExpressionPtr characters, binder.bind(*node.args[1]));
  TRY_ASSIGN(ExpressionPtr value, binder.bind(*node.args[2]));
  if (!data::is_text(characters->type.kind()) || !data::is_text(value->type.kind()))
    return wrong(binder, node, place, "TRIM([BOTH | LEADING | TRAILING] [characters FROM] text)");
  const std::string side = symbol_of(node.args[0]);
  const Function function = side == "LEADING"    ? Function::trim_leading
                            : side == "TRAILING" ? Function::trim_trailing
                                                 : Function::trim_both;
  const DataType type =
      DataType::varchar(value->type.length()).with_nullable(value->type.nullable() || characters->type.nullable());
  return Expression::call(function, {std::move(value), std::move(characters)}, type);
}

/// TIMESTAMPADD(unit, n, time)
Result<ExpressionPtr> timestamp_add(ExpressionBinder& binder, const ast::Call& node, Place place) {
  constexpr std::string_view form = "TIMESTAMPADD(unit, integer, time)";
  TRY_ASSIGN(ExpressionPtr count, binder.bind(*node.args[1]));
  TRY_ASSIGN(ExpressionPtr time, binder.bind(*node.args[2]));
  const std::string unit = symbol_of(node.args[0]);
  if (!data::is_integer(count->type.kind()) || !is_time(time->type.kind())) return wrong(binder, node, place, form);
  const bool whole_days = unit == "DAY" || unit == "WEEK" || unit == "MONTH" || unit == "QUARTER" || unit == "YEAR";
  if (time->type.kind() == TypeKind::date && !whole_days) time = cast_to(time, DataType::timestamp(6));
  const DataType type = time->type.with_nullable(time->type.nullable() || count->type.nullable());
  return Expression::call(Function::timestamp_add,
                          {text_literal(unit), cast_to(count, DataType::bigint()), std::move(time)}, type);
}

/// TIMESTAMPDIFF(unit, from, to)
Result<ExpressionPtr> timestamp_diff(ExpressionBinder& binder, const ast::Call& node, Place place) {
  Arguments times(2);
  TRY_ASSIGN(times[0], binder.bind(*node.args[1]));
  TRY_ASSIGN(times[1], binder.bind(*node.args[2]));
  const auto usable = [](const ExpressionPtr& e) {
    return is_time(e->type.kind()) && e->type.kind() != TypeKind::time;
  };
  if (!usable(times[0]) || !usable(times[1]))
    return wrong(binder, node, place, "TIMESTAMPDIFF(unit, from, to) of dates and timestamps");
  const bool instant =
      times[0]->type.kind() == TypeKind::timestamp_ltz || times[1]->type.kind() == TypeKind::timestamp_ltz;
  const bool dates = times[0]->type.kind() == TypeKind::date && times[1]->type.kind() == TypeKind::date;
  const DataType common = instant ? DataType::timestamp_ltz(6) : DataType::timestamp(6);
  for (ExpressionPtr& time : times)
    if (!dates) time = cast_to(time, common);
  const DataType type = DataType::integer().with_nullable(any_nullable(times));
  return Expression::call(Function::timestamp_diff, {text_literal(symbol_of(node.args[0])), times[0], times[1]}, type);
}

Result<ExpressionPtr> current_watermark(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.size() != 1) return wrong(binder, node, place, "CURRENT_WATERMARK(rowtime)");
  TRY_ASSIGN(ExpressionPtr column, binder.bind(*node.args[0]));
  const bool rowtime = column->kind == Expression::Kind::input &&
                       binder.scope().columns()[static_cast<std::size_t>(column->input)].time == TimeAttribute::rowtime;
  if (!rowtime)
    return binder.errors().invalid(node.args[0]->place, "CURRENT_WATERMARK needs a rowtime column",
                                   "the column that WATERMARK FOR names, unchanged");
  const DataType type = column->type.with_nullable(true);
  return Expression::call(Function::current_watermark, {std::move(column)}, type);
}

void replace_all(std::string& text, std::string_view word, std::string_view with) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + with.size()))
    text.replace(at, word.size(), with);
}

/// TYPEOF(value [, whether STRING is written as what it stands for])
Result<ExpressionPtr> type_of(ExpressionBinder& binder, const ast::Call& node, Place place) {
  constexpr std::string_view form = "TYPEOF(value[, serializable as a literal])";
  if (node.args.empty() || node.args.size() > 2) return wrong(binder, node, place, form);
  TRY_ASSIGN(const ExpressionPtr value, binder.bind(*node.args[0]));
  std::string text = value->type.to_sql();
  if (node.args.size() == 2) {
    TRY_ASSIGN(const ExpressionPtr whole, binder.bind(*node.args[1]));
    if (!whole->is_literal() || whole->type.kind() != TypeKind::boolean) return wrong(binder, node, place, form);
    if (whole->literal.as_bool()) {
      replace_all(text, "STRING", "VARCHAR(2147483647)");
      replace_all(text, "BYTES", "VARBINARY(2147483647)");
    }
  }
  return Expression::constant(std::move(text), DataType::string());
}

/// TO_TIMESTAMP_LTZ(number [, digits of a second]): more digits than three are kept. Its other forms have a signature.
Result<ExpressionPtr> instant_of_number(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (node.args.empty() || node.args.size() > 2) return ExpressionPtr();
  TRY_ASSIGN(Arguments values, binder.bind_all(node.args));
  if (!data::is_numeric(values[0]->type.kind())) return ExpressionPtr();
  if (values.size() == 1) values.push_back(Expression::constant(int64_t{3}, DataType::integer().not_null()));
  if (!data::is_integer(values[1]->type.kind()))
    return wrong(binder, node, place, "TO_TIMESTAMP_LTZ(number[, integer])");
  int64_t digits = 3;
  if (values[1]->is_literal() && !values[1]->literal.is_null()) {
    digits = values[1]->literal.as_int();
    if (digits < 0 || digits > 9)
      return binder.errors().invalid(node.args[1]->place, "TO_TIMESTAMP_LTZ takes a precision from 0 to 9",
                                     fmt::format("0 for seconds, 3 for milliseconds; not {}", digits));
  }
  if (values[0]->type.kind() == TypeKind::decimal || data::is_integer(values[0]->type.kind()))
    values[0] = cast_to(values[0], DataType::bigint());
  else
    values[0] = cast_to(values[0], DataType::double_precision());
  values[1] = cast_to(values[1], DataType::integer());
  const DataType type = DataType::timestamp_ltz(static_cast<int32_t>(std::max<int64_t>(digits, 3)));
  return Expression::call(Function::to_timestamp_ltz, std::move(values), type);
}

/// The catalogue and the database that there are.
Result<ExpressionPtr> current_name(ExpressionBinder& binder, const ast::Call& node, Place place) {
  if (!node.args.empty()) return wrong(binder, node, place, name_of(node) + "()");
  return Expression::constant("default_database", DataType::string().not_null());
}

struct Special {
  std::string_view name;
  Result<ExpressionPtr> (*bind)(ExpressionBinder&, const ast::Call&, Place);
};
constexpr std::array<Special, 37> specials = {{{"ABS", same_number},
                                               {"CEIL", floor_or_ceil},
                                               {"COALESCE", coalesce},
                                               {"CURRENT_DATABASE", current_name},
                                               {"CURRENT_WATERMARK", current_watermark},
                                               {"DAYOFMONTH", unit_function},
                                               {"DAYOFWEEK", unit_function},
                                               {"DAYOFYEAR", unit_function},
                                               {"EXTRACT", extract},
                                               {"FLOOR", floor_or_ceil},
                                               {"GREATEST", extreme},
                                               {"HOUR", unit_function},
                                               {"IF", if_else},
                                               {"IFNULL", coalesce},
                                               {"JSON_ARRAY", bind_json_call},
                                               {"JSON_EXISTS", bind_json_call},
                                               {"JSON_OBJECT", bind_json_call},
                                               {"JSON_QUERY", bind_json_call},
                                               {"JSON_STRING", bind_json_call},
                                               {"JSON_VALUE", bind_json_call},
                                               {"LEAST", extreme},
                                               {"MINUTE", unit_function},
                                               {"MOD", modulo},
                                               {"MONTH", unit_function},
                                               {"NULLIF", null_if},
                                               {"QUARTER", unit_function},
                                               {"ROUND", round},
                                               {"SECOND", unit_function},
                                               {"SIGN", same_number},
                                               {"TIMESTAMPADD", timestamp_add},
                                               {"TIMESTAMPDIFF", timestamp_diff},
                                               {"TO_TIMESTAMP_LTZ", instant_of_number},
                                               {"TRIM", trim},
                                               {"TRUNCATE", round},
                                               {"TYPEOF", type_of},
                                               {"WEEK", unit_function},
                                               {"YEAR", unit_function}}};

}  // namespace

std::span<const std::string_view> special_function_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> list;
    for (const Special& special : specials) list.push_back(special.name);
    return list;
  }();
  return names;
}

Result<ExpressionPtr> bind_special_call(ExpressionBinder& binder, const ast::Call& node, Place place) {
  const auto* special = std::ranges::find(specials, name_of(node), &Special::name);
  if (special == specials.end()) return ExpressionPtr();
  return special->bind(binder, node, place);
}

}  // namespace azud::sql
