#include "sql/analyze/unique_key.h"

#include <algorithm>

#include "sql/analyze/window_columns.h"
#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"

namespace azud::sql {
namespace {

using Columns = std::vector<int32_t>;

bool contains(const Columns& columns, int32_t column) { return std::ranges::find(columns, column) != columns.end(); }

std::vector<Columns> keys_of(const LogicalNode& node);

std::vector<Columns> keys_of_scan(const LogicalScan& scan) {
  Columns key;
  for (const int32_t place : scan.table->primary_key) {
    const auto found = std::ranges::find(scan.read, place);
    if (found == scan.read.end()) return {};
    key.push_back(static_cast<int32_t>(found - scan.read.begin()));
  }
  return key.empty() ? std::vector<Columns>() : std::vector<Columns>{key};
}

/// All that it groups by; of a window, its start or its end is enough.
std::vector<Columns> keys_of_aggregate(const LogicalAggregate& aggregate) {
  if (aggregate.keys.empty()) return {};
  Columns start, end;
  const auto window = groups_by_window(aggregate) ? window_columns_of(aggregate.input()) : std::nullopt;
  for (std::size_t i = 0; i < aggregate.keys.size(); ++i) {
    const int32_t key = aggregate.keys[i];
    if (window && key == window->time) continue;
    if (!window || key != window->end) start.push_back(static_cast<int32_t>(i));
    if (!window || key != window->start) end.push_back(static_cast<int32_t>(i));
  }
  return {start, end};
}

std::vector<Columns> keys_of_project(const LogicalProject& project) {
  std::vector<Columns> keys;
  for (const Columns& inner : keys_of(project.input())) {
    Columns key;
    for (const int32_t column : inner) {
      const auto found = std::ranges::find_if(project.expressions,
                                              [&](const ExpressionPtr& e) { return passed_column(*e) == column; });
      if (found == project.expressions.end()) break;
      key.push_back(static_cast<int32_t>(found - project.expressions.begin()));
    }
    if (key.size() == inner.size()) keys.push_back(std::move(key));
  }
  return keys;
}

std::vector<Columns> keys_of(const LogicalNode& node) {
  switch (node.kind) {
    case LogicalKind::scan: return keys_of_scan(node.as<LogicalScan>());
    case LogicalKind::aggregate: return keys_of_aggregate(node.as<LogicalAggregate>());
    case LogicalKind::project: return keys_of_project(node.as<LogicalProject>());
    case LogicalKind::normalize: return {node.as<LogicalNormalize>().key};
    case LogicalKind::join: return node.as<LogicalJoin>().as_of < 0 ? std::vector<Columns>() : keys_of(node.input());
    case LogicalKind::filter:
    case LogicalKind::over:
    case LogicalKind::watermark: return keys_of(node.input());
    default: return {};
  }
}

}  // namespace

int32_t passed_column(const Expression& expression) {
  if (expression.kind == Expression::Kind::input) return expression.input;
  if (expression.kind != Expression::Kind::call || expression.arguments.size() != 1) return -1;
  const Expression& inner = *expression.arguments.front();
  if (expression.function == Function::reinterpret) return passed_column(inner);
  if (expression.function != Function::cast) return -1;
  const data::DataType& from = inner.type;
  const data::DataType& to = expression.type;
  const bool longer =
      data::is_text(from.kind()) && to.kind() == data::TypeKind::varchar && to.length() >= from.length();
  const bool wider = data::is_integer(from.kind()) && data::is_integer(to.kind()) && from.kind() < to.kind();
  return longer || wider ? passed_column(inner) : -1;
}

std::vector<std::vector<int32_t>> unique_keys(const LogicalNode& node) { return keys_of(node); }

bool is_unique(const LogicalNode& node, const std::vector<int32_t>& columns) {
  return std::ranges::any_of(keys_of(node), [&](const Columns& key) {
    return std::ranges::all_of(key, [&](int32_t column) { return contains(columns, column); });
  });
}

}  // namespace azud::sql
