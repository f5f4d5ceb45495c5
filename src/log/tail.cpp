#include "log/tail.h"

#include <algorithm>

#include "base/assert.h"

namespace azud::log {

std::size_t Tail::find(Offset from) const {
  const auto begin = batches_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto found =
      std::lower_bound(begin, batches_.end(), from, [](const StoredBatch& b, Offset o) { return b.last < o; });
  return static_cast<std::size_t>(found - begin);
}

void Tail::drop(std::size_t count) {
  AZUD_ASSERT(count <= size(), "only what is there can be dropped");
  for (std::size_t i = 0; i < count; ++i) batches_[head_ + i] = {};
  head_ += count;
  if (empty()) {
    std::vector<StoredBatch>().swap(batches_);
    head_ = 0;
  } else if (head_ >= 64 && head_ * 2 >= batches_.size()) {
    batches_.erase(batches_.begin(), batches_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace azud::log
