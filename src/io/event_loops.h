#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/unique_function.h"

namespace azud::io {

class Loop;

/// A function that is to run later. Destroying or cancelling the handle before the function has started destroys the
/// function without running it. If it is running on its loop at that moment it goes on: the handle does not wait, so it
/// may be destroyed under any lock, and what the function touches must be kept alive by the function itself. Handles
/// may outlive their EventLoops.
class Timer {
 public:
  Timer() = default;
  Timer(Timer&& other) noexcept;
  Timer& operator=(Timer&& other) noexcept;
  ~Timer();

  void cancel();

 private:
  friend class Loop;
  struct Key {
    std::chrono::steady_clock::time_point at;
    uint64_t id = 0;
    auto operator<=>(const Key&) const = default;
  };
  Timer(std::weak_ptr<Loop> loop, Key key) : loop_(std::move(loop)), key_(key) {}

  std::weak_ptr<Loop> loop_;
  Key key_;
};

/// N threads, each running one event loop. All network code and all timers run on them, so what runs here must be short
/// and must not block. All calls are thread-safe. Servers and clients built on the loops are to be stopped before.
class EventLoops {
 public:
  explicit EventLoops(std::size_t threads);
  ~EventLoops();  ///< stops
  EventLoops(const EventLoops&) = delete;
  EventLoops& operator=(const EventLoops&) = delete;

  std::size_t size() const { return loops_.size(); }

  /// Runs `function` soon: on the calling thread's own loop if it has one, else on the loops in turn. Functions posted
  /// by one thread to one loop keep their order. After stop() they are dropped.
  void post(UniqueFunction<void()> function);
  /// The same on the loop of a given number, below size().
  void post_on(std::size_t index, UniqueFunction<void()> function);

  /// Runs `function` on a loop thread once `delay` has passed, a little late at most, never early.
  [[nodiscard]] Timer after(std::chrono::microseconds delay, UniqueFunction<void()> function);

  /// Ends the threads; functions not yet started are destroyed, connections still open are closed. Not to be called
  /// from a loop thread. May be called twice.
  void stop();

  /// For the servers and clients of io/.
  const std::shared_ptr<Loop>& loop(std::size_t index) const { return loops_[index]; }
  const std::shared_ptr<Loop>& next_loop();

 private:
  std::vector<std::shared_ptr<Loop>> loops_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace azud::io
