#pragma once

#include "sql/plan/physical_io.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// Several rows of a query may have one key of the table that they go to: the last of those that are there counts.
///
/// In: any changelog. Out: +I for the first row of a key, +U for each one after it, and for the one before when the
/// last is taken away; -D when none is left. State: all rows of each key of the table, until they are taken away, or
/// with 'table.exec.state.ttl' until the key did not change for that long by the wall clock. A row that is taken away
/// and was never there changes nothing. No row is late. Watermark: forwarded.
Result<OperatorSpecPtr> make_upsert_materialize(const sql::NodePtr& node);

}  // namespace azud::stream
