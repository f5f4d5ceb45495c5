#include "sql/analyze/window_columns.h"

#include <algorithm>

#include "sql/plan/logical_rows.h"

namespace azud::sql {
namespace {

/// Where column `column` of the input comes out of the projection; -1 if it does not, as it is.
int32_t find_projected(const LogicalProject& project, int32_t column) {
  for (std::size_t i = 0; i < project.expressions.size(); ++i)
    if (project.expressions[i]->kind == Expression::Kind::input && project.expressions[i]->input == column)
      return static_cast<int32_t>(i);
  return -1;
}

int32_t find_key(const LogicalAggregate& aggregate, int32_t column) {
  const auto found = std::ranges::find(aggregate.keys, column);
  return found == aggregate.keys.end() || column < 0 ? -1 : static_cast<int32_t>(found - aggregate.keys.begin());
}

std::optional<WindowColumns> through_project(const LogicalProject& project) {
  std::optional<WindowColumns> columns = window_columns_of(project.input());
  if (!columns) return std::nullopt;
  for (int32_t* column : {&columns->start, &columns->end, &columns->time})
    if (*column >= 0) *column = find_projected(project, *column);
  return columns;
}

bool has_whole_window(const LogicalAggregate& aggregate, const WindowColumns& columns) {
  return find_key(aggregate, columns.start) >= 0 && find_key(aggregate, columns.end) >= 0;
}

std::optional<WindowColumns> through_aggregate(const LogicalAggregate& aggregate) {
  std::optional<WindowColumns> columns = window_columns_of(aggregate.input());
  if (!columns || !has_whole_window(aggregate, *columns)) return std::nullopt;
  for (int32_t* column : {&columns->start, &columns->end, &columns->time}) *column = find_key(aggregate, *column);
  columns->function = nullptr;
  return columns;
}

}  // namespace

std::optional<WindowColumns> window_columns_of(const LogicalNode& node) {
  switch (node.kind) {
    case LogicalKind::window: {
      const auto& window = node.as<LogicalWindow>();
      const auto first = static_cast<int32_t>(window.input().output.size());
      return WindowColumns{first, first + 1, first + 2, window.window, &window};
    }
    case LogicalKind::filter: return window_columns_of(node.input());
    case LogicalKind::project: return through_project(node.as<LogicalProject>());
    case LogicalKind::aggregate: return through_aggregate(node.as<LogicalAggregate>());
    default: return std::nullopt;
  }
}

bool groups_by_window(const LogicalAggregate& aggregate) {
  const std::optional<WindowColumns> columns = window_columns_of(aggregate.input());
  return columns && has_whole_window(aggregate, *columns);
}

}  // namespace azud::sql
