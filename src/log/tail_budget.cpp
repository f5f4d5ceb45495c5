#include "log/tail_budget.h"

#include <algorithm>
#include <chrono>

namespace azud::log {

void TailBudget::add(Group group) {
  std::sort(group.partitions.begin(), group.partitions.end());
  group.partitions.erase(std::unique(group.partitions.begin(), group.partitions.end()), group.partitions.end());
  const MutexLock lock(mutex_);
  bytes_ += group.bytes;
  groups_.push_back(std::move(group));
}

uint64_t TailBudget::bytes() const {
  const MutexLock lock(mutex_);
  return bytes_;
}

bool TailBudget::is_over() const {
  const MutexLock lock(mutex_);
  return bytes_ > bytes_max_;
}

std::optional<TailBudget::Group> TailBudget::oldest_to_free(uint64_t keep_bytes) const {
  const MutexLock lock(mutex_);
  if (groups_.empty() || bytes_ <= keep_bytes) return std::nullopt;
  return groups_.front();
}

void TailBudget::freed(Sequence last) {
  const MutexLock lock(mutex_);
  if (groups_.empty() || groups_.front().last != last) return;
  bytes_ -= groups_.front().bytes;
  groups_.pop_front();
  room_.notify_all();
}

bool TailBudget::wait_for_room() {
  constexpr auto a_while = std::chrono::milliseconds(50);
  MutexLock lock(mutex_);
  const auto has_room = [this]() AZUD_REQUIRES(mutex_) { return !waiting_allowed_ || bytes_ <= 2 * bytes_max_; };
  return room_.wait_for(lock, a_while, has_room);
}

void TailBudget::allow_waiting(bool allowed) {
  const MutexLock lock(mutex_);
  waiting_allowed_ = allowed;
  room_.notify_all();
}

}  // namespace azud::log
