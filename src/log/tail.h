#pragma once

#include <cstddef>
#include <vector>

#include "log/ids.h"
#include "log/partition.h"

namespace azud::log {

/// What a batch costs in memory beside its bytes.
inline constexpr std::size_t tail_batch_overhead_bytes = sizeof(StoredBatch);

/// The newest batches of a partition, in memory: those not yet in a segment, and before them some that are. Guarded by
/// the partition's mutex.
class Tail {
 public:
  bool empty() const { return head_ == batches_.size(); }
  std::size_t size() const { return batches_.size() - head_; }
  const StoredBatch& operator[](std::size_t i) const { return batches_[head_ + i]; }
  const StoredBatch& back() const { return batches_.back(); }

  void push(StoredBatch batch) { batches_.push_back(std::move(batch)); }
  /// The first batch that ends at or after `from`; size() if there is none.
  std::size_t find(Offset from) const;

  /// Drops `count` batches from the front, which are in a segment or no longer wanted.
  void drop(std::size_t count);

 private:
  // A vector with a moving head: a deque takes half a kilobyte even when it is empty, and most partitions are idle.
  std::vector<StoredBatch> batches_;
  std::size_t head_ = 0;
};

}  // namespace azud::log
