#pragma once

#include "sql/plan/physical_state.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// left JOIN right FOR SYSTEM_TIME AS OF left.time, in event time.
///
/// In: inserts on the left; inserts, updates and deletes with a key on the right (-U says nothing that +U does not), or
/// rows of which each is a version, those older than the newest of their key left out. Out: inserts. State: left rows
/// until the watermark reaches their time; for each key of the right the versions after the watermark and the last one
/// before it, for ever. Late: nothing is dropped; a late left row waits for the next watermark and gets the version
/// that was still kept when it came. Watermark: forwarded after the rows it sets free.
Result<OperatorSpecPtr> make_temporal_join(const sql::NodePtr& node, const EvalSettings& settings);

}  // namespace azud::stream
