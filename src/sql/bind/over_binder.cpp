#include "sql/bind/over_binder.h"

#include <algorithm>

#include "sql/bind/literal.h"
#include "sql/plan/logical_state.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

bool same_expressions(const std::vector<ExpressionPtr>& a, const std::vector<ExpressionPtr>& b) {
  return std::ranges::equal(a, b, [](const ExpressionPtr& x, const ExpressionPtr& y) { return *x == *y; });
}

}  // namespace

bool OverBinder::same(const Window& a, const Window& b) {
  return same_expressions(a.partition_by, b.partition_by) && same_expressions(a.order_by, b.order_by) &&
         a.descending == b.descending && a.nulls_last == b.nulls_last && a.rows == b.rows && a.preceding == b.preceding;
}

Status OverBinder::add_window(const ast::NamedWindow& window) {
  if (named_.contains(window.name.text))
    return context_.errors.invalid(window.name.place, fmt::format("there are two windows {}", window.name.text));
  named_.emplace(window.name.text, window.spec);
  return {};
}

/// The window written in the call, or the named one; a named one may be the base of what is written.
Result<ast::WindowSpec> OverBinder::resolve(const ast::Call& call) const {
  const ast::Name* name = call.over_name ? &*call.over_name : call.over->base ? &*call.over->base : nullptr;
  if (name == nullptr) return *call.over;
  const auto found = named_.find(name->text);
  if (found == named_.end())
    return context_.errors.not_found(name->place, fmt::format("there is no window {}", name->text),
                                     fmt::format("declare it: WINDOW {} AS (PARTITION BY … ORDER BY …)", name->text));
  if (!call.over) return found->second;
  ast::WindowSpec spec = *call.over;
  if (!spec.partition_by.empty() || (!spec.order_by.empty() && !found->second.order_by.empty()))
    return context_.errors.invalid(spec.place, "a window cannot change the one that it is based on");
  spec.partition_by = found->second.partition_by;
  if (spec.order_by.empty()) spec.order_by = found->second.order_by;
  if (!spec.frame) spec.frame = found->second.frame;
  return spec;
}

Status OverBinder::bind_frame(const ast::WindowFrame& frame, Place place, Window& window) const {
  using Kind = ast::FrameBound::Kind;
  window.rows = frame.rows;
  if (frame.to.kind != Kind::current_row)
    return context_.errors.unsupported(place, "the frame of OVER ends with CURRENT ROW",
                                       "rows that come later are not known yet in streaming");
  if (frame.from.kind == Kind::unbounded_preceding) return {};
  if (frame.from.kind == Kind::current_row) {
    window.preceding = 0;
    return {};
  }
  if (frame.from.kind != Kind::preceding)
    return context_.errors.invalid(place, "the frame of OVER begins before the current row");
  const ast::Expr& distance = *frame.from.distance;
  TRY_ASSIGN(const ExpressionPtr literal, bind_literal(distance, false, context_.errors));
  const data::TypeKind kind = literal ? literal->type.kind() : data::TypeKind::null;
  if (frame.rows ? !data::is_integer(kind) : kind != data::TypeKind::interval_ms)
    return context_.errors.invalid(distance.place, frame.rows ? "ROWS takes a number" : "RANGE takes an interval",
                                   "ROWS 10 PRECEDING, RANGE INTERVAL '1' HOUR PRECEDING");
  window.preceding = literal->literal.as_int();
  return {};
}

Result<OverBinder::Window> OverBinder::bind_window(const ast::WindowSpec& spec, const Scope& scope,
                                                   CallCollector& aggregates) {
  Window window;
  window.place = spec.place;
  ExpressionBinder partition(scope, context_, "PARTITION BY", &aggregates);
  TRY_ASSIGN(window.partition_by, partition.bind_all(spec.partition_by));
  ExpressionBinder order(scope, context_, "ORDER BY", &aggregates);
  for (const ast::OrderItem& item : spec.order_by) {
    TRY_ASSIGN(window.order_by.emplace_back(), order.bind(*item.key));
    if (window.order_by.back()->is_literal())
      return context_.errors.invalid(spec.place, "OVER cannot be ordered by a constant", "ORDER BY a column");
    window.descending.push_back(item.descending);
    window.nulls_last.push_back(!item.nulls_first.value_or(!item.descending));
  }
  if (window.order_by.empty())
    return context_.errors.invalid(spec.place, "OVER needs ORDER BY",
                                   "in an event-time query, the column that WATERMARK FOR names, unchanged");
  if (spec.frame) TRY(bind_frame(*spec.frame, spec.place, window));
  return window;
}

Result<ExpressionPtr> OverBinder::add_call(const ast::Call& call, Place place, const Scope& scope,
                                           CallCollector& aggregates) {
  if (inside_) return context_.errors.invalid(place, "OVER inside of OVER", "compute the inner one in an inner query");
  if (call.filter)
    return context_.errors.unsupported(place, "FILTER with OVER is not supported",
                                       "write SUM(CASE WHEN … THEN x END) OVER …");
  inside_ = true;
  const auto leave = [&](auto result) {
    inside_ = false;
    return result;
  };
  ExpressionBinder inner(scope, context_, "OVER", &aggregates);
  std::vector<ast::ExprPtr> written;
  for (const ast::ExprPtr& argument : call.args)
    if (argument->as<ast::Star>() == nullptr) written.push_back(argument);
  TRY_ASSIGN(std::vector<ExpressionPtr> arguments, leave(inner.bind_all(written)));
  TRY_ASSIGN(const ast::WindowSpec spec, resolve(call));
  TRY_ASSIGN(Window window, bind_window(spec, scope, aggregates));
  TRY_ASSIGN(BoundAggregate aggregate,
             bind_aggregate(call, std::move(arguments), nullptr, false, true, place, context_.errors));
  // A rank counts rows, whatever the frame.
  const bool rank = aggregate.function == Aggregate::row_number || aggregate.function == Aggregate::rank ||
                    aggregate.function == Aggregate::dense_rank;
  if (rank) window.rows = true;
  if (window_ && !same(*window_, window))
    return context_.errors.unsupported(place, "all OVER clauses of a SELECT must be the same window",
                                       "compute the other one in an outer query over this one");
  if (!window_) window_ = std::move(window);
  const auto known = std::ranges::find(calls_, aggregate, &Call::aggregate);
  const auto index = static_cast<int32_t>(known - calls_.begin());
  const data::DataType type = aggregate.type;
  if (known == calls_.end()) calls_.push_back({std::move(aggregate), place});
  return Expression::column(first_call + index, type);
}

Status OverBinder::over_result(const GroupBinder& groups) {
  for (Call& call : calls_)
    for (ExpressionPtr& argument : call.aggregate.arguments) {
      TRY_ASSIGN(argument, groups.over_result(argument, call.place));
    }
  if (!window_) return {};
  for (auto* list : {&window_->partition_by, &window_->order_by})
    for (ExpressionPtr& expression : *list) {
      TRY_ASSIGN(expression, groups.over_result(expression, window_->place));
    }
  return {};
}

int32_t OverBinder::place_column(const ExpressionPtr& expression) {
  if (expression->kind == Expression::Kind::input) return expression->input;
  const auto known = std::ranges::find_if(projected_, [&](const ExpressionPtr& e) { return *e == *expression; });
  const auto place = static_cast<int32_t>(known - projected_.begin());
  if (known == projected_.end()) projected_.push_back(expression);
  return place;
}

Result<LogicalPtr> OverBinder::build(const LogicalPtr& input, Origin origin) {
  auto node = std::make_shared<LogicalOver>();
  for (std::size_t i = 0; i < input->output.size(); ++i)
    projected_.push_back(column_of(*input, static_cast<int32_t>(i)));
  for (const ExpressionPtr& key : window_->partition_by) node->partition_by.push_back(place_column(key));
  for (std::size_t i = 0; i < window_->order_by.size(); ++i)
    node->order_by.push_back({place_column(window_->order_by[i]), window_->descending[i], window_->nulls_last[i]});
  node->rows = window_->rows;
  node->preceding = window_->preceding;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const BoundAggregate& bound = calls_[i].aggregate;
    AggregateCall call{bound.function, {}, bound.constants, bound.distinct, -1, bound.type, fmt::format("over{}", i)};
    for (const ExpressionPtr& argument : bound.arguments) call.arguments.push_back(place_column(argument));
    node->calls.push_back(std::move(call));
  }
  std::vector<std::string> names = names_of(input->output);
  while (names.size() < projected_.size()) names.push_back(fmt::format("x{}", names.size()));
  node->inputs = {make_project(input, projected_, std::move(names), origin)};
  node->origin = std::move(origin);
  node->output = node->inputs.front()->output;
  width_ = static_cast<int32_t>(node->output.size());
  for (const AggregateCall& call : node->calls) node->output.push_back({call.name, call.type});
  return node;
}

ExpressionPtr OverBinder::over_result(const ExpressionPtr& expression) const {
  if (expression->is_literal()) return expression;
  if (expression->kind == Expression::Kind::input)
    return expression->input < first_call
               ? expression
               : Expression::column(width_ + expression->input - first_call, expression->type);
  std::vector<ExpressionPtr> arguments;
  for (const ExpressionPtr& argument : expression->arguments) arguments.push_back(over_result(argument));
  return Expression::call(expression->function, std::move(arguments), expression->type, expression->options);
}

}  // namespace azud::sql
