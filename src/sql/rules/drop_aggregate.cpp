#include <algorithm>

#include "sql/analyze/unique_key.h"
#include "sql/analyze/window_columns.h"
#include "sql/bind/casting.h"
#include "sql/bind/relation.h"
#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

/// Whether the call over one row is the row's own value.
bool is_own_value(const AggregateCall& call) {
  const bool plain =
      call.function == Aggregate::sum || call.function == Aggregate::min || call.function == Aggregate::max;
  return plain && call.filter < 0;
}

}  // namespace

Roots drop_aggregates(const Roots& roots) {
  return rewrite_up(roots, [](const LogicalPtr& node) -> LogicalPtr {
    if (node->kind != LogicalKind::aggregate) return node;
    const auto& aggregate = node->as<LogicalAggregate>();
    if (aggregate.keys.empty() || !std::ranges::all_of(aggregate.calls, is_own_value)) return node;
    if (groups_by_window(aggregate) || !is_unique(node->input(), aggregate.keys)) return node;
    auto project = std::make_shared<LogicalProject>();
    project->inputs = node->inputs;
    project->origin = node->origin;
    project->output = node->output;
    for (const int32_t column : aggregate.keys) project->expressions.push_back(column_of(node->input(), column));
    for (const AggregateCall& call : aggregate.calls)
      project->expressions.push_back(cast_to(column_of(node->input(), call.arguments.front()), call.type));
    return project;
  });
}

}  // namespace azud::sql
