#include <algorithm>

#include "sql/bind/bind_type.h"
#include "sql/bind/casting.h"
#include "sql/bind/expression_rules.h"
#include "sql/bind/type_rules.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

/// "ON EMPTY DEFAULT" as an option; the value of DEFAULT becomes one more argument.
Status add_fallback(ExpressionBinder& binder, const std::optional<ast::JsonFallback>& fallback, std::string_view when,
                    std::string_view otherwise, const DataType& type, std::vector<ExpressionPtr>& arguments,
                    std::vector<std::string>& options) {
  options.push_back(fmt::format("ON {} {}", when, fallback ? std::string_view(fallback->kind) : otherwise));
  if (!fallback || !fallback->value) return {};
  TRY_ASSIGN(const ExpressionPtr value, binder.bind(*fallback->value));
  if (!can_cast(value->type, type))
    return binder.errors().invalid(fallback->value->place, fmt::format("the default must be {}", type.to_sql()));
  arguments.push_back(cast_to(value, type));
  return {};
}

bool is_allowed(const std::optional<ast::JsonFallback>& fallback, std::initializer_list<std::string_view> kinds) {
  return !fallback || std::ranges::find(kinds, fallback->kind) != kinds.end();
}

Result<ExpressionPtr> json_exists(ExpressionBinder& binder, const ast::JsonClauses& clauses,
                                  std::vector<ExpressionPtr> arguments, Place place) {
  if (clauses.returning || clauses.on_empty || !clauses.wrapper.empty() ||
      !is_allowed(clauses.on_error, {"TRUE", "FALSE", "UNKNOWN", "ERROR"}))
    return binder.errors().invalid(place, "JSON_EXISTS takes TRUE, FALSE, UNKNOWN or ERROR ON ERROR only");
  const bool nullable = any_nullable(arguments) || (clauses.on_error && clauses.on_error->kind == "UNKNOWN");
  std::string option = "ON ERROR " + (clauses.on_error ? clauses.on_error->kind : std::string("FALSE"));
  return Expression::call(Function::json_exists, std::move(arguments), DataType::boolean().with_nullable(nullable),
                          {std::move(option)});
}

Result<ExpressionPtr> json_value(ExpressionBinder& binder, const ast::JsonClauses& clauses,
                                 std::vector<ExpressionPtr> arguments, Place place) {
  const BindErrors& errors = binder.errors();
  DataType type = DataType::string();
  if (clauses.returning) {
    TRY_ASSIGN(type, bind_type(*clauses.returning, errors));
    if (!type.fields().empty() || data::is_bytes(type.kind()))
      return errors.invalid(clauses.returning->place, "JSON_VALUE returns text, numbers, booleans and times");
  }
  if (!clauses.wrapper.empty()) return errors.invalid(place, "only JSON_QUERY has a WRAPPER");
  for (const auto* fallback : {&clauses.on_empty, &clauses.on_error})
    if (!is_allowed(*fallback, {"NULL", "ERROR", "DEFAULT"}))
      return errors.invalid(place, "JSON_VALUE takes NULL, ERROR or DEFAULT value ON EMPTY and ON ERROR");
  std::vector<std::string> options;
  TRY(add_fallback(binder, clauses.on_empty, "EMPTY", "NULL", type, arguments, options));
  TRY(add_fallback(binder, clauses.on_error, "ERROR", "NULL", type, arguments, options));
  return Expression::call(Function::json_value, std::move(arguments), type.with_nullable(true), std::move(options));
}

Result<ExpressionPtr> json_query(ExpressionBinder& binder, const ast::JsonClauses& clauses,
                                 std::vector<ExpressionPtr> arguments, Place place) {
  const BindErrors& errors = binder.errors();
  DataType type = DataType::string();
  if (clauses.returning) {
    TRY_ASSIGN(type, bind_type(*clauses.returning, errors));
    const bool texts = type.kind() == TypeKind::array && data::is_text(type.element().kind());
    if (!texts && !data::is_text(type.kind()))
      return errors.invalid(clauses.returning->place, "JSON_QUERY returns STRING or ARRAY<STRING>");
  }
  for (const auto* fallback : {&clauses.on_empty, &clauses.on_error})
    if (!is_allowed(*fallback, {"NULL", "ERROR", "EMPTY ARRAY", "EMPTY OBJECT"}))
      return errors.invalid(place, "JSON_QUERY takes NULL, ERROR, EMPTY ARRAY or EMPTY OBJECT ON EMPTY and ON ERROR");
  std::vector<std::string> options = {"WRAPPER " +
                                      (clauses.wrapper.empty() ? std::string("WITHOUT") : clauses.wrapper)};
  TRY(add_fallback(binder, clauses.on_empty, "EMPTY", "NULL", type, arguments, options));
  TRY(add_fallback(binder, clauses.on_error, "ERROR", "NULL", type, arguments, options));
  return Expression::call(Function::json_query, std::move(arguments), type.with_nullable(true), std::move(options));
}

/// JSON has no dates, times of day and intervals in Flink.
bool can_be_json(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::date:
    case TypeKind::time:
    case TypeKind::interval_ms:
    case TypeKind::interval_months:
    case TypeKind::null: return false;
    default:
      return std::ranges::all_of(type.fields(), [](const data::FieldType& field) { return can_be_json(field.type); });
  }
}

/// JSON_OBJECT, JSON_ARRAY, JSON_STRING.
Result<ExpressionPtr> make_json(ExpressionBinder& binder, const ast::Call& node, Place place) {
  const std::string name = to_upper(node.name.back().text);
  const bool object = name == "JSON_OBJECT", text = name == "JSON_STRING";
  if (text && node.args.size() != 1) return binder.errors().invalid(place, "JSON_STRING takes one value");
  TRY_ASSIGN(std::vector<ExpressionPtr> arguments, binder.bind_all(node.args));
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const DataType& type = arguments[i]->type;
    if (object && i % 2 == 0 &&
        (!arguments[i]->is_literal() || arguments[i]->literal.is_null() || !data::is_text(type.kind())))
      return binder.errors().invalid(node.args[i]->place, "a key of JSON_OBJECT is a text literal");
    if (!can_be_json(type))
      return binder.errors().invalid(node.args[i]->place, fmt::format("{} cannot be written as JSON", type.to_sql()),
                                     "CAST it to STRING");
  }
  if (text)
    return Expression::call(Function::json_string, {arguments[0]},
                            DataType::string().with_nullable(arguments[0]->type.nullable()));
  const bool absent = node.json && node.json->wrapper == "ABSENT";  // ON NULL
  return Expression::call(object ? Function::json_object : Function::json_array, std::move(arguments),
                          DataType::string().not_null(), {absent ? "ABSENT ON NULL" : "NULL ON NULL"});
}

}  // namespace

Result<ExpressionPtr> bind_json_call(ExpressionBinder& binder, const ast::Call& node, Place place) {
  const std::string name = to_upper(node.name.back().text);
  if (name == "JSON_OBJECT" || name == "JSON_ARRAY" || name == "JSON_STRING") return make_json(binder, node, place);
  TRY_ASSIGN(std::vector<ExpressionPtr> arguments, binder.bind_all(node.args));
  if (arguments.size() != 2 || !data::is_text(arguments[0]->type.kind()) || !data::is_text(arguments[1]->type.kind()))
    return binder.errors().invalid(place, fmt::format("{} takes a JSON text and a path", name),
                                   fmt::format("for example {}(x, '$.a.b')", name));
  const ast::JsonClauses clauses = node.json.value_or(ast::JsonClauses{});
  if (name == "JSON_EXISTS") return json_exists(binder, clauses, std::move(arguments), place);
  if (name == "JSON_QUERY") return json_query(binder, clauses, std::move(arguments), place);
  return json_value(binder, clauses, std::move(arguments), place);
}

}  // namespace azud::sql
