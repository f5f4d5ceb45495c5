#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "log/log.h"

namespace azud::log {

/// Reads several partitions in the order of the journal, so that a job that is behind sees what a job that kept up saw.
/// Owned by one thread.
class MergedReader {
 public:
  struct Start {
    PartitionPtr partition;
    Offset from;
  };
  explicit MergedReader(const Log& log, std::vector<Start> starts);

  struct Item {
    std::size_t partition;  ///< index into the constructor's list
    StoredBatch batch;
  };
  struct Poll {
    std::vector<Item> items;
    /// None of these partitions' later records on LogAppendTime topics has a timestamp <= this.
    TimestampMs clock = timestamp_min;
    bool at_end = false;  ///< all that was visible at the call has been returned
  };
  /// Items of about `bytes_max` bytes (at least one, if there is one). An offset that retention has removed meanwhile
  /// goes on at the log start; `skipped` counts such records.
  Result<Poll> poll(std::size_t bytes_max);

  /// The next offset to read, by partition.
  Offset position(std::size_t partition) const;
  uint64_t skipped() const { return skipped_; }

  /// Calls `ready` once when there is more to read, on the journal's thread.
  WaitPtr wait(UniqueFunction<void()> ready);

 private:
  struct Cursor {
    PartitionPtr partition;
    Offset next;
    std::vector<StoredBatch> ahead;
    std::size_t used = 0;
  };
  Status look_ahead(Cursor& cursor);
  void note_stamp(const StoredBatch& batch);

  const Log& log_;
  std::vector<Cursor> cursors_;
  TimestampMs clock_ = timestamp_min;  ///< what was read so far tells of what follows
  uint64_t skipped_ = 0;
};

}  // namespace azud::log
