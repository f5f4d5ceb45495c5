#include "sql/explain/explain.h"

#include <unordered_map>

#include <fmt/format.h>

#include "sql/plan/physical_io.h"
#include "sql/plan/physical_rows.h"
#include "sql/plan/physical_state.h"

namespace azud::sql {
namespace {

/// Writes a graph of nodes as an indented tree.
template <class Node, class Pointer>
class TreePrinter {
 public:
  explicit TreePrinter(const std::vector<Pointer>& roots) {
    for (const Pointer& root : roots) count(*root);
    for (const Pointer& root : roots) print(*root, 0);
  }
  std::string take() { return std::move(out_); }

 private:
  void count(const Node& node) {
    if (++counts_[&node] > 1) return;
    for (const auto& input : node.inputs) count(*input);
  }

  void print(const Node& node, int level) {
    const std::string margin(static_cast<std::size_t>(level) * 2, ' ');
    const bool shared = counts_[&node] > 1;
    if (const auto known = numbers_.find(&node); known != numbers_.end()) {
      out_ += fmt::format("{}→ #{}\n", margin, known->second);
      return;
    }
    std::string label;
    if (shared) {
      const auto number = static_cast<int>(numbers_.size()) + 1;
      numbers_.emplace(&node, number);
      label = fmt::format("#{} ", number);
    }
    write(node, margin, label);
    for (const auto& input : node.inputs) print(*input, level + 1);
  }

  void write(const LogicalNode& node, const std::string& margin, const std::string& label) {
    out_ += fmt::format("{}{}{}\n", margin, label, node.describe(Wording::names));
  }

  void write(const PhysicalNode& node, const std::string& margin, const std::string& label) {
    out_ += fmt::format("{}{}{}\n", margin, label, describe(node, Wording::names));
    std::string note = fmt::format("id {}, changes {}", node.id, to_string(node.mode));
    if (!node.upsert_key.empty()) {
      std::string key;
      for (const int32_t column : node.upsert_key)
        key += (key.empty() ? "" : ", ") + node.output[static_cast<std::size_t>(column)].name;
      note += ", key " + key;
    }
    out_ += fmt::format("{}    {}\n", margin, note);
    if (const std::string state = state_of(node); !state.empty())
      out_ += fmt::format("{}    keeps {}\n", margin, state);
    if (const std::string late = late_rule_of(node); !late.empty())
      out_ += fmt::format("{}    late {}\n", margin, late);
  }

  std::unordered_map<const Node*, int> counts_;
  std::unordered_map<const Node*, int> numbers_;
  std::string out_;
};

std::string for_how_long(int64_t ttl_ms) {
  return ttl_ms == 0 ? "for ever (table.exec.state.ttl is off)"
                     : fmt::format("for {} ms after its last change", ttl_ms);
}

std::string or_ttl(int64_t ttl_ms) {
  return ttl_ms == 0 ? "" : fmt::format(" or {} ms after the key's last change", ttl_ms);
}

std::string over_state(const OverNode& over) {
  const std::string_view waiting = over.proctime ? "" : "the rows that wait for the watermark, and ";
  const int64_t ttl = over.state_ttl_ms;
  const std::string long_ago =
      ttl == 0 ? " for ever" : fmt::format(" until no row came for {} to {} ms", ttl, ttl + ttl / 2);
  if (!over.preceding) return fmt::format("per key {}the aggregates{}", waiting, long_ago);
  if (over.rows) return fmt::format("per key {}the last {}{}", waiting, *over.preceding, long_ago);
  return fmt::format("per key {}those of the {} ms before", waiting, *over.preceding);
}

}  // namespace

std::string state_of(const PhysicalNode& node) {
  switch (node.kind) {
    case NodeKind::changelog_normalize:
      return "the last row per key, until its delete" + or_ttl(node.as<ChangelogNormalizeNode>().state_ttl_ms);
    case NodeKind::upsert_materialize:
      return "all rows per key of the table, until their delete" +
             or_ttl(node.as<UpsertMaterializeNode>().state_ttl_ms);
    case NodeKind::window_assign: return "";
    case NodeKind::window_aggregate:
      return "per key and slice the aggregates, until the last window with the slice ends";
    case NodeKind::group_aggregate:
      return "per group the aggregates and a count of rows, " +
             for_how_long(node.as<GroupAggregateNode>().state_ttl_ms);
    case NodeKind::over: return over_state(node.as<OverNode>());
    case NodeKind::sorted_over:
      return "per key all rows in order, each with the aggregates up to it, " +
             for_how_long(node.as<SortedOverNode>().state_ttl_ms);
    case NodeKind::temporal_join:
      return "left rows until both watermarks pass them; per key the versions that a left row may still need";
    case NodeKind::limit: return "a count";
    default: return "";
  }
}

std::string late_rule_of(const PhysicalNode& node) {
  switch (node.kind) {
    case NodeKind::window_aggregate:
      if (node.as<WindowAggregateNode>().window.proctime) return "";
      if (node.as<WindowAggregateNode>().window.kind == WindowSpec::Kind::tumble)
        return "when watermark >= window_end - 1";
      return "when the last window that holds the row has fired; otherwise it counts in those that have not";
    case NodeKind::over:
      if (node.as<OverNode>().proctime) return "";
      return node.as<OverNode>().preceding ? "when its time <= the last time fired for its key"
                                           : "when its time <= watermark";
    case NodeKind::temporal_join: return "never: joined with the version still kept, if any";
    default: return "";
  }
}

std::string to_text(const std::vector<LogicalPtr>& roots) { return TreePrinter<LogicalNode, LogicalPtr>(roots).take(); }

std::string to_text(const PhysicalPlan& plan) { return TreePrinter<PhysicalNode, NodePtr>(plan.sinks).take(); }

}  // namespace azud::sql
