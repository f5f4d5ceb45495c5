#pragma once

#include <functional>

#include "log/stored_partition.h"

namespace azud::log {

struct CompactionOptions {
  /// Memory for the newest offset of each key; what does not fit waits for the next round.
  std::size_t key_bytes_max = 32UL << 20;
};

/// True if the partition's topic asks for compaction and enough has come since the last one.
bool compaction_due(const StoredPartition& partition, TimestampMs now);

/// Runs a swap of files while no checkpoint is being made, with the number of the checkpoint until which the old ones
/// must be kept.
using RunSwap = std::function<bool(const std::function<bool(uint64_t kept_until)>& swap)>;

/// Keeps of each key the newest record of what is in closed segments (Kafka's cleanup.policy=compact): offsets stay,
/// tombstones go delete.retention.ms after they were first compacted, the last batch of each known producer stays,
/// empty if need be. Writes new segments, syncs them, and then puts them in the place of the old ones. Crash-safe: the
/// new files count from the next checkpoint on, the old ones until then. One thread at a time. True if anything was
/// replaced.
Result<bool> compact(StoredPartition& partition, TimestampMs now, const CompactionOptions& options,
                     const RunSwap& run_swap);

}  // namespace azud::log
