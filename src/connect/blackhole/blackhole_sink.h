#pragma once

#include <memory>

#include "base/result.h"
#include "sql/plan/physical_io.h"
#include "stream/run/sink.h"

namespace azud::connect {

/// Options that blackhole cannot use are `invalid`, in Flink's words.
Status check_blackhole(const sql::TableDefinition& table);

/// Swallows everything.
Result<std::unique_ptr<stream::Sink>> open_blackhole_sink(const std::shared_ptr<const sql::SinkNode>& node);

}  // namespace azud::connect
