#pragma once

#include "sql/plan/physical_rows.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// LIMIT and OFFSET without ORDER BY: the first rows that come. All its input is on one worker.
///
/// In and out: inserts. State: how many came. Late: nothing. Watermark: as it comes.
Result<OperatorSpecPtr> make_limit(const sql::NodePtr& node);

}  // namespace azud::stream
