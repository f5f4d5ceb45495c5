#pragma once

#include "sql/plan/physical_io.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// VALUES: its rows, once, from worker 0.
///
/// Out: inserts. State: that the rows are out. Late: nothing. Watermark: the end of time.
Result<OperatorSpecPtr> make_values(const sql::NodePtr& node);

}  // namespace azud::stream
