#include "log/wait_list.h"

#include <algorithm>

namespace azud::log {

void Waiter::fire() {
  const MutexLock lock(mutex_);
  if (spent_.exchange(true)) return;
  running_.store(std::this_thread::get_id());
  ready_();
  ready_ = nullptr;  // may destroy the handle that the callback holds: running_ still says that it is us
  running_.store({});
}

void Waiter::cancel() {
  spent_.store(true);
  if (running_.load() == std::this_thread::get_id()) return;
  UniqueFunction<void()> dropped;
  const MutexLock lock(mutex_);
  dropped = std::move(ready_);
}

void WaitList::add(Offset seen, WaiterPtr waiter) {
  // Those who gave up are cleared out now and then, so that an idle partition does not gather them.
  if (waiting_.size() >= clear_at_) {
    std::erase_if(waiting_, [](const Waiting& w) { return w.waiter->spent(); });
    clear_at_ = std::max<std::size_t>(8, 2 * waiting_.size());
  }
  waiting_.push_back({seen, std::move(waiter)});
}

void WaitList::take_due(Offset high_watermark, bool every, std::vector<WaiterPtr>& due) {
  std::size_t kept = 0;
  for (Waiting& w : waiting_) {
    if (every || w.seen < high_watermark) {
      due.push_back(std::move(w.waiter));
    } else {
      std::swap(waiting_[kept++], w);
    }
  }
  waiting_.resize(kept);
}

}  // namespace azud::log
