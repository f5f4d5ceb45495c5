#include "log/write_queue.h"

#include <chrono>

namespace azud::log {

void complete(Item& item) {
  std::visit([](auto& i) { i.done(std::move(i.result)); }, item);
}

void refuse(Item& item, const Error& error) {
  std::visit(
      [&](auto& i) {
        if (i.result) i.result = std::unexpected(error);
      },
      item);
}

void WriteQueue::push(Item item) {
  {
    const MutexLock lock(mutex_);
    if (!closed_) {
      items_.push_back(std::move(item));
      if (asleep_) {
        asleep_ = false;
        filled_.notify_one();
      }
      return;
    }
  }
  refuse(item, Error(Code::cancelled, "the log is being closed"));
  complete(item);
}

void WriteQueue::post(WaiterPtr waiter) {
  const MutexLock lock(mutex_);
  if (closed_) return;
  wakes_.push_back(std::move(waiter));
  if (asleep_) {
    asleep_ = false;
    filled_.notify_one();
  }
}

void WriteQueue::take(Taken& taken, std::optional<int64_t> timeout_ms) {
  taken.items.clear();
  taken.wakes.clear();
  MutexLock lock(mutex_);
  const auto ready = [this]() AZUD_REQUIRES(mutex_) { return !items_.empty() || !wakes_.empty() || closed_; };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms.value_or(0));
  while (!ready()) {
    asleep_ = true;
    if (!timeout_ms) {
      filled_.wait(lock);
    } else if (filled_.wait_until(lock, deadline) == std::cv_status::timeout) {
      break;
    }
  }
  asleep_ = false;
  taken.items.swap(items_);
  taken.wakes.swap(wakes_);
  taken.closed = closed_;
}

void WriteQueue::close() {
  const MutexLock lock(mutex_);
  closed_ = true;
  filled_.notify_one();
}

}  // namespace azud::log
