#include <algorithm>

#include "sql/plan/logical_rows.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

bool is_deterministic_node(const LogicalNode& node) {
  const auto pure = [](const ExpressionPtr& expression) { return is_deterministic(*expression); };
  if (node.kind == LogicalKind::filter) return pure(node.as<LogicalFilter>().condition);
  if (node.kind == LogicalKind::project) return std::ranges::all_of(node.as<LogicalProject>().expressions, pure);
  return true;
}

/// Equal for nodes that compute the same. Two INSERTs of the same rows are two.
std::string key_of(const LogicalNode& node) {
  std::string key = fmt::format("{} {}", static_cast<int>(node.kind), node.describe(Wording::exact));
  for (const LogicalPtr& input : node.inputs) key += fmt::format(" {}", static_cast<const void*>(input.get()));
  if (node.kind == LogicalKind::scan)
    key += fmt::format(" {}", static_cast<const void*>(node.as<LogicalScan>().table.get()));
  return key;
}

}  // namespace

Roots share_nodes(const Roots& roots) {
  std::unordered_map<std::string, LogicalPtr> first;
  return rewrite_up(roots, [&](const LogicalPtr& node) {
    if (node->kind == LogicalKind::sink || !is_deterministic_node(*node)) return node;
    return first.try_emplace(key_of(*node), node).first->second;
  });
}

Roots optimise(const Roots& roots) {
  Roots plan = share_nodes(simplify_expressions(roots));
  plan = merge_projects(drop_aggregates(plan));
  plan = read_versions(drop_normalize(push_filters(plan)));
  plan = merge_projects(simplify_expressions(plan));
  plan = share_nodes(plan);
  plan = prune_columns(plan);
  return share_nodes(merge_projects(plan));
}

}  // namespace azud::sql
