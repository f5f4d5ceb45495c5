#include "sql/rules/rewrite.h"

namespace azud::sql {

Consumers::Consumers(const Roots& roots) {
  for (const LogicalPtr& node : in_order(roots)) {
    counts_.try_emplace(node.get(), 0);
    for (const LogicalPtr& input : node->inputs) ++counts_[input.get()];
  }
  for (const LogicalPtr& root : roots) ++counts_[root.get()];
}

LogicalPtr with_inputs(const LogicalPtr& node, std::vector<LogicalPtr> inputs) {
  if (inputs == node->inputs) return node;
  std::unique_ptr<LogicalNode> copy = node->clone();
  copy->inputs = std::move(inputs);
  return copy;
}

std::size_t tree_size(const Expression& expression, std::size_t limit) {
  std::size_t size = 1;
  for (const ExpressionPtr& argument : expression.arguments) {
    if (size >= limit) return limit;
    size += tree_size(*argument, limit - size);
  }
  return size;
}

}  // namespace azud::sql
