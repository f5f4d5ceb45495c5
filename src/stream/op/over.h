#pragma once

#include "stream/op/operator.h"

namespace azud::stream {

/// OVER with any aggregates and any frame that ends with CURRENT ROW, in event time.
///
/// In: inserts. Out: inserts, the input's columns and one an aggregate. RANGE: rows of one key and time have the same
/// result; ROWS: they count in the order in which they came. State: for each key the aggregates; for bounded frames
/// also the arguments of the rows in the frame (an unbounded frame keeps a key for ever; a bounded RANGE until its rows
/// have left it). Late: see OverInput. Watermark: forwarded after the rows it sets free.
///
/// At a commit a row of a frame is written once; that it has left again follows from those after it.
Result<OperatorSpecPtr> make_over(const sql::NodePtr& node);

}  // namespace azud::stream
