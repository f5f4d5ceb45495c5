#pragma once

#include <memory>
#include <vector>

#include "log/entry.h"
#include "log/stored_partition.h"

namespace azud::log {

/// New log starts by each topic's retention, and then, while all partitions together are larger than `total_bytes_max`
/// (0: no cap), by giving up the oldest segment of all. Only whole segments are given up; topics without the delete
/// policy keep theirs.
std::vector<op::LogStart> retention_starts(const std::vector<std::shared_ptr<StoredPartition>>& partitions,
                                           TimestampMs now, uint64_t total_bytes_max);

}  // namespace azud::log
