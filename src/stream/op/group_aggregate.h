#pragma once

#include "stream/op/operator.h"

namespace azud::stream {

/// GROUP BY without a window, and SELECT DISTINCT: each row changes its group's result at once.
///
/// In: any changelog. Out: +I for a new group, -U (where somebody needs it) and +U when its result changed, -D when its
/// row count is back at 0; nothing when the result stays equal. Without keys there is one group, which gives nothing
/// before its first row. A row taken back from a group that is not there is passed over.
/// State: the aggregates of each group, for ever, or with 'table.exec.state.ttl' until no row came for that long by the
/// wall clock, read once an epoch. A group that expired starts anew with +I and its old result is not taken back; with
/// a TTL, as in Flink, a row that changes nothing gives -U and +U too, so that states further on live as long.
/// Late: no row is. Watermark: forwarded.
Result<OperatorSpecPtr> make_group_aggregate(const sql::NodePtr& node);

}  // namespace azud::stream
