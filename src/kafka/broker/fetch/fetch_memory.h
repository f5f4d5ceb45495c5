#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace azud::kafka {

/// Bounds the memory of answers to fetches that clients have asked for and not taken yet. Thread-safe; what it holds
/// may outlive it.
class FetchMemory {
 public:
  /// What a fetch may read even if slow readers hold everything else.
  static constexpr std::size_t bytes_min = 64 << 10;

  /// Smaller pieces, the rule at the end of a topic, are not worth the counting.
  static constexpr std::size_t counted_bytes_min = 4 << 10;

  explicit FetchMemory(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// How much the next answer should have at most.
  std::size_t room() const {
    const std::size_t used = *used_;
    return std::max(bytes_min, bytes_max_ - std::min(bytes_max_, used));
  }
  std::size_t used() const { return *used_; }

  /// Counts `pieces` until they are let go.
  void hold(std::vector<SharedBytes>& pieces) const {
    for (SharedBytes& piece : pieces) {
      const ByteView view = piece.view();
      if (view.size() < counted_bytes_min) continue;
      *used_ += view.size();
      piece = SharedBytes(std::make_shared<const Held>(std::move(piece), used_), view);
    }
  }

 private:
  class Held {
   public:
    Held(SharedBytes piece, std::shared_ptr<std::atomic<std::size_t>> used)
        : piece_(std::move(piece)), used_(std::move(used)) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { *used_ -= piece_.size(); }

   private:
    const SharedBytes piece_;
    const std::shared_ptr<std::atomic<std::size_t>> used_;
  };

  const std::size_t bytes_max_;
  const std::shared_ptr<std::atomic<std::size_t>> used_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace azud::kafka
