#pragma once

#include "sql/plan/physical_io.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// An upsert stream becomes a proper changelog.
///
/// In: +I and +U as "this is the row now", -D as "there is none". Out: +I for a new key, -U (unless nobody needs it)
/// and +U for a changed row, -D with the last row; nothing for an unchanged row or a delete of an unknown key. A row
/// for which the node's condition does not hold is a delete of its key. State: the last row of each key, for ever, or
/// with 'table.exec.state.ttl' until no row came to it for that long by the wall clock; as in Flink an unchanged row
/// then gives -U and +U too, so that states further on live as long. No row is late. Watermark: forwarded.
Result<OperatorSpecPtr> make_changelog_normalize(const sql::NodePtr& node, const EvalSettings& settings);

}  // namespace azud::stream
