#pragma once

#include "stream/op/operator.h"

namespace azud::stream {

/// OVER with any aggregates and any frame that ends with CURRENT ROW, in event time or on PROCTIME().
///
/// In: inserts. Out: inserts, the input's columns and one an aggregate. RANGE: rows of one key and time have the same
/// result; ROWS: they count in the order in which they came. State: for each key the aggregates; for bounded frames
/// also the arguments of the rows in the frame (an unbounded frame keeps a key for ever; a bounded RANGE until its rows
/// have left it); with 'table.exec.state.ttl' every key but those of a bounded RANGE is dropped between one and one and
/// a half TTL after its last row, by the wall clock. Late: see OverInput. Watermark: forwarded after the rows it sets
/// free.
///
/// At a commit a row of a frame is written once; that it has left again follows from those after it.
Result<OperatorSpecPtr> make_over(const sql::NodePtr& node);

}  // namespace azud::stream
