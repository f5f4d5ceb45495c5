#pragma once

#include <string>
#include <vector>

#include "sql/plan/logical.h"
#include "sql/plan/physical.h"

namespace azud::sql {

/// The plan as a tree of lines, results first. A node that several read is written once, "#1", and then referred to.
std::string to_text(const std::vector<LogicalPtr>& roots);

/// The same for the physical plan; below each node its changelog mode and key, what state it keeps and for how long,
/// and when a row is too late for it.
std::string to_text(const PhysicalPlan& plan);

/// What the node remembers and when it forgets it; empty if nothing.
std::string state_of(const PhysicalNode& node);
/// When a row comes too late for the node; empty if never.
std::string late_rule_of(const PhysicalNode& node);

}  // namespace azud::sql
