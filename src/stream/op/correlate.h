#pragma once

#include "sql/plan/physical_rows.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// CROSS JOIN UNNEST and LEFT JOIN UNNEST … ON TRUE: a row for each element.
///
/// In: any changelog. Out: the same, each element's row of its row's kind. State: none. Late: nothing. Watermark: as it
/// comes. ARRAY[ROW(…), ROW(…)] is taken apart when planned, so that no array is made.
Result<OperatorSpecPtr> make_correlate(const sql::NodePtr& node, const EvalSettings& settings);

}  // namespace azud::stream
