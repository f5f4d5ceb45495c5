#pragma once

#include "stream/op/operator.h"

namespace azud::stream {

/// GROUP BY over the windows of TUMBLE, HOP or CUMULATE, or over the windows that the input brings along, in event
/// time or on PROCTIME().
///
/// In: inserts, or any changelog (then what a window holds at its end counts). Out: inserts, when the watermark reaches
/// the window's end - 1 ms; empty windows give nothing, CUMULATE gives every step from the first row on. State: slices
/// (of HOP: one a slide, of CUMULATE: one a step) with the aggregates of each key, dropped with the last window that
/// needs them. Late: a row whose last window has ended; if only earlier ones have, it counts in the others. A row whose
/// time is NULL is in no window. Windows of TIMESTAMP_LTZ are cut in the session's zone. Watermark: forwarded after the
/// windows that it ends.
///
/// On PROCTIME() the wall clock, read once an epoch, takes the watermark's place: no row is late, and as in Flink the
/// windows that are open when a bounded input ends never fire.
Result<OperatorSpecPtr> make_window_aggregate(const sql::NodePtr& node, const EvalSettings& settings);

}  // namespace azud::stream
