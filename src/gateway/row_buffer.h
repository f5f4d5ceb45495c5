#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "connect/collect/collect_sink.h"
#include "data/batch.h"
#include "io/held_memory.h"

namespace azud::gateway {

/// Rows between a job and who fetches them. With much of it lying there the job waits; all buffers share the memory,
/// and when that is used up the one whose owner lets most lie there is given up. Thread-safe.
class RowBuffer final : public connect::RowCollector, public std::enable_shared_from_this<RowBuffer> {
 public:
  /// The job waits from so many bytes on.
  explicit RowBuffer(std::size_t bytes_waiting_max = 16UL << 20) : bytes_waiting_max_(bytes_waiting_max) {}

  /// Given once, before rows come: where they are counted, on whose account.
  void count_in(const std::shared_ptr<io::HeldMemory>& memory, std::string owner);

  /// Waits while there are enough. `unavailable` once the buffer was given up; what comes after close() is dropped.
  Status take(data::Batch rows) override;
  void close() override;
  /// What has come, from where the last call stopped: a few megabytes at most. `unavailable` as above.
  Result<std::vector<data::Batch>> next();
  /// What the last call of next() gave.
  Result<std::vector<data::Batch>> again();

 private:
  struct Held {
    data::Batch rows;
    std::size_t bytes = 0;
  };
  /// What is held goes, and so does what comes.
  void give_up();
  /// Tells the memory what is held now.
  void account();
  static Status overflow();

  const std::size_t bytes_waiting_max_;
  Mutex mutex_;
  std::condition_variable_any room_;
  std::deque<Held> rows_ AZUD_GUARDED_BY(mutex_);
  std::size_t bytes_ AZUD_GUARDED_BY(mutex_) = 0;            ///< in rows_
  std::vector<data::Batch> handed_ AZUD_GUARDED_BY(mutex_);  ///< the last page
  std::size_t handed_bytes_ AZUD_GUARDED_BY(mutex_) = 0;
  bool given_up_ AZUD_GUARDED_BY(mutex_) = false;
  bool closed_ AZUD_GUARDED_BY(mutex_) = false;
  /// Taken before mutex_: a share that is cut off calls back.
  Mutex account_mutex_;
  std::unique_ptr<io::HeldMemory::Share> share_ AZUD_GUARDED_BY(account_mutex_);
};

}  // namespace azud::gateway
