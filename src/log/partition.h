#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "log/ids.h"

namespace azud::log {

class Topic;

/// One record batch as stored: Kafka's batch format v2 with its final offsets and timestamps.
struct StoredBatch {
  SharedBytes bytes;
  Sequence sequence;  ///< its entry in the journal
  Offset base;        ///< offset of the first record
  Offset last;        ///< offset of the last record
  TimestampMs max_timestamp = 0;
};

/// Keeps a wait alive; destroying it cancels. A callback already running is waited for, so never destroy it under a
/// lock that the callback takes.
class Wait {
 public:
  virtual ~Wait() = default;
};
using WaitPtr = std::unique_ptr<Wait>;

/// A partition as readers see it. All calls are thread-safe and take the partition's mutex only briefly. What is
/// visible here is durable in the log's durability mode.
class Partition {
 public:
  virtual ~Partition() = default;

  /// As it is now; changes when the topic is configured anew.
  virtual std::shared_ptr<const Topic> topic() const = 0;
  virtual PartitionId id() const = 0;

  virtual Offset log_start() const = 0;
  /// The offset after the last visible record.
  virtual Offset high_watermark() const = 0;
  /// Rises at each unclean start that may have lost a tail.
  virtual LeaderEpoch leader_epoch() const = 0;
  /// The end offset of `epoch` (OffsetForLeaderEpoch): the start of the next newer epoch, or the high watermark.
  /// not_found for an epoch never seen.
  virtual Result<Offset> end_of_epoch(LeaderEpoch epoch) const = 0;
  virtual uint64_t size_bytes() const = 0;

  /// Whole batches from the one that holds `from` (which may begin before it) until `bytes_max` is reached; the first
  /// one is returned even if it is larger. Empty at the high watermark. not_found below the log start or past the end.
  virtual Result<std::vector<StoredBatch>> read(Offset from, std::size_t bytes_max) const = 0;

  /// The same for a socket: contiguous pieces, small batches gathered.
  virtual Result<std::vector<SharedBytes>> read_pieces(Offset from, std::size_t bytes_max) const = 0;

  struct TimedOffset {
    Offset offset;
    TimestampMs timestamp;
  };
  /// The first record with a timestamp >= `at`, searched inside its batch; offset -1 and timestamp -1 if there is none.
  virtual Result<TimedOffset> find_timestamp(TimestampMs at) const = 0;
  /// The first record that has the largest timestamp; -1, -1 for an empty partition.
  virtual Result<TimedOffset> find_max_timestamp() const = 0;

  /// Calls `ready` once, soon after the high watermark passes `seen` or the partition is deleted (at once if it already
  /// has), on the journal's thread: it must be short and must not block. Never called after the handle is gone.
  virtual WaitPtr wait(Offset seen, UniqueFunction<void()> ready) = 0;
};
using PartitionPtr = std::shared_ptr<Partition>;

}  // namespace azud::log
