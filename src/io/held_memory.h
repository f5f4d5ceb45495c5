#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/thread_annotations.h"

namespace azud::io {

/// Memory held for clients that may never go on: requests of which the rest does not come, answers that nobody reads,
/// rows that nobody fetches. All together may hold `bytes_max`. Past that, shares are cut off until an eighth of it is
/// free again: those of the owner (an address, a session) that holds most, first the one whose bytes have lain there
/// longest (bytes times time). So a flood costs its sender, and who goes on at a usual pace is the last to feel it.
/// Thread-safe.
class HeldMemory {
 public:
  /// `what`: for the log, such as "unread answers".
  HeldMemory(std::size_t bytes_max, std::string what) : bytes_max_(bytes_max), what_(std::move(what)) {}

  /// The part of one connection, or of whatever else can be given up alone.
  class Share {
   public:
    /// `cut` gives up what is held, at once or later; called at most once, on any thread.
    Share(std::shared_ptr<HeldMemory> memory, std::string owner, std::function<void()> cut);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// From now on `bytes` are held; `progressed`: none of them since the last call. Cheap if nothing has
    /// changed. One thread at a time.
    void hold(std::size_t bytes, bool progressed);

   private:
    friend class HeldMemory;
    std::function<void()> cut_off();

    const std::shared_ptr<HeldMemory> memory_;
    const std::string owner_;
    const std::function<void()> cut_;
    std::atomic<std::size_t> bytes_ = 0;
    std::atomic<int64_t> since_ms_ = 0;
    std::atomic<bool> is_cut_ = false;
  };

  std::size_t used() const { return used_.load(); }

 private:
  void make_room();
  /// Takes shares out until there is enough room; gives their `cut`s.
  std::vector<std::function<void()>> choose() AZUD_REQUIRES(mutex_);

  const std::size_t bytes_max_;
  const std::string what_;
  std::atomic<std::size_t> used_ = 0;
  Mutex mutex_;
  std::unordered_set<Share*> shares_ AZUD_GUARDED_BY(mutex_);
  std::size_t cut_count_ AZUD_GUARDED_BY(mutex_) = 0;
};

}  // namespace azud::io
