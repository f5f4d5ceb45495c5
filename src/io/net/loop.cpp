#include "io/net/loop.h"

#include <latch>

#include <boost/asio/post.hpp>

#include "base/assert.h"
#include "base/thread_name.h"

namespace azud::io {
namespace {

thread_local Loop* current_loop = nullptr;

using SteadyClock = std::chrono::steady_clock;

int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now().time_since_epoch()).count();
}

}  // namespace

Loop::Loop() : context_(1), work_(context_.get_executor()), wake_(context_.get_executor()), tick_ms_(steady_ms()) {}

Loop* Loop::current() { return current_loop; }

void Loop::start() {
  thread_ = std::thread([this] { run(); });
}

void Loop::run() {
  name_thread("network");
  current_loop = this;
  context_.run();
  current_loop = nullptr;
}

void Loop::stop() {
  AZUD_ASSERT(!in_this_thread(), "a loop cannot stop itself");
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
  }
  context_.stop();
  if (thread_.joinable()) thread_.join();

  UniqueFunction<void()> clear = [this] {
    while (!members_.empty()) {
      LoopMember& member = *members_.back();
      remove_member(member);
      member.on_loop_stop();
    }
    std::map<Timer::Key, UniqueFunction<void()>> timers;
    std::vector<UniqueFunction<void()>> posted;
    {
      MutexLock lock(mutex_);
      timers.swap(timers_);
      posted.swap(posted_);
    }
    wake_.cancel();
    work_.reset();
  };
  stand_in(clear);
  stop_done_.count_down();
}

void Loop::post(UniqueFunction<void()> function) {
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    posted_.push_back(std::move(function));
    if (drain_scheduled_) return;
    drain_scheduled_ = true;
  }
  boost::asio::post(context_, [this] { drain(); });
}

void Loop::drain() {
  {
    MutexLock lock(mutex_);
    drain_scheduled_ = false;
    draining_.swap(posted_);
  }
  for (auto& function : draining_) {
    function();
    function = nullptr;
  }
  draining_.clear();
}

void Loop::run_and_wait(UniqueFunction<void()> function) {
  if (in_this_thread()) return function();
  // Whoever destroys the posted function, run or dropped by stop(), opens the latch.
  struct Opener {
    std::latch* latch;
    explicit Opener(std::latch* l) : latch(l) {}
    Opener(Opener&& other) noexcept : latch(std::exchange(other.latch, nullptr)) {}
    ~Opener() {
      if (latch) latch->count_down();
    }
  };
  bool ran = false;
  std::latch done(1);
  post([&function, &ran, opener = Opener(&done)] {
    ran = true;
    function();
  });
  done.wait();
  if (ran) return;
  stop_done_.wait();
  stand_in(function);
}

void Loop::stand_in(UniqueFunction<void()>& function) {
  Loop* const before = std::exchange(current_loop, this);
  function();
  context_.restart();
  context_.poll();
  current_loop = before;
}

Timer Loop::after(std::chrono::microseconds delay, UniqueFunction<void()> function) {
  return {weak_from_this(), add_timer(SteadyClock::now() + delay, std::move(function))};
}

Timer::Key Loop::add_timer(SteadyClock::time_point at, UniqueFunction<void()> function) {
  Timer::Key key{at, 0};
  {
    MutexLock lock(mutex_);
    key.id = next_timer_id_++;
    if (stopped_) return key;
    timers_.emplace(key, std::move(function));
    if (at >= armed_) return key;
    armed_ = at;
  }
  if (in_this_thread()) {
    arm(at);
  } else {
    post([this] {
      SteadyClock::time_point first;
      {
        MutexLock lock(mutex_);
        first = armed_;
      }
      arm(first);
    });
  }
  return key;
}

void Loop::cancel_timer(const Timer::Key& key) {
  UniqueFunction<void()> dropped;  // destroyed outside the lock: what it owns may call back
  MutexLock lock(mutex_);
  if (const auto found = timers_.find(key); found != timers_.end()) {
    dropped = std::move(found->second);
    timers_.erase(found);
  }
}

void Loop::arm(SteadyClock::time_point at) {
  wake_.expires_at(at);
  wake_.async_wait([this](const boost::system::error_code& error) {
    if (!error) run_timers();
  });
}

void Loop::run_timers() {
  const auto now = SteadyClock::now();
  while (true) {
    UniqueFunction<void()> function;
    SteadyClock::time_point next;
    {
      MutexLock lock(mutex_);
      const auto first = timers_.begin();
      if (first == timers_.end() || first->first.at > now) {
        armed_ = next = first == timers_.end() ? SteadyClock::time_point::max() : first->first.at;
      } else {
        function = std::move(first->second);
        timers_.erase(first);
      }
    }
    if (!function) {
      if (next != SteadyClock::time_point::max()) arm(next);
      return;
    }
    function();
  }
}

void Loop::add_member(LoopMember& member) {
  AZUD_ASSERT(member.place_ == LoopMember::nowhere, "a member is added once");
  member.place_ = members_.size();
  members_.push_back(&member);
  if (members_.size() == 1) await_tick();
}

void Loop::remove_member(LoopMember& member) {
  if (member.place_ == LoopMember::nowhere) return;
  members_.back()->place_ = member.place_;
  std::swap(members_[member.place_], members_.back());
  members_.pop_back();
  member.place_ = LoopMember::nowhere;
}

void Loop::shorten_tick(std::chrono::milliseconds interval) {
  if (interval >= tick_interval_) return;
  tick_interval_ = interval;
  if (!members_.empty()) await_tick();
}

void Loop::await_tick() {
  tick_ms_ = steady_ms();
  tick_timer_ = after(tick_interval_, [this] { tick(); });
}

void Loop::tick() {
  tick_ms_ = steady_ms();
  // Backwards, because a member may remove itself, and then the last one, already seen, takes its place.
  for (std::size_t i = members_.size(); i-- > 0;) {
    if (i < members_.size()) members_[i]->on_tick(tick_ms_);
  }
  if (!members_.empty()) await_tick();
}

}  // namespace azud::io
