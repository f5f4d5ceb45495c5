#pragma once

#include "stream/op/operator.h"

namespace azud::stream {

/// OVER in the order of a column that is no time attribute: RANGE or ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW.
///
/// In: any changes with both halves of an update. Out: updates. A row that comes or goes gives -U and +U for each row
/// after it whose aggregates change, for RANGE also for its peers, even if the results look the same (a sum after a 0);
/// itself it goes on as it came, as -D if it is taken away. A row that is taken away and was never there does nothing.
/// State: for each key all rows in order, and the aggregates up to each; with 'table.exec.state.ttl' a key is dropped
/// that long after its last change. Late: never. Watermark: forwarded.
///
/// A commit writes the rows that came or went; what the aggregates are follows from the rows.
Result<OperatorSpecPtr> make_over_sorted(const sql::NodePtr& node);

}  // namespace azud::stream
