#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"
#include "base/unique_function.h"
#include "log/partition.h"

namespace azud::log {

/// One callback that is called at most once, and not after its Wait is gone.
class Waiter {
 public:
  explicit Waiter(UniqueFunction<void()> ready) : ready_(std::move(ready)) {}

  /// Calls, unless it was called or cancelled before.
  void fire();
  /// Returns when the callback is not running and never will be; called by the callback itself it returns at once.
  void cancel();
  bool spent() const { return spent_.load(std::memory_order_relaxed); }

 private:
  Mutex mutex_;  ///< held while the callback runs
  std::atomic<std::thread::id> running_{};
  std::atomic<bool> spent_ = false;
  UniqueFunction<void()> ready_ AZUD_GUARDED_BY(mutex_);
};
using WaiterPtr = std::shared_ptr<Waiter>;

/// Cancels its waiters when destroyed; several share one callback if they were made for it.
class WaiterHandle final : public Wait {
 public:
  explicit WaiterHandle(WaiterPtr waiter) : waiter_(std::move(waiter)) {}
  WaiterHandle(const WaiterHandle&) = delete;
  WaiterHandle& operator=(const WaiterHandle&) = delete;
  ~WaiterHandle() override { waiter_->cancel(); }

 private:
  WaiterPtr waiter_;
};

/// Who waits for a partition's next record. Guarded by the partition's mutex.
class WaitList {
 public:
  void add(Offset seen, WaiterPtr waiter);
  /// Moves those out to `due` that wait for something below `high_watermark` (all, if `every`).
  void take_due(Offset high_watermark, bool every, std::vector<WaiterPtr>& due);
  bool empty() const { return waiting_.empty(); }

 private:
  struct Waiting {
    Offset seen;
    WaiterPtr waiter;
  };
  std::vector<Waiting> waiting_;
  std::size_t clear_at_ = 8;
};

}  // namespace azud::log
