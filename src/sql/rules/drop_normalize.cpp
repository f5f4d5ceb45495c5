#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

/// The same without the normalize that it ends in, with nothing but projections above; null if it is anything else.
LogicalPtr without_normalize(const LogicalPtr& node) {
  if (node->kind == LogicalKind::normalize)
    return node->as<LogicalNormalize>().condition ? nullptr : node->inputs.front();
  if (node->kind != LogicalKind::project) return nullptr;
  const LogicalPtr below = without_normalize(node->inputs.front());
  return below ? with_inputs(node, {below}) : nullptr;
}

}  // namespace

Roots drop_normalize(const Roots& roots) {
  return rewrite_up(roots, [](const LogicalPtr& node) {
    if (node->kind != LogicalKind::join || node->as<LogicalJoin>().as_of < 0) return node;
    const LogicalPtr right = without_normalize(node->inputs[1]);
    return right ? with_inputs(node, {node->inputs[0], right}) : node;
  });
}

}  // namespace azud::sql
