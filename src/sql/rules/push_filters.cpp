#include <algorithm>

#include "sql/bind/relation.h"
#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

using Conditions = std::vector<ExpressionPtr>;

bool uses_only(const Expression& expression, const std::vector<bool>& allowed) {
  std::vector<bool> used(allowed.size(), false);
  note_inputs(expression, used);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (used[i] && !allowed[i]) return false;
  return true;
}

std::vector<bool> first_columns(std::size_t width, std::size_t count) {
  std::vector<bool> mask(width, false);
  std::fill_n(mask.begin(), count, true);
  return mask;
}

class FilterPusher {
 public:
  explicit FilterPusher(const Roots& roots) : consumers_(roots) {}

  LogicalPtr build(const LogicalPtr& node) {
    if (const auto done = built_.find(node.get()); done != built_.end()) return done->second;
    LogicalPtr result;
    if (node->kind == LogicalKind::filter) {
      result = push(node->inputs.front(), conjuncts_of(node->as<LogicalFilter>().condition), node->origin);
    } else {
      std::vector<LogicalPtr> inputs;
      for (const LogicalPtr& input : node->inputs) inputs.push_back(build(input));
      result = with_inputs(node, std::move(inputs));
    }
    built_.emplace(node.get(), result);
    return result;
  }

 private:
  /// The rows of `node` for which all conditions hold.
  LogicalPtr push(const LogicalPtr& node, Conditions conditions, const Origin& origin) {
    if (conditions.empty()) return build(node);
    if (consumers_.is_shared(*node)) return filter(build(node), std::move(conditions), origin);
    switch (node->kind) {
      case LogicalKind::filter: {
        const Conditions own = conjuncts_of(node->as<LogicalFilter>().condition);
        conditions.insert(conditions.begin(), own.begin(), own.end());
        return push(node->inputs.front(), std::move(conditions), origin);
      }
      case LogicalKind::project: return below_project(node, conditions, origin);
      case LogicalKind::union_all: return below_union(node, conditions, origin);
      case LogicalKind::window:
      case LogicalKind::correlate: {
        const std::size_t width = node->input().output.size();
        return below(node, std::move(conditions), first_columns(node->output.size(), width), origin);
      }
      case LogicalKind::normalize: return into_normalize(node, std::move(conditions), origin);
      case LogicalKind::over: return below(node, std::move(conditions), partition_columns(*node), origin);
      case LogicalKind::aggregate: return below_aggregate(node, std::move(conditions), origin);
      case LogicalKind::join: return below_join(node, std::move(conditions), origin);
      default: return filter(build(node), std::move(conditions), origin);
    }
  }

  static LogicalPtr filter(const LogicalPtr& input, Conditions conditions, const Origin& origin) {
    if (conditions.empty()) return input;
    return make_filter(input, all_of(std::move(conditions)), origin);
  }

  /// Takes out of `conditions` those that use only columns of `allowed`.
  static Conditions take(Conditions& conditions, const std::vector<bool>& allowed) {
    const auto stay = std::ranges::stable_partition(
        conditions, [&](const ExpressionPtr& c) { return !uses_only(*c, allowed) || !is_deterministic(*c); });
    Conditions taken(stay.begin(), stay.end());
    conditions.erase(stay.begin(), stay.end());
    return taken;
  }

  /// Below a node that passes its input's columns on in front of its own.
  LogicalPtr below(const LogicalPtr& node, Conditions conditions, const std::vector<bool>& allowed,
                   const Origin& origin) {
    Conditions inner = take(conditions, allowed);
    std::vector<LogicalPtr> inputs = {push(node->inputs.front(), std::move(inner), origin)};
    return filter(with_inputs(node, std::move(inputs)), std::move(conditions), origin);
  }

  LogicalPtr below_project(const LogicalPtr& node, const Conditions& conditions, const Origin& origin) {
    const auto& project = node->as<LogicalProject>();
    Conditions stay, inner;
    for (const ExpressionPtr& condition : conditions) {
      std::vector<bool> used(project.expressions.size(), false);
      note_inputs(*condition, used);
      bool pure = is_deterministic(*condition);
      for (std::size_t i = 0; i < used.size(); ++i)
        pure = pure && (!used[i] || is_deterministic(*project.expressions[i]));
      const ExpressionPtr moved = pure ? simplify(replace_inputs(condition, project.expressions)) : nullptr;
      if (moved && tree_size(*moved, tree_size_max) < tree_size_max)
        inner.push_back(moved);
      else
        stay.push_back(condition);
    }
    std::vector<LogicalPtr> inputs = {push(node->inputs.front(), std::move(inner), origin)};
    return filter(with_inputs(node, std::move(inputs)), std::move(stay), origin);
  }

  LogicalPtr below_union(const LogicalPtr& node, const Conditions& conditions, const Origin& origin) {
    std::vector<LogicalPtr> inputs;
    for (const LogicalPtr& input : node->inputs) inputs.push_back(push(input, conditions, origin));
    return with_inputs(node, std::move(inputs));
  }

  /// Conditions on the key are about all rows of a key: they go below. The others go into the node: above it, they
  /// would let the old half of an update through alone, which takes nothing away from who counts by key.
  LogicalPtr into_normalize(const LogicalPtr& node, Conditions conditions, const Origin& origin) {
    std::vector<bool> keys(node->output.size(), false);
    for (const int32_t column : node->as<LogicalNormalize>().key) keys[static_cast<std::size_t>(column)] = true;
    Conditions below = take(conditions, keys);
    Conditions inside = take(conditions, std::vector<bool>(node->output.size(), true));
    auto normalize = std::make_shared<LogicalNormalize>(node->as<LogicalNormalize>());
    normalize->inputs = {push(node->inputs.front(), std::move(below), origin)};
    if (normalize->condition) inside.insert(inside.begin(), normalize->condition);
    normalize->condition = all_of(std::move(inside));
    return filter(normalize, std::move(conditions), origin);
  }

  static std::vector<bool> partition_columns(const LogicalNode& node) {
    std::vector<bool> mask(node.output.size(), false);
    for (const int32_t column : node.as<LogicalOver>().partition_by) mask[static_cast<std::size_t>(column)] = true;
    return mask;
  }

  LogicalPtr below_aggregate(const LogicalPtr& node, Conditions conditions, const Origin& origin) {
    const auto& aggregate = node->as<LogicalAggregate>();
    Conditions inner;
    for (const ExpressionPtr& condition : take(conditions, first_columns(node->output.size(), aggregate.keys.size())))
      inner.push_back(remap_inputs(condition, aggregate.keys));
    std::vector<LogicalPtr> inputs = {push(node->inputs.front(), std::move(inner), origin)};
    return filter(with_inputs(node, std::move(inputs)), std::move(conditions), origin);
  }

  /// To the side that the condition is about, where padding with NULL cannot make a difference. Never to the versions
  /// of a temporal join: which one is valid is decided before it is looked at.
  LogicalPtr below_join(const LogicalPtr& node, Conditions conditions, const Origin& origin) {
    const auto& join = node->as<LogicalJoin>();
    const std::size_t left = join.inputs[0]->output.size();
    const std::size_t width = node->output.size();
    Conditions to_left, to_right;
    if (join.type == LogicalJoin::Type::inner || join.type == LogicalJoin::Type::left)
      to_left = take(conditions, first_columns(width, left));
    const bool right_too = join.type == LogicalJoin::Type::inner || join.type == LogicalJoin::Type::right;
    if (join.as_of < 0 && right_too) {
      std::vector<bool> mask = first_columns(width, left);
      mask.flip();
      std::vector<int32_t> moved(width);
      for (std::size_t i = 0; i < width; ++i) moved[i] = static_cast<int32_t>(i) - static_cast<int32_t>(left);
      for (const ExpressionPtr& condition : take(conditions, mask)) to_right.push_back(remap_inputs(condition, moved));
    }
    std::vector<LogicalPtr> inputs = {push(node->inputs[0], std::move(to_left), origin),
                                      push(node->inputs[1], std::move(to_right), origin)};
    return filter(with_inputs(node, std::move(inputs)), std::move(conditions), origin);
  }

  Consumers consumers_;
  std::unordered_map<const LogicalNode*, LogicalPtr> built_;
};

}  // namespace

Roots push_filters(const Roots& roots) {
  FilterPusher pusher(roots);
  Roots out;
  for (const LogicalPtr& root : roots) out.push_back(pusher.build(root));
  return out;
}

}  // namespace azud::sql
