#include "io/held_memory.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/logging.h"

namespace azud::io {
namespace {

int64_t steady_ms() {
  using std::chrono::steady_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

HeldMemory::Share::Share(std::shared_ptr<HeldMemory> memory, std::string owner, std::function<void()> cut)
    : memory_(std::move(memory)), owner_(std::move(owner)), cut_(std::move(cut)) {
  const MutexLock lock(memory_->mutex_);
  memory_->shares_.insert(this);
}

HeldMemory::Share::~Share() {
  {
    const MutexLock lock(memory_->mutex_);
    memory_->shares_.erase(this);
  }
  memory_->used_.fetch_sub(bytes_.load());
}

void HeldMemory::Share::hold(std::size_t bytes, bool progressed) {
  const std::size_t before = bytes_.load(std::memory_order_relaxed);
  if ((bytes == before && !(progressed && bytes > 0)) || is_cut_.load()) return;
  if (progressed || before == 0) since_ms_.store(steady_ms(), std::memory_order_relaxed);
  const std::size_t added = bytes - bytes_.exchange(bytes);  // unsigned: what is less wraps, here and in the sum
  const std::size_t used = memory_->used_.fetch_add(added) + added;
  if (bytes > before && used > memory_->bytes_max_) memory_->make_room();
}

void HeldMemory::make_room() {
  std::vector<std::function<void()>> cuts;  // called without the lock: they may let go of a connection
  {
    const MutexLock lock(mutex_);
    if (used_.load() <= bytes_max_) return;  // somebody else has made room
    cuts = choose();
  }
  for (const auto& cut : cuts) cut();
}

std::vector<std::function<void()>> HeldMemory::choose() {
  const std::size_t enough = bytes_max_ - bytes_max_ / 8;
  const int64_t now_ms = steady_ms();
  std::unordered_map<std::string_view, std::size_t> of_owner;
  for (const Share* share : shares_) of_owner[share->owner_] += share->bytes_.load();
  std::vector<std::function<void()>> cuts;
  while (used_.load() > enough && !of_owner.empty()) {
    const auto most = std::ranges::max_element(of_owner, {}, [](const auto& entry) { return entry.second; });
    std::vector<std::pair<double, Share*>> by_cost;
    for (Share* share : shares_) {
      const auto age_ms = static_cast<double>(std::max<int64_t>(1, now_ms - share->since_ms_.load()));
      if (share->owner_ == most->first && share->bytes_.load() > 0)
        by_cost.emplace_back(static_cast<double>(share->bytes_.load()) * age_ms, share);
    }
    of_owner.erase(most);
    std::ranges::sort(by_cost, std::greater<>());
    for (auto each = by_cost.begin(); each != by_cost.end() && used_.load() > enough; ++each)
      cuts.push_back(each->second->cut_off());
  }
  const std::size_t before = std::exchange(cut_count_, cut_count_ + cuts.size());
  if (std::bit_width(before) != std::bit_width(cut_count_))  // not each, so that a flood does not fill the log
    log_warn("{} together held more than {} bytes: {} cut off so far", what_, bytes_max_, cut_count_);
  return cuts;
}

std::function<void()> HeldMemory::Share::cut_off() {
  is_cut_.store(true);
  memory_->used_.fetch_sub(bytes_.exchange(0));
  return cut_;
}

}  // namespace azud::io
