#include <algorithm>

#include "sql/analyze/window_columns.h"
#include "sql/bind/relation.h"
#include "sql/lower/lowering.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

using WindowColumn = WindowAggregateNode::WindowColumn;

/// The columns of a node as expressions over the window table function below it, and what filters between demand.
struct PulledUp {
  std::vector<ExpressionPtr> columns;
  std::vector<ExpressionPtr> conditions;
};

std::optional<PulledUp> pull_up(const LogicalNode& node) {
  switch (node.kind) {
    case LogicalKind::window: {
      PulledUp result;
      for (std::size_t i = 0; i < node.output.size(); ++i)
        result.columns.push_back(column_of(node, static_cast<int32_t>(i)));
      return result;
    }
    case LogicalKind::filter: {
      std::optional<PulledUp> result = pull_up(node.input());
      if (result) result->conditions.push_back(replace_inputs(node.as<LogicalFilter>().condition, result->columns));
      return result;
    }
    case LogicalKind::project: {
      std::optional<PulledUp> result = pull_up(node.input());
      if (!result) return result;
      std::vector<ExpressionPtr> columns;
      for (const ExpressionPtr& expression : node.as<LogicalProject>().expressions)
        columns.push_back(replace_inputs(expression, result->columns));
      result->columns = std::move(columns);
      return result;
    }
    default: return std::nullopt;
  }
}

/// Whether the expression can do without the columns that the window function adds.
bool without_window(const Expression& expression, const LogicalWindow& window) {
  std::vector<bool> used(window.output.size(), false);
  note_inputs(expression, used);
  return std::none_of(used.begin() + static_cast<std::ptrdiff_t>(window.input().output.size()), used.end(),
                      [](bool u) { return u; });
}

/// The aggregation's input without the window function: only what keys and calls read, then the time column.
struct Unwindowed {
  LogicalPtr input;
  std::vector<int32_t> places;  ///< where the columns of the aggregation's input are; -1 for those not read
  int32_t time_column;
};

std::optional<Unwindowed> without_window(const LogicalAggregate& aggregate, const WindowColumns& window) {
  if (window.function == nullptr) return std::nullopt;
  const std::optional<PulledUp> pulled = pull_up(aggregate.input());
  if (!pulled) return std::nullopt;
  std::vector<bool> read(aggregate.input().output.size(), false);
  for (const int32_t key : aggregate.keys)
    if (key != window.start && key != window.end && key != window.time) read[static_cast<std::size_t>(key)] = true;
  for (const AggregateCall& call : aggregate.calls) {
    for (const int32_t argument : call.arguments) read[static_cast<std::size_t>(argument)] = true;
    if (call.filter >= 0) read[static_cast<std::size_t>(call.filter)] = true;
  }
  Unwindowed result{window.function->inputs.front(), std::vector<int32_t>(read.size(), -1), -1};
  std::vector<ExpressionPtr> expressions;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (!read[i]) continue;
    if (!without_window(*pulled->columns[i], *window.function)) return std::nullopt;
    result.places[i] = static_cast<int32_t>(expressions.size());
    expressions.push_back(pulled->columns[i]);
    names.push_back(aggregate.input().output[i].name);
  }
  for (const ExpressionPtr& condition : pulled->conditions)
    if (!without_window(*condition, *window.function)) return std::nullopt;
  if (!pulled->conditions.empty())
    result.input = make_filter(result.input, all_of(pulled->conditions), aggregate.origin);
  const int32_t time = window.function->window.time_column;
  const auto known = std::ranges::find_if(
      expressions, [&](const ExpressionPtr& e) { return e->kind == Expression::Kind::input && e->input == time; });
  result.time_column = static_cast<int32_t>(known - expressions.begin());
  if (known == expressions.end()) {
    expressions.push_back(column_of(*result.input, time));
    names.push_back(result.input->output[static_cast<std::size_t>(time)].name);
  }
  result.input = make_project(result.input, std::move(expressions), std::move(names), aggregate.origin);
  return result;
}

int32_t moved(int32_t column, const std::vector<int32_t>& places) {
  return column < 0 ? -1 : places[static_cast<std::size_t>(column)];
}

std::vector<AggregateCall> move_calls(std::vector<AggregateCall> calls, const std::vector<int32_t>& places) {
  for (AggregateCall& call : calls) {
    for (int32_t& argument : call.arguments) argument = moved(argument, places);
    call.filter = moved(call.filter, places);
  }
  return calls;
}

std::vector<int32_t> identity(std::size_t size) {
  std::vector<int32_t> places(size);
  for (std::size_t i = 0; i < size; ++i) places[i] = static_cast<int32_t>(i);
  return places;
}

Status check_calls(const std::vector<AggregateCall>& calls, const Origin& origin) {
  for (const AggregateCall& call : calls)
    if (call.function == Aggregate::single_value)
      return std::unexpected(origin.error(Code::unsupported, "SINGLE_VALUE is not supported"));
  return {};
}

}  // namespace

Result<NodePtr> Lowering::lower_window(const LogicalWindow& window) {
  if (window.window.kind == WindowSpec::Kind::session)
    return std::unexpected(window.origin.error(Code::unsupported, "SESSION windows are not supported",
                                               "TUMBLE, HOP and CUMULATE are; the gap to the row before is ts - "
                                               "LAG(ts, 1) OVER (PARTITION BY k ORDER BY ts)"));
  TRY_ASSIGN(const NodePtr input, lower(window.inputs.front()));
  auto node = std::make_shared<WindowAssignNode>();
  node->inputs = {input};
  node->output = window.output;
  node->window = window.window;
  return add(std::move(node), distribution(input), window.origin);
}

Result<NodePtr> Lowering::lower_aggregate(const LogicalAggregate& aggregate) {
  TRY(check_calls(aggregate.calls, aggregate.origin));
  if (groups_by_window(aggregate)) return lower_window_aggregate(aggregate);
  TRY_ASSIGN(const NodePtr input, lower(aggregate.inputs.front()));
  auto node = std::make_shared<GroupAggregateNode>();
  node->inputs = {exchange(input, aggregate.keys, aggregate.origin)};
  node->output = aggregate.output;
  node->keys = aggregate.keys;
  node->aggregates = aggregate.calls;
  node->state_ttl_ms = settings_.state_ttl_ms();
  std::vector<int32_t> after;
  for (const int32_t key : distribution(node->inputs[0]).value_or(std::vector<int32_t>()))
    after.push_back(static_cast<int32_t>(std::ranges::find(aggregate.keys, key) - aggregate.keys.begin()));
  return add(std::move(node), std::move(after), aggregate.origin);
}

Result<NodePtr> Lowering::lower_window_aggregate(const LogicalAggregate& aggregate) {
  const WindowColumns window = *window_columns_of(aggregate.input());
  auto node = std::make_shared<WindowAggregateNode>();
  node->window = window.window;
  NodePtr input;
  std::vector<int32_t> places;
  if (const auto plain = without_window(aggregate, window)) {
    // The refusal of SESSION is the table function's own.
    if (window.window.kind == WindowSpec::Kind::session) return lower_window(*window.function);
    TRY_ASSIGN(input, lower(plain->input));
    owned_.push_back(plain->input);
    places = plain->places;
    node->window.time_column = plain->time_column;
  } else {
    TRY_ASSIGN(input, lower(aggregate.inputs.front()));
    places = identity(aggregate.input().output.size());
    node->window.time_column = window.time;
    node->input_window_start = window.start;
    node->input_window_end = window.end;
  }
  // The node gives keys, results, then the window's columns; `order` puts them as the aggregation has them.
  std::vector<int32_t> order(aggregate.output.size());
  for (std::size_t i = 0; i < aggregate.keys.size(); ++i) {
    const int32_t key = aggregate.keys[i];
    if (key == window.start || key == window.end || key == window.time) continue;
    order[i] = static_cast<int32_t>(node->keys.size());
    node->keys.push_back(moved(key, places));
    node->output.push_back(aggregate.output[i]);
  }
  node->aggregates = move_calls(aggregate.calls, places);
  for (std::size_t i = aggregate.keys.size(); i < aggregate.output.size(); ++i) {
    order[i] = static_cast<int32_t>(node->output.size());
    node->output.push_back(aggregate.output[i]);
  }
  for (std::size_t i = 0; i < aggregate.keys.size(); ++i) {
    const int32_t key = aggregate.keys[i];
    if (key != window.start && key != window.end && key != window.time) continue;
    order[i] = static_cast<int32_t>(node->output.size());
    node->window_columns.push_back(key == window.start ? WindowColumn::start
                                   : key == window.end ? WindowColumn::end
                                                       : WindowColumn::time);
    node->output.push_back(aggregate.output[i]);
  }
  input = exchange(input, node->keys, aggregate.origin);
  node->inputs = {input};
  std::vector<int32_t> spread;
  for (const int32_t key : distribution(input).value_or(std::vector<int32_t>())) {
    const auto found = std::ranges::find(node->keys, key);
    spread.push_back(static_cast<int32_t>(found - node->keys.begin()));
  }
  const NodePtr result = add(std::move(node), std::move(spread), aggregate.origin);
  if (order == identity(order.size())) return result;
  std::vector<ExpressionPtr> projections;
  for (const int32_t place : order)
    projections.push_back(Expression::column(place, result->output[static_cast<std::size_t>(place)].type));
  return calc(result, nullptr, std::move(projections), aggregate.output, aggregate.origin);
}

}  // namespace azud::sql
