#pragma once

#include "stream/op/operator.h"

namespace azud::stream {

/// TUMBLE, HOP or CUMULATE without an aggregation: each row once for each of its windows, with window_start,
/// window_end and window_time behind its own columns.
///
/// In: inserts. Out: inserts; of HOP the latest window first, of CUMULATE the shortest first, as in Flink. A row whose
/// time is NULL is in no window. State: none. Late: no row is; whoever aggregates the windows judges. Watermark:
/// forwarded. Windows of TIMESTAMP_LTZ are cut in the session's zone.
Result<OperatorSpecPtr> make_window_assign(const sql::NodePtr& node, const EvalSettings& settings);

}  // namespace azud::stream
