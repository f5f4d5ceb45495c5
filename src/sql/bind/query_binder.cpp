#include "sql/bind/query_binder.h"

#include "sql/bind/casting.h"
#include "sql/bind/expression_rules.h"
#include "sql/bind/type_rules.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

Result<int64_t> bind_count(const ast::ExprPtr& expr, std::string_view clause, const BindContext& context) {
  const Scope nothing;
  ExpressionBinder binder(nothing, context, clause);
  TRY_ASSIGN(const ExpressionPtr bound, binder.bind(*expr));
  const bool number = bound->is_literal() && data::is_integer(bound->type.kind());
  if (!number || bound->literal.as_int() < 0)
    return context.errors.invalid(expr->place, fmt::format("{} takes a number of rows", clause));
  return bound->literal.as_int();
}

/// Each column of both sides in the type that holds both.
LogicalPtr cast_columns(const Relation& relation, const std::vector<DataType>& types, const Origin& origin) {
  std::vector<ExpressionPtr> expressions;
  for (std::size_t i = 0; i < types.size(); ++i)
    expressions.push_back(cast_to(column_of(*relation.node, static_cast<int32_t>(i)), types[i]));
  return make_project(relation.node, std::move(expressions), names_of(relation.columns), origin);
}

/// A time attribute stays one if all inputs of the union have it.
void merge_fields(Schema& into, const Schema& other) {
  for (std::size_t i = 0; i < into.size(); ++i) {
    if (into[i].time != other[i].time) into[i].time = TimeAttribute::none;
    into[i].type = into[i].type.with_nullable(into[i].type.nullable() || other[i].type.nullable());
  }
}

}  // namespace

Result<Relation> QueryBinder::bind(const ast::Query& query) {
  const auto outer = common_tables_;
  for (const ast::CommonTable& table : query.with) {
    TRY_ASSIGN(Relation relation, bind(*table.query));
    if (!table.columns.empty() && table.columns.size() != relation.columns.size())
      return errors().invalid(table.name.place, fmt::format("{} names {} columns, its query has {}", table.name.text,
                                                            table.columns.size(), relation.columns.size()));
    for (std::size_t i = 0; i < table.columns.size(); ++i) relation.columns[i].name = table.columns[i].text;
    common_tables_.insert_or_assign(table.name.text, std::move(relation));
  }
  Result<Relation> result = bind_body(query);
  if (result) result = bind_limits(query, *std::move(result));
  common_tables_ = outer;
  return result;
}

Result<Relation> QueryBinder::bind_body(const ast::Query& query) {
  if (const auto* inner = std::get_if<ast::QueryPtr>(&query.body)) return bind(**inner);
  if (const auto* select = std::get_if<ast::Select>(&query.body)) return bind_select(*this, *select, query.place);
  if (const auto* set = std::get_if<ast::SetOperation>(&query.body)) return bind_set(*set, query.place);
  return bind_values(std::get<ast::Values>(query.body), query.place);
}

Result<Relation> QueryBinder::bind_limits(const ast::Query& query, Relation input) {
  if (query.order_by.empty() && !query.limit && !query.offset) return input;
  auto sort = std::make_shared<LogicalSort>();
  sort->inputs = {input.node};
  sort->output = input.columns;
  sort->origin = origin(query.order_by.empty() ? query.place : query.order_by.front().key->place);
  Scope scope;
  scope.add("", input.columns);
  for (const ast::OrderItem& item : query.order_by) {
    ExpressionBinder binder(scope, context_, "ORDER BY");
    Result<ExpressionPtr> bound = binder.bind(*item.key);
    // Flink also finds columns of FROM that are not selected; whether this is one, only the inner query knows.
    if (!bound && bound.error().code() == Code::not_found)
      return errors().unsupported(
          item.key->place,
          fmt::format("ORDER BY takes columns of the result, and {} is none", errors().source().text(item.key->place)),
          "select it too");
    TRY_ASSIGN(const ExpressionPtr key, std::move(bound));
    int32_t column = key->input;
    if (key->is_literal() && data::is_integer(key->type.kind()))
      column = static_cast<int32_t>(key->literal.as_int()) - 1;
    if (column < 0 || column >= static_cast<int32_t>(input.columns.size()))
      return errors().unsupported(item.key->place, "ORDER BY takes columns of the result",
                                  "give the expression a name in the select list and order by that");
    sort->keys.push_back({column, item.descending, item.nulls_first.value_or(!item.descending)});
  }
  if (query.limit) {
    TRY_ASSIGN(sort->count, bind_count(query.limit, "LIMIT", context_));
  }
  if (query.offset) {
    TRY_ASSIGN(sort->offset, bind_count(query.offset, "OFFSET", context_));
  }
  return Relation{std::move(sort), std::move(input.columns)};
}

QueryBinder::From QueryBinder::no_table() const {
  auto values = std::make_shared<LogicalValues>();
  values->rows.emplace_back();
  return {std::move(values), Scope()};
}

Result<Relation> QueryBinder::bind_values(const ast::Values& values, Place place) {
  const std::size_t width = values.rows.front().size();
  std::vector<std::vector<ExpressionPtr>> columns(width);
  const Scope nothing;
  for (std::size_t i = 0; i < values.rows.size(); ++i) {
    if (values.rows[i].size() != width)
      return errors().invalid(values.row_places[i], fmt::format("this row has {} values, the first one has {}",
                                                                values.rows[i].size(), width));
    ExpressionBinder binder(nothing, context_, "VALUES");
    TRY_ASSIGN(const std::vector<ExpressionPtr> row, binder.bind_all(values.rows[i]));
    for (std::size_t j = 0; j < width; ++j) columns[j].push_back(row[j]);
  }
  std::vector<std::string> names;
  std::vector<DataType> types;
  bool literal = true;
  for (std::size_t j = 0; j < width; ++j) {
    names.push_back(fmt::format("EXPR${}", j));
    TRY_ASSIGN(columns[j], to_common_type(std::move(columns[j]), place, "the values of a column", errors()));
    types.push_back(common_type(types_of(columns[j])).value_or(DataType()));
    for (const ExpressionPtr& value : columns[j]) literal = literal && value->is_literal();
  }
  if (literal) {
    auto node = std::make_shared<LogicalValues>();
    node->origin = origin(place);
    for (std::size_t j = 0; j < width; ++j) node->output.push_back({names[j], types[j]});
    for (std::size_t i = 0; i < values.rows.size(); ++i)
      for (auto& row = node->rows.emplace_back(); const auto& column : columns) row.push_back(column[i]->literal);
    return relation_of(std::move(node));
  }
  // Rows with calls are computed: a projection of one empty row each.
  auto node = std::make_shared<LogicalUnion>();
  node->origin = origin(place);
  for (std::size_t i = 0; i < values.rows.size(); ++i) {
    std::vector<ExpressionPtr> row;
    for (const auto& column : columns) row.push_back(column[i]);
    node->inputs.push_back(make_project(no_table().node, std::move(row), names, origin(values.row_places[i])));
  }
  for (std::size_t j = 0; j < width; ++j) node->output.push_back({names[j], types[j]});
  if (node->inputs.size() == 1) return relation_of(node->inputs.front());
  return relation_of(std::move(node));
}

Result<Relation> QueryBinder::bind_set(const ast::SetOperation& set, Place place) {
  if (set.kind != ast::SetOperation::Kind::union_) {
    const bool except = set.kind == ast::SetOperation::Kind::except;
    return errors().unsupported(place, fmt::format("{} is not supported", except ? "EXCEPT" : "INTERSECT"),
                                "UNION ALL both sides and GROUP BY all columns, counting each side with FILTER");
  }
  TRY_ASSIGN(const Relation left, bind(*set.left));
  TRY_ASSIGN(const Relation right, bind(*set.right));
  if (left.columns.size() != right.columns.size())
    return errors().invalid(place,
                            fmt::format("UNION of {} and {} columns", left.columns.size(), right.columns.size()));
  std::vector<DataType> types;
  for (std::size_t i = 0; i < left.columns.size(); ++i) {
    const std::vector<DataType> both = {left.columns[i].type, right.columns[i].type};
    const std::optional<DataType> type = common_type(both);
    if (!type)
      return errors().invalid(place,
                              fmt::format("UNION: column {} is {} on one side and {} on the other",
                                          left.columns[i].name, both[0].to_sql(), both[1].to_sql()),
                              "CAST one of them");
    types.push_back(*type);
  }
  auto node = std::make_shared<LogicalUnion>();
  node->origin = origin(place);
  for (const Relation* side : {&left, &right}) {
    LogicalPtr input = cast_columns(*side, types, origin(place));
    // A chain of UNION ALL is one node; a view that is one stays by itself, others may use it too.
    const auto* chain = side == &left ? std::get_if<ast::SetOperation>(&set.left->body) : nullptr;
    const bool flat = chain != nullptr && chain->all && set.all && input->kind == LogicalKind::union_all;
    const std::vector<LogicalPtr> parts = flat ? input->inputs : std::vector<LogicalPtr>{input};
    node->inputs.insert(node->inputs.end(), parts.begin(), parts.end());
  }
  node->output = node->inputs.front()->output;
  for (const LogicalPtr& input : node->inputs) merge_fields(node->output, input->output);
  for (std::size_t i = 0; i < node->output.size(); ++i) node->output[i].name = left.columns[i].name;
  if (set.all) return relation_of(std::move(node));
  return relation_of(make_distinct(node, origin(place)));
}

}  // namespace azud::sql
