#include "sql/bind/group_binder.h"

#include <algorithm>

#include "sql/analyze/window_columns.h"
#include "sql/bind/window_function.h"
#include "sql/plan/logical_state.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {

Status GroupBinder::bind_keys(const ast::Select& select, const Scope& scope) {
  columns_ = scope.columns();
  ExpressionBinder binder(scope, context_, "GROUP BY");
  for (const ast::GroupItem& item : select.group_by) TRY(bind_item(item, binder));
  return {};
}

Status GroupBinder::bind_item(const ast::GroupItem& item, ExpressionBinder& binder) {
  if (item.kind != ast::GroupItem::Kind::key) {
    const ast::GroupItem* inner = &item;
    while (!inner->sets.empty() && !inner->key && inner->keys.empty()) inner = &inner->sets.front();
    const Place place = inner->key ? inner->key->place : inner->keys.empty() ? Place{} : inner->keys.front()->place;
    return context_.errors.unsupported(place, "GROUPING SETS, CUBE and ROLLUP are not supported",
                                       "write one GROUP BY for each set and join them with UNION ALL");
  }
  const std::vector<ast::ExprPtr> keys = item.key ? std::vector<ast::ExprPtr>{item.key} : item.keys;
  for (const ast::ExprPtr& key : keys) {
    const auto* call = key->as<ast::Call>();
    if (call != nullptr && window_kind(*call))
      return context_.errors.unsupported(
          key->place, fmt::format("the older form GROUP BY {}(…) is not supported", to_upper(call->name.back().text)),
          "write FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), size)) … GROUP BY window_start, window_end");
    TRY_ASSIGN(ExpressionPtr bound, binder.bind(*key));
    // A literal is the same for all rows; Flink takes it as such too, not as the place of a column.
    if (bound->is_literal()) continue;
    const auto* name = key->as<ast::NameExpr>();
    key_names_.push_back(name != nullptr ? name->path.back().text : fmt::format("key{}", keys_.size()));
    keys_.push_back(std::move(bound));
  }
  return {};
}

Result<ExpressionPtr> GroupBinder::add_call(const ast::Call& call, Place place, const Scope& scope, bool grouped) {
  ExpressionBinder inner(scope, context_, "an aggregate");
  std::vector<ExpressionPtr> arguments;
  for (const ast::ExprPtr& argument : call.args) {
    if (argument->as<ast::Star>() != nullptr && to_upper(call.name.back().text) == "COUNT") continue;
    TRY_ASSIGN(arguments.emplace_back(), inner.bind(*argument));
  }
  ExpressionPtr filter;
  if (call.filter) {
    TRY_ASSIGN(filter, inner.bind_condition(*call.filter));
  }
  TRY_ASSIGN(BoundAggregate aggregate,
             bind_aggregate(call, std::move(arguments), std::move(filter), grouped, false, place, context_.errors));
  const auto same = std::ranges::find(calls_, aggregate, &Call::aggregate);
  const auto index = static_cast<int32_t>(same - calls_.begin());
  const data::DataType type = aggregate.type;
  if (same == calls_.end()) calls_.push_back({std::move(aggregate), place});
  return Expression::column(first_call + index, type);
}

/// The column of the projection that holds the expression.
int32_t GroupBinder::place_argument(const ExpressionPtr& expression) {
  const auto same = std::ranges::find_if(projected_, [&](const ExpressionPtr& e) { return *e == *expression; });
  const auto place = static_cast<int32_t>(same - projected_.begin());
  if (same == projected_.end()) projected_.push_back(expression);
  return place;
}

Result<LogicalPtr> GroupBinder::build(const LogicalPtr& input, Origin origin) {
  auto node = std::make_shared<LogicalAggregate>();
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    node->keys.push_back(place_argument(keys_[i]));
    node->output.push_back({key_names_[i], keys_[i]->type});
  }
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const BoundAggregate& bound = calls_[i].aggregate;
    AggregateCall call{bound.function, {}, bound.constants, bound.distinct, -1, bound.type, fmt::format("agg{}", i)};
    for (const ExpressionPtr& argument : bound.arguments) call.arguments.push_back(place_argument(argument));
    if (bound.filter) call.filter = place_argument(bound.filter);
    node->output.push_back({call.name, call.type});
    node->calls.push_back(std::move(call));
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < projected_.size(); ++i) {
    const bool plain = projected_[i]->kind == Expression::Kind::input;
    names.push_back(plain ? input->output[static_cast<std::size_t>(projected_[i]->input)].name : fmt::format("x{}", i));
  }
  // COUNT(*) without keys reads no column; one constant keeps the rows countable.
  if (projected_.empty()) {
    projected_.push_back(Expression::constant(int64_t{0}, data::DataType::integer().not_null()));
    names.emplace_back("x0");
  }
  node->inputs = {make_project(input, projected_, std::move(names), origin)};
  node->origin = std::move(origin);
  // The time of a window goes on being a rowtime where the whole window is grouped by.
  const std::optional<WindowColumns> window = window_columns_of(*node->inputs.front());
  const bool windowed = window && std::ranges::find(node->keys, window->start) != node->keys.end() &&
                        std::ranges::find(node->keys, window->end) != node->keys.end();
  for (std::size_t i = 0; windowed && i < node->keys.size(); ++i)
    if (node->keys[i] == window->time)
      node->output[i].time = node->inputs.front()->output[static_cast<std::size_t>(window->time)].time;
  return node;
}

Result<ExpressionPtr> GroupBinder::over_result(const ExpressionPtr& expression, Place place) const {
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (*keys_[i] == *expression) return Expression::column(static_cast<int32_t>(i), expression->type);
  if (expression->is_literal()) return expression;
  if (expression->kind == Expression::Kind::input) {
    if (expression->input >= 2 * first_call) return expression;  // an OVER call, which comes later
    if (expression->input >= first_call)
      return Expression::column(static_cast<int32_t>(keys_.size()) + expression->input - first_call, expression->type);
    const std::string& name = columns_[static_cast<std::size_t>(expression->input)].name;
    return context_.errors.invalid(place,
                                   fmt::format("column {} is neither grouped by nor inside of an aggregate", name),
                                   fmt::format("add it to GROUP BY, or take MAX({}) or LAST_VALUE({})", name, name));
  }
  std::vector<ExpressionPtr> arguments;
  for (const ExpressionPtr& argument : expression->arguments) {
    TRY_ASSIGN(arguments.emplace_back(), over_result(argument, place));
  }
  return Expression::call(expression->function, std::move(arguments), expression->type, expression->options);
}

}  // namespace azud::sql
