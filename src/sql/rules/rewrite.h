#pragma once

#include <unordered_map>
#include <vector>

#include "sql/plan/expression.h"
#include "sql/plan/logical.h"

/// What the rewrites of the logical plan share. A plan is a graph: a rule may change a node for one consumer only if
/// it has no other.
namespace azud::sql {

using Roots = std::vector<LogicalPtr>;

/// How many edges lead to each node (a root counts as one more).
class Consumers {
 public:
  explicit Consumers(const Roots& roots);
  bool is_shared(const LogicalNode& node) const { return counts_.at(&node) > 1; }

 private:
  std::unordered_map<const LogicalNode*, int> counts_;
};

/// The node over other inputs; itself if they are the same.
LogicalPtr with_inputs(const LogicalPtr& node, std::vector<LogicalPtr> inputs);

/// Every node replaced by `change` of it over its replaced inputs, each once.
template <class Change>
Roots rewrite_up(const Roots& roots, Change&& change) {
  std::unordered_map<const LogicalNode*, LogicalPtr> changed;
  for (const LogicalPtr& node : in_order(roots)) {
    std::vector<LogicalPtr> inputs;
    for (const LogicalPtr& input : node->inputs) inputs.push_back(changed.at(input.get()));
    changed.emplace(node.get(), change(with_inputs(node, std::move(inputs))));
  }
  Roots out;
  for (const LogicalPtr& root : roots) out.push_back(changed.at(root.get()));
  return out;
}

/// How many expressions the tree holds, counted no further than `limit`.
std::size_t tree_size(const Expression& expression, std::size_t limit);
/// Above this, substituting expressions into others stops: it could double with each level of views.
inline constexpr std::size_t tree_size_max = 2000;

}  // namespace azud::sql
