#include "sql/bind/expression_binder.h"

#include "sql/bind/bind_type.h"
#include "sql/bind/casting.h"
#include "sql/bind/expression_rules.h"
#include "sql/bind/literal.h"
#include "sql/bind/type_rules.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

/// Nodes that are no scalar expressions wherever they stand.
std::unexpected<Error> refuse(const ast::Expr& expr, const BindErrors& errors) {
  if (expr.as<ast::Star>() != nullptr)
    return errors.invalid(expr.place, "* stands only in a select list and in COUNT(*)");
  if (expr.as<ast::InQuery>() != nullptr || expr.as<ast::Exists>() != nullptr)
    return errors.unsupported(expr.place, "IN (query) and EXISTS are not supported",
                              "they are joins on a stream, whose state grows for ever; a slowly changing table can be "
                              "joined with FOR SYSTEM_TIME AS OF");
  if (expr.as<ast::ScalarQuery>() != nullptr)
    return errors.unsupported(expr.place, "a query as a value is not supported",
                              "join the query, or write the value as a literal");
  if (expr.as<ast::TableArgument>() != nullptr || expr.as<ast::Descriptor>() != nullptr)
    return errors.invalid(expr.place, "TABLE and DESCRIPTOR stand only in a table function in FROM");
  return errors.invalid(expr.place, "this word is no expression");
}

Result<ExpressionPtr> select_field(const ExpressionPtr& row, const ast::Name& name, const BindErrors& errors) {
  if (row->type.kind() != TypeKind::row)
    return errors.invalid(name.place, fmt::format("{} has no fields: it is {}", "this value", row->type.to_sql()));
  std::vector<std::string> candidates;
  for (std::size_t i = 0; i < row->type.fields().size(); ++i) {
    if (row->type.fields()[i].name == name.text) return field_of(row, i);
    candidates.push_back(row->type.fields()[i].name);
  }
  return errors.not_found(name.place, fmt::format("the row has no field {}", name.text),
                          suggestion(name.text, candidates));
}

}  // namespace

std::vector<DataType> types_of(const std::vector<ExpressionPtr>& expressions) {
  std::vector<DataType> types;
  types.reserve(expressions.size());
  for (const ExpressionPtr& expression : expressions) types.push_back(expression->type);
  return types;
}

bool any_nullable(const std::vector<ExpressionPtr>& expressions) { return any_nullable(types_of(expressions)); }

ExpressionPtr field_of(const ExpressionPtr& row, std::size_t index) {
  const DataType& type = row->type.fields()[index].type;
  auto place = Expression::constant(static_cast<int64_t>(index), DataType::integer().not_null());
  return Expression::call(Function::field_access, {row, std::move(place)},
                          type.with_nullable(type.nullable() || row->type.nullable()));
}

ExpressionPtr negate_if(bool negated, ExpressionPtr expression) {
  if (!negated) return expression;
  const DataType type = expression->type;
  return Expression::call(Function::logical_not, {std::move(expression)}, type);
}

Result<std::vector<ExpressionPtr>> to_common_type(std::vector<ExpressionPtr> values, Place place, std::string_view what,
                                                  const BindErrors& errors, Floats floats) {
  const std::vector<DataType> types = types_of(values);
  const std::optional<DataType> type = common_type(types, floats);
  if (!type) {
    std::string list;
    for (const DataType& each : types) list += (list.empty() ? "" : ", ") + each.with_nullable(true).to_sql();
    return errors.invalid(place, fmt::format("{} have no common type: {}", what, list), "CAST them to one type");
  }
  if (type->kind() == TypeKind::null)
    return errors.invalid(place, fmt::format("{} are all NULL, so they have no type", what),
                          "write CAST(NULL AS type)");
  for (ExpressionPtr& value : values) value = cast_to(value, *type);
  return values;
}

Result<ExpressionPtr> ExpressionBinder::bind(const ast::Expr& expr) {
  TRY_ASSIGN(ExpressionPtr literal, bind_literal(expr, false, errors()));
  if (literal) return literal;
  return std::visit(
      [&](const auto& node) -> Result<ExpressionPtr> {
        if constexpr (requires { bind_node(*this, node, expr.place); }) return bind_node(*this, node, expr.place);
        return refuse(expr, errors());
      },
      expr.node);
}

Result<std::vector<ExpressionPtr>> ExpressionBinder::bind_all(const std::vector<ast::ExprPtr>& exprs) {
  std::vector<ExpressionPtr> bound;
  bound.reserve(exprs.size());
  for (const ast::ExprPtr& expr : exprs) {
    TRY_ASSIGN(bound.emplace_back(), bind(*expr));
  }
  return bound;
}

Result<ExpressionPtr> ExpressionBinder::bind_condition(const ast::Expr& expr) {
  TRY_ASSIGN(ExpressionPtr bound, bind(expr));
  if (bound->type.kind() == TypeKind::null) return cast_to(bound, DataType::boolean());
  if (bound->type.kind() != TypeKind::boolean)
    return errors().invalid(
        expr.place, fmt::format("{} needs a condition, not {}", clause_, bound->type.with_nullable(true).to_sql()));
  return bound;
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::NameExpr& node, Place) {
  TRY_ASSIGN(const Scope::Found found, binder.scope().find(node.path, binder.errors()));
  const Field& field = binder.scope().columns()[static_cast<std::size_t>(found.column)];
  ExpressionPtr expression = Expression::column(found.column, field.type);
  for (std::size_t i = found.names_used; i < node.path.size(); ++i) {
    TRY_ASSIGN(expression, select_field(expression, node.path[i], binder.errors()));
  }
  return expression;
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Field& node, Place) {
  TRY_ASSIGN(const ExpressionPtr row, binder.bind(*node.record));
  return select_field(row, node.field, binder.errors());
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Index& node, Place place) {
  TRY_ASSIGN(const ExpressionPtr collection, binder.bind(*node.collection));
  TRY_ASSIGN(ExpressionPtr index, binder.bind(*node.index));
  const DataType& type = collection->type;
  if (type.kind() == TypeKind::array) {
    if (!data::is_integer(index->type.kind()))
      return binder.errors().invalid(node.index->place, "the index of an array is an integer, counted from 1");
    const DataType element = type.element().with_nullable(true);
    return Expression::call(Function::element_at, {collection, cast_to(index, DataType::integer())}, element);
  }
  if (type.kind() == TypeKind::map) {
    const DataType& key = type.fields()[0].type;
    if (!can_assign(index->type, key))
      return binder.errors().invalid(node.index->place, fmt::format("a key of this map is {}", key.to_sql()));
    return Expression::call(Function::element_at, {collection, cast_to(index, key)},
                            type.fields()[1].type.with_nullable(true));
  }
  return binder.errors().invalid(place, fmt::format("only arrays and maps take [ ], not {}", type.to_sql()),
                                 type.kind() == TypeKind::row ? "write row.field" : "");
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::RowExpr& node, Place place) {
  TRY_ASSIGN(std::vector<ExpressionPtr> items, binder.bind_all(node.items));
  std::vector<data::FieldType> fields;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i]->type.kind() == TypeKind::null)
      return binder.errors().invalid(node.items[i]->place, "a bare NULL has no type", "write CAST(NULL AS type)");
    fields.push_back({fmt::format("EXPR${}", i), items[i]->type});
  }
  if (items.empty()) return binder.errors().invalid(place, "a ROW needs a field");
  return Expression::call(Function::row_constructor, std::move(items), DataType::row(std::move(fields)).not_null());
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::ArrayExpr& node, Place place) {
  if (node.items.empty())
    return binder.errors().invalid(place, "ARRAY[] has no type", "write CAST(NULL AS ARRAY<type>)");
  TRY_ASSIGN(std::vector<ExpressionPtr> items, binder.bind_all(node.items));
  const DataType element = common_type(types_of(items)).value_or(DataType());
  TRY_ASSIGN(items, to_common_type(std::move(items), place, "the elements of ARRAY", binder.errors()));
  return Expression::call(Function::array_constructor, std::move(items), DataType::array(element).not_null());
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::MapExpr& node, Place place) {
  if (node.items.empty())
    return binder.errors().invalid(place, "MAP[] has no type", "write CAST(NULL AS MAP<key, value>)");
  TRY_ASSIGN(const std::vector<ExpressionPtr> items, binder.bind_all(node.items));
  std::vector<ExpressionPtr> keys, values;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    keys.push_back(items[i]);
    values.push_back(items[i + 1]);
  }
  const DataType key = common_type(types_of(keys)).value_or(DataType());
  const DataType value = common_type(types_of(values)).value_or(DataType());
  TRY_ASSIGN(keys, to_common_type(std::move(keys), place, "the keys of MAP", binder.errors()));
  TRY_ASSIGN(values, to_common_type(std::move(values), place, "the values of MAP", binder.errors()));
  std::vector<ExpressionPtr> pairs;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    pairs.push_back(keys[i]);
    pairs.push_back(values[i]);
  }
  return Expression::call(Function::map_constructor, std::move(pairs), DataType::map(key, value).not_null());
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Cast& node, Place place) {
  TRY_ASSIGN(ExpressionPtr operand, binder.bind(*node.operand));
  TRY_ASSIGN(const DataType type, bind_type(node.type, binder.errors()));
  if (!can_cast(operand->type, type)) {
    const bool number_to_time = data::is_numeric(operand->type.kind()) && data::is_timestamp(type.kind());
    return binder.errors().invalid(
        place, fmt::format("there is no cast from {} to {}", operand->type.with_nullable(true).to_sql(), type.to_sql()),
        number_to_time ? "TO_TIMESTAMP_LTZ(milliseconds, 3) makes a time of a number" : "");
  }
  // A literal, or a value that is stored alike, needs no cast that could fail.
  ExpressionPtr plain = cast_to(operand, type);
  const bool can_fail = plain->kind == Expression::Kind::call && plain->function == Function::cast;
  if (!can_fail && plain->type.same_kind_as(type)) return plain;
  const Function function = node.or_null ? Function::try_cast : Function::cast;
  const DataType result = type.with_nullable(node.or_null || operand->type.nullable());
  return Expression::call(function, {std::move(operand)}, result);
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Case& node, Place place) {
  ExpressionPtr operand;
  if (node.operand) {
    TRY_ASSIGN(operand, binder.bind(*node.operand));
  }
  std::vector<ExpressionPtr> conditions, results;
  for (const ast::Case::Branch& branch : node.branches) {
    if (operand) {
      TRY_ASSIGN(const ExpressionPtr value, binder.bind(*branch.condition));
      TRY_ASSIGN(conditions.emplace_back(),
                 compare(Function::equal, operand, value, branch.condition->place, binder.errors()));
    } else {
      ExpressionBinder inner(binder.scope(), binder.context(), "WHEN", binder.calls());
      TRY_ASSIGN(conditions.emplace_back(), inner.bind_condition(*branch.condition));
    }
    TRY_ASSIGN(results.emplace_back(), binder.bind(*branch.result));
  }
  if (node.otherwise) {
    TRY_ASSIGN(results.emplace_back(), binder.bind(*node.otherwise));
  } else {
    results.push_back(Expression::constant(data::Value(), DataType()));
  }
  TRY_ASSIGN(results, to_common_type(std::move(results), place, "the results of CASE", binder.errors()));
  std::vector<ExpressionPtr> arguments;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    arguments.push_back(conditions[i]);
    arguments.push_back(results[i]);
  }
  arguments.push_back(results.back());
  const DataType type = results.back()->type.with_nullable(any_nullable(results));
  return Expression::call(Function::case_when, std::move(arguments), type);
}

}  // namespace azud::sql
