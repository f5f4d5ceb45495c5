#pragma once

#include "sql/plan/physical_rows.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// Filter and projection.
///
/// In: any changelog. Out: the same; a filter may let only half of an update pass. State: none. Late: nothing.
/// Watermark: as it comes.
Result<OperatorSpecPtr> make_calc(const sql::NodePtr& node, const EvalSettings& settings);

}  // namespace azud::stream
