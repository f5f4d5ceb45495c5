#pragma once

#include "base/result.h"
#include "log/partition.h"

namespace azud::log {

/// The first record of `batch` with a timestamp >= `at`; there must be one by the batch's header. Unpacks the batch.
Result<Partition::TimedOffset> find_in_batch(const StoredBatch& batch, TimestampMs at);

}  // namespace azud::log
