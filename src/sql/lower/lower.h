#pragma once

#include <unordered_map>

#include "sql/plan/connector_traits.h"
#include "sql/plan/logical.h"
#include "sql/plan/physical.h"
#include "sql/settings.h"

namespace azud::sql {

/// From what is computed to how: operators, exchanges between workers, changelog modes, names of states. What the
/// engine cannot do is refused here, with the place in the text, the reason and what to write instead.
Result<PhysicalPlan> lower(const std::vector<LogicalPtr>& roots, const Settings& settings,
                           const ConnectorRegistry& connectors);

}  // namespace azud::sql
