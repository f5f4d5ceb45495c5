#include "io/event_loops.h"

#include "base/assert.h"
#include "io/net/loop.h"

namespace azud::io {

Timer::Timer(Timer&& other) noexcept : loop_(std::move(other.loop_)), key_(other.key_) { other.loop_.reset(); }

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this == &other) return *this;
  cancel();
  loop_ = std::move(other.loop_);
  key_ = other.key_;
  other.loop_.reset();
  return *this;
}

Timer::~Timer() { cancel(); }

void Timer::cancel() {
  if (const auto loop = loop_.lock()) loop->cancel_timer(key_);
  loop_.reset();
}

EventLoops::EventLoops(std::size_t threads) {
  AZUD_ASSERT(threads > 0, "event loops need a thread");
  for (std::size_t i = 0; i < threads; ++i) {
    loops_.push_back(std::make_shared<Loop>());
    loops_.back()->start();
  }
}

EventLoops::~EventLoops() { stop(); }

void EventLoops::stop() {
  for (const auto& loop : loops_) loop->stop();
}

const std::shared_ptr<Loop>& EventLoops::next_loop() { return loops_[next_.fetch_add(1) % loops_.size()]; }

void EventLoops::post(UniqueFunction<void()> function) {
  if (Loop* own = Loop::current()) {
    for (const auto& loop : loops_) {
      if (loop.get() == own) return loop->post(std::move(function));
    }
  }
  next_loop()->post(std::move(function));
}

void EventLoops::post_on(std::size_t index, UniqueFunction<void()> function) {
  loops_[index]->post(std::move(function));
}

Timer EventLoops::after(std::chrono::microseconds delay, UniqueFunction<void()> function) {
  return next_loop()->after(delay, std::move(function));
}

}  // namespace azud::io
