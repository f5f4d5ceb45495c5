#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/plan/expression.h"
#include "sql/plan/schema.h"

namespace azud::sql {

enum class NodeKind : uint8_t {
  scan,
  values,
  calc,
  union_all,
  correlate,
  exchange,
  watermark,
  changelog_normalize,
  upsert_materialize,
  window_assign,
  window_aggregate,
  group_aggregate,
  over,
  sorted_over,
  temporal_join,
  limit,
  sink,
};

struct PhysicalNode;
using NodePtr = std::shared_ptr<const PhysicalNode>;

/// A node of the physical plan: immutable data, shared between the branches that use its result (a statement set is a
/// graph, not a tree: each node runs once). Families stand in physical_*.h, found by `kind`.
struct PhysicalNode {
  explicit PhysicalNode(NodeKind node_kind) : kind(node_kind) {}
  virtual ~PhysicalNode() = default;

  NodeKind kind;
  /// Stable across restarts and edits elsewhere in the file: derived from the structure below it. Names state.
  std::string id;
  std::vector<NodePtr> inputs;
  Schema output;
  ChangelogMode mode = ChangelogMode::insert_only;
  /// Columns by which the output's updates are keyed; empty = none known.
  std::vector<int32_t> upsert_key;

  template <class T>
  const T& as() const {
    return static_cast<const T&>(*this);
  }
};

/// What the node does apart from its inputs, in one line; in `Wording::exact` its parameters without names.
std::string describe(const PhysicalNode& node, Wording wording);

/// What runs as one job: the sinks, whose inputs reach all the rest.
struct PhysicalPlan {
  std::vector<NodePtr> sinks;
  /// 'table.local-time-zone': what TIMESTAMP_LTZ is shown and cut in.
  std::string time_zone = "UTC";
  /// Every SET in force when the statement was planned.
  std::map<std::string, std::string> settings;
  /// Every node once, inputs before those who read them.
  std::vector<NodePtr> in_order() const;
};

}  // namespace azud::sql
