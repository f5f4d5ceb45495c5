#pragma once

#include <optional>

#include "base/result.h"
#include "log/partition.h"

namespace azud::log {

/// The first record of `batch` with a timestamp >= `at` and an offset >= `from`, if there is one. Unpacks the batch.
Result<std::optional<Partition::TimedOffset>> find_in_batch(const StoredBatch& batch, TimestampMs at, Offset from);

/// The largest timestamp of the records of `batch` from offset `from` on; timestamp_min if there are none.
Result<TimestampMs> max_in_batch(const StoredBatch& batch, Offset from);

}  // namespace azud::log
