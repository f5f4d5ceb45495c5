#include "sql/lower/lower.h"

#include <algorithm>

#include "sql/lower/lowering.h"

namespace azud::sql {
namespace {

/// A calc that only picks columns: one above it can do that as well.
const CalcNode* as_reordering(const PhysicalNode& node) {
  if (node.kind != NodeKind::calc) return nullptr;
  const auto& calc = node.as<CalcNode>();
  const bool plain =
      std::ranges::all_of(calc.projections, [](const ExpressionPtr& e) { return e->kind == Expression::Kind::input; });
  return plain && !calc.condition && !calc.projections.empty() ? &calc : nullptr;
}

}  // namespace

Result<NodePtr> Lowering::lower(const LogicalPtr& node) {
  if (const auto done = done_.find(node.get()); done != done_.end()) return done->second;
  TRY_ASSIGN(NodePtr lowered, lower_new(node));
  done_.emplace(node.get(), lowered);
  return lowered;
}

Result<NodePtr> Lowering::lower_new(const LogicalPtr& node) {
  switch (node->kind) {
    case LogicalKind::scan: return lower_scan(node->as<LogicalScan>());
    case LogicalKind::values: return lower_values(node->as<LogicalValues>());
    case LogicalKind::filter: return lower_filter(node->as<LogicalFilter>());
    case LogicalKind::project: return lower_project(node->as<LogicalProject>());
    case LogicalKind::watermark: return lower_watermark(node->as<LogicalWatermark>());
    case LogicalKind::normalize: return lower_normalize(node->as<LogicalNormalize>());
    case LogicalKind::union_all: return lower_union(node->as<LogicalUnion>());
    case LogicalKind::correlate: return lower_correlate(node->as<LogicalCorrelate>(), nullptr, node->output);
    case LogicalKind::window: return lower_window(node->as<LogicalWindow>());
    case LogicalKind::aggregate: return lower_aggregate(node->as<LogicalAggregate>());
    case LogicalKind::over: return lower_over(node->as<LogicalOver>());
    case LogicalKind::join: return lower_join(node->as<LogicalJoin>());
    case LogicalKind::sort: return lower_sort(node->as<LogicalSort>());
    case LogicalKind::sink: return lower_sink(node->as<LogicalSink>());
  }
  return fail(Code::internal, "the plan has a node of an unknown kind");
}

NodePtr Lowering::add(std::shared_ptr<PhysicalNode> node, Distribution distribution, const Origin& origin) {
  // Whether and by what a node updates depends on its inputs only, and joins have to know it of theirs.
  if (node->kind != NodeKind::scan)
    node->mode = makes_updates(*node) ? ChangelogMode::retract : ChangelogMode::insert_only;
  node->upsert_key = find_upsert_key(*node);
  distributions_.emplace(node.get(), std::move(distribution));
  graph_.origins.emplace(node.get(), origin);
  graph_.nodes.push_back(node);
  return node;
}

NodePtr Lowering::exchange(const NodePtr& input, const std::vector<int32_t>& keys, const Origin& origin) {
  // Only the same keys in the same order will do, though others may bring equal keys together too: state is spread by
  // the keys of the operator that has it, and has to be where its rows are.
  if (distribution(input) == keys) return input;
  NodePtr& known = exchanges_[{input.get(), keys}];
  if (known) return known;
  auto node = std::make_shared<ExchangeNode>();
  node->inputs = {input};
  node->output = input->output;
  node->keys = keys;
  known = add(std::move(node), keys, origin);
  return known;
}

NodePtr Lowering::calc(const NodePtr& input, ExpressionPtr condition, std::vector<ExpressionPtr> projections,
                       Schema output, const Origin& origin) {
  if (const CalcNode* order = as_reordering(*input); order != nullptr && !projections.empty()) {
    for (ExpressionPtr& projection : projections) projection = replace_inputs(projection, order->projections);
    if (condition) condition = replace_inputs(condition, order->projections);
    return calc(order->inputs[0], std::move(condition), std::move(projections), std::move(output), origin);
  }
  auto node = std::make_shared<CalcNode>();
  node->inputs = {input};
  node->condition = std::move(condition);
  node->projections = std::move(projections);
  node->output = std::move(output);
  Distribution spread = distribution(input);
  if (spread && !node->projections.empty()) {
    std::vector<int32_t> moved;
    for (const int32_t key : *spread) {
      const auto found = std::ranges::find_if(node->projections, [&](const ExpressionPtr& e) {
        return e->kind == Expression::Kind::input && e->input == key;
      });
      if (found != node->projections.end()) moved.push_back(static_cast<int32_t>(found - node->projections.begin()));
    }
    if (moved.size() == spread->size())
      spread = std::move(moved);
    else
      spread.reset();
  }
  return add(std::move(node), std::move(spread), origin);
}

Result<PhysicalPlan> lower(const std::vector<LogicalPtr>& roots, const Settings& settings,
                           const ConnectorRegistry& connectors) {
  Lowering lowering(roots, settings, connectors);
  PhysicalPlan plan;
  for (const LogicalPtr& root : roots) {
    TRY_ASSIGN(plan.sinks.emplace_back(), lowering.lower(root));
  }
  PlanGraph graph = lowering.take_graph();
  TRY(set_changelog_modes(graph, connectors));
  set_identities(graph);
  plan.time_zone = settings.text("table.local-time-zone", "UTC");
  plan.settings = settings.values();
  return plan;
}

}  // namespace azud::sql
