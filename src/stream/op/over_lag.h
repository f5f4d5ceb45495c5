#pragma once

#include "sql/plan/physical_state.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// OVER with nothing but LAG, in event time.
///
/// In: inserts. Out: inserts, the input's columns and one for each LAG. State: for each key the values that the largest
/// LAG of each column reaches back to, for ever; rows that wait for the watermark.
/// As in Flink, whose LAG has the frame RANGE UNBOUNDED PRECEDING, rows of one key and time have the same result: what
/// stands that far before the last of them.
/// Late: a row whose time is not after the watermark at its arrival; it is dropped. Watermark: forwarded after the rows
/// it sets free.
///
/// A row that leaves a key's values as they were changes no state: the healthy sensors of an alarm job cost no commit.
Result<OperatorSpecPtr> make_over_lag(const sql::NodePtr& node);

/// Whether make_over_lag can run the node.
bool is_lag_only(const sql::OverNode& node);

}  // namespace azud::stream
