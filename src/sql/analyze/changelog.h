#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "sql/plan/connector_traits.h"
#include "sql/plan/logical.h"
#include "sql/plan/physical.h"

namespace azud::sql {

/// The nodes of a plan that is being made, inputs before those who read them, and where each was written.
struct PlanGraph {
  std::vector<std::shared_ptr<PhysicalNode>> nodes;
  std::unordered_map<const PhysicalNode*, Origin> origins;
};

/// Whether the node's output updates or deletes rows that it gave before, its inputs being known.
bool makes_updates(const PhysicalNode& node);

/// The columns that name an updating node's rows; empty if none are known. Its inputs' keys are known.
std::vector<int32_t> find_upsert_key(const PhysicalNode& node);

/// Sets mode and upsert key of every node. -U rows are left out where nobody needs them. An error, at its place, for a
/// node that takes only new rows and gets updates: which operator updates, why, and two ways to write it.
Status set_changelog_modes(PlanGraph& graph, const ConnectorRegistry& connectors);

/// Names every node after what it is made of (`id`), so that its state is found again after a restart, and after edits
/// elsewhere in the file.
void set_identities(PlanGraph& graph);

}  // namespace azud::sql
