#include "sql/analyze/changelog.h"

#include <algorithm>

#include "sql/analyze/unique_key.h"
#include "sql/plan/physical_io.h"
#include "sql/plan/physical_rows.h"
#include "sql/plan/physical_state.h"

namespace azud::sql {
namespace {

using Columns = std::vector<int32_t>;

bool updates(const PhysicalNode& node) { return node.mode != ChangelogMode::insert_only; }

bool contains(const Columns& columns, int32_t column) { return std::ranges::find(columns, column) != columns.end(); }
bool is_subset(const Columns& part, const Columns& whole) {
  return std::ranges::all_of(part, [&](int32_t column) { return contains(whole, column); });
}
bool same_set(const Columns& a, const Columns& b) { return is_subset(a, b) && is_subset(b, a); }

/// The key behind a projection: empty if a column of it is not passed on.
Columns project_key(const CalcNode& calc, const Columns& key) {
  if (calc.projections.empty()) return key;
  Columns out;
  for (const int32_t column : key) {
    const auto found =
        std::ranges::find_if(calc.projections, [&](const ExpressionPtr& e) { return passed_column(*e) == column; });
    if (found == calc.projections.end()) return {};
    out.push_back(static_cast<int32_t>(found - calc.projections.begin()));
  }
  return out;
}

/// A filter that looks at more than the key may let only one half of an update through.
bool filters_updates(const ExpressionPtr& condition, const PhysicalNode& input) {
  if (!condition) return false;
  std::vector<bool> used(input.output.size(), false);
  note_inputs(*condition, used);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (used[i] && !contains(input.upsert_key, static_cast<int32_t>(i))) return true;
  return false;
}

/// Whether a sink has to be told the old half of an update.
bool needs_update_before(const SinkNode& sink, const ConnectorRegistry& connectors) {
  if (sink.collect) return true;
  const Result<const ConnectorTraits*> traits = connectors.find(*sink.table);
  if (traits && (*traits)->sink_mode == ChangelogMode::retract) return (*traits)->shows_changes;
  const Columns& key = sink.inputs[0]->upsert_key;
  return key.empty() || !same_set(key, sink.key);
}

/// Whether `node` needs the -U of its input number `index`, if that input updates.
bool needs_update_before(const PhysicalNode& node, std::size_t index, bool own, const ConnectorRegistry& connectors) {
  const PhysicalNode& input = *node.inputs[index];
  switch (node.kind) {
    case NodeKind::sink: return needs_update_before(node.as<SinkNode>(), connectors);
    case NodeKind::calc: {
      const auto& calc = node.as<CalcNode>();
      return own || filters_updates(calc.condition, input) || project_key(calc, input.upsert_key).empty();
    }
    case NodeKind::exchange: return own || !is_subset(node.as<ExchangeNode>().keys, input.upsert_key);
    case NodeKind::watermark:
    case NodeKind::union_all: return own || input.upsert_key.empty();
    case NodeKind::changelog_normalize: return false;
    case NodeKind::temporal_join:
      return index == 0 || !same_set(input.upsert_key, node.as<TemporalJoinNode>().right_keys);
    default: return true;
  }
}

/// Whether a node takes only new rows at that input, and how it is called in the error.
std::string_view append_only_input(const PhysicalNode& node, std::size_t index, const ConnectorRegistry& connectors) {
  switch (node.kind) {
    case NodeKind::over: return "OVER";
    case NodeKind::window_assign: return "a window table function without GROUP BY";
    case NodeKind::limit: return "LIMIT";
    case NodeKind::temporal_join: return index == 0 ? "the left side of FOR SYSTEM_TIME AS OF" : "";
    case NodeKind::sink: {
      const auto& sink = node.as<SinkNode>();
      if (sink.collect) return "";
      const Result<const ConnectorTraits*> traits = connectors.find(*sink.table);
      const bool append = traits && (*traits)->sink_mode == ChangelogMode::insert_only;
      return append ? std::string_view("the table") : "";
    }
    default: return "";
  }
}

/// The node nearest to the sources on the way down that begins to update, and its reason.
const PhysicalNode* find_updater(const PhysicalNode& node) {
  for (const NodePtr& input : node.inputs)
    if (updates(*input)) return find_updater(*input);
  return &node;
}

std::string reason_of(const PhysicalNode& updater) {
  if (updater.kind == NodeKind::group_aggregate)
    return "GROUP BY without a window changes a group's result with each row";
  if (updater.kind == NodeKind::sorted_over)
    return "OVER in the order of a column that is no time attribute changes the results of the rows after a new one";
  if (updater.kind == NodeKind::changelog_normalize || updater.kind == NodeKind::scan)
    return "the table's rows replace each other by their primary key";
  return "it changes rows that it gave before";
}

std::string list_names(const Columns& columns, const Schema& schema) {
  std::string out;
  for (const int32_t column : columns) out += (out.empty() ? "" : ", ") + schema[static_cast<std::size_t>(column)].name;
  return out;
}

Error refuse_updates(const PlanGraph& graph, const PhysicalNode& node, const PhysicalNode& input,
                     std::string_view what) {
  const PhysicalNode& updater = *find_updater(input);
  const Origin& where = graph.origins.at(&updater);
  const std::string place = where.source ? " at " + where.source->show(where.place) : "";
  std::string name(what);
  std::string hint =
      "group by a window, so that each result is final: FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), "
      "INTERVAL '1' MINUTE)) … GROUP BY …, window_start, window_end";
  if (node.kind == NodeKind::sink) {
    const auto& sink = node.as<SinkNode>();
    name = fmt::format("table {} takes only new rows (connector {})", sink.table->name,
                       sink.table->options.at("connector"));
    const std::string key = list_names(input.upsert_key, input.output);
    hint += fmt::format("; or write into a table of 'connector' = 'upsert-kafka' with PRIMARY KEY ({}) NOT ENFORCED",
                        key.empty() ? "…" : key);
  } else {
    name += " takes only new rows";
    hint += "; or write the updates into a table of 'connector' = 'upsert-kafka' first";
  }
  return graph.origins.at(&node).error(
      Code::invalid, fmt::format("{}, and gets updates: {}{}", name, reason_of(updater), place), std::move(hint));
}

ChangelogMode mode_of(const PhysicalNode& node, bool before) {
  switch (node.kind) {
    case NodeKind::group_aggregate:
    case NodeKind::sorted_over:
    case NodeKind::changelog_normalize: return before ? ChangelogMode::retract : ChangelogMode::upsert;
    case NodeKind::upsert_materialize: return ChangelogMode::upsert;
    case NodeKind::scan: return node.mode;
    default: break;
  }
  ChangelogMode mode = ChangelogMode::insert_only;
  for (const NodePtr& input : node.inputs) {
    if (input->mode == ChangelogMode::retract) return ChangelogMode::retract;
    if (input->mode == ChangelogMode::upsert) mode = ChangelogMode::upsert;
  }
  return mode;
}

}  // namespace

bool makes_updates(const PhysicalNode& node) {
  switch (node.kind) {
    case NodeKind::scan: return updates(node);  // as its connector says
    case NodeKind::values:
    case NodeKind::over:
    case NodeKind::window_assign:
    case NodeKind::window_aggregate:
    case NodeKind::temporal_join:
    case NodeKind::limit: return false;
    case NodeKind::group_aggregate:
    case NodeKind::sorted_over:
    case NodeKind::changelog_normalize:
    case NodeKind::upsert_materialize: return true;
    default: return std::ranges::any_of(node.inputs, [](const NodePtr& input) { return updates(*input); });
  }
}

std::vector<int32_t> find_upsert_key(const PhysicalNode& node) {
  if (!updates(node)) return {};
  switch (node.kind) {
    case NodeKind::scan: {
      const auto& scan = node.as<ScanNode>();
      Columns key;
      for (const int32_t place : scan.table->primary_key) {
        const auto found = std::ranges::find(scan.read, place);
        if (found == scan.read.end()) return {};
        key.push_back(static_cast<int32_t>(found - scan.read.begin()));
      }
      return key;
    }
    case NodeKind::changelog_normalize: return node.as<ChangelogNormalizeNode>().key;
    case NodeKind::upsert_materialize: return node.as<UpsertMaterializeNode>().key;
    case NodeKind::group_aggregate: {
      Columns key(node.as<GroupAggregateNode>().keys.size());
      for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<int32_t>(i);
      return key;
    }
    case NodeKind::sorted_over: {
      const auto& over = node.as<SortedOverNode>();
      const Columns& key = updates(*over.inputs[0]) ? over.inputs[0]->upsert_key : over.input_key;
      return is_subset(over.partition_by, key) ? key : Columns();
    }
    case NodeKind::calc: return project_key(node.as<CalcNode>(), node.inputs[0]->upsert_key);
    case NodeKind::exchange:
    case NodeKind::sink:
    case NodeKind::watermark: return node.inputs[0]->upsert_key;
    default: return {};
  }
}

Status set_changelog_modes(PlanGraph& graph, const ConnectorRegistry& connectors) {
  std::unordered_map<const PhysicalNode*, bool> before;
  for (auto it = graph.nodes.rbegin(); it != graph.nodes.rend(); ++it) {
    const PhysicalNode& node = **it;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const PhysicalNode& input = *node.inputs[i];
      if (!updates(input)) continue;
      const std::string_view what = append_only_input(node, i, connectors);
      if (!what.empty()) return std::unexpected(refuse_updates(graph, node, input, what));
      before[&input] = before[&input] || needs_update_before(node, i, before[&node], connectors);
    }
  }
  for (const auto& node : graph.nodes) {
    if (updates(*node)) node->mode = mode_of(*node, before[node.get()]);
    if (node->kind == NodeKind::group_aggregate)
      static_cast<GroupAggregateNode&>(*node).emit_update_before = node->mode == ChangelogMode::retract;
    if (node->kind == NodeKind::sorted_over)
      static_cast<SortedOverNode&>(*node).emit_update_before = node->mode == ChangelogMode::retract;
  }
  return {};
}

}  // namespace azud::sql
