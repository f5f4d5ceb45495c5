#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/thread_annotations.h"
#include "log/ids.h"
#include "log/stored_partition.h"

namespace azud::log {

/// Counts the memory that groups of entries keep for the tails of partitions, oldest first, so that it can be given
/// back in that order: a group's memory is free when the last partition that has a batch of it lets go. Thread-safe.
class TailBudget {
 public:
  using Partitions = std::vector<std::shared_ptr<StoredPartition>>;
  struct Group {
    Sequence last;
    uint64_t bytes = 0;
    Partitions partitions;
  };

  explicit TailBudget(uint64_t bytes_max) : bytes_max_(bytes_max) {}

  void add(Group group);
  uint64_t bytes() const;
  bool is_over() const;
  /// What relieving leaves when the budget is used up: not much less than all of it, yet so that memory is given back
  /// in large steps, and segments are written in large pieces.
  uint64_t low_bytes() const { return bytes_max_ / 4 * 3; }
  /// The oldest group, as long as more than `keep_bytes` are in use.
  std::optional<Group> oldest_to_free(uint64_t keep_bytes) const;
  /// The group that ends with `last` was let go of, if it is still the oldest.
  void freed(Sequence last);
  /// Waits, for a while at most, until less than twice the budget is in use, unless that is not allowed because nobody
  /// can make room (a full disk). False if it is to be waited for longer.
  bool wait_for_room();
  void allow_waiting(bool allowed);

 private:
  const uint64_t bytes_max_;
  mutable Mutex mutex_;
  std::condition_variable_any room_;
  std::deque<Group> groups_ AZUD_GUARDED_BY(mutex_);
  uint64_t bytes_ AZUD_GUARDED_BY(mutex_) = 0;
  bool waiting_allowed_ AZUD_GUARDED_BY(mutex_) = true;
};

}  // namespace azud::log
