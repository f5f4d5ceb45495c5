#pragma once

#include <atomic>
#include <optional>

#include "base/result.h"
#include "base/thread_annotations.h"

namespace azud::log {

/// Whether writing works: set when the disk is full or fails, cleared when it was seen to work again. Thread-safe.
class SpaceGuard {
 public:
  bool is_full() const { return full_.load(std::memory_order_relaxed); }
  /// Why, if it is.
  std::optional<Error> reason() const;
  /// True if it was not set before.
  bool set(const Error& reason);
  /// True if it was set.
  bool clear();

 private:
  std::atomic<bool> full_ = false;
  mutable Mutex mutex_;
  std::optional<Error> reason_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::log
