#pragma once

#include "sql/plan/physical_state.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// OVER with a short frame, ROWS BETWEEN n PRECEDING AND CURRENT ROW with n <= 31, and COUNT, SUM, AVG, MIN, MAX,
/// FIRST_VALUE, LAST_VALUE of numbers and times of fixed width: the form of alarm logic, made for many keys.
///
/// In: inserts. Out: inserts, the input's columns and one an aggregate. State: for each key the last n values of each
/// argument, for ever; rows that wait for the watermark. Late: see OverInput. Watermark: forwarded after the rows it
/// sets free.
///
/// The values of a key lie side by side, newest first, and results are computed from them anew, so a sum of DOUBLE does
/// not drift. Where no row can come behind the watermark, a row that leaves the values as they were (a healthy sensor)
/// costs a commit nothing; otherwise the time of its key's last row is committed, by which the next ones are judged.
Result<OperatorSpecPtr> make_over_ring(const sql::NodePtr& node);

/// Whether make_over_ring can run the node.
bool is_short_frame(const sql::OverNode& node);

}  // namespace azud::stream
