#pragma once

#include <chrono>
#include <cstdint>
#include <latch>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/thread_annotations.h"
#include "base/unique_function.h"
#include "io/event_loops.h"
#include "io/net/receive_arena.h"

namespace azud::io {

/// The concrete executor, not the type-erased default: one virtual call less for each operation.
using LoopExecutor = boost::asio::io_context::executor_type;
using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, LoopExecutor>;
using TcpAcceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, LoopExecutor>;
using LoopTimer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                    boost::asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;

/// What lives on a loop and wants to hear of time and of the end. Called on the loop's thread.
class LoopMember {
 public:
  virtual ~LoopMember() = default;
  /// Time has passed: a look at the timeouts. One coarse tick for all is cheaper than a timer for each.
  virtual void on_tick(int64_t now_ms) = 0;
  /// The loop ends: close.
  virtual void on_loop_stop() = 0;

 private:
  friend class Loop;
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  std::size_t place_ = nowhere;
};

/// One thread with one Asio context. Sockets keep their Loop alive; the Loop keeps what is pending alive until stop().
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop();

  void start();
  /// Ends the thread and clears what is pending. Not from the loop's thread.
  void stop();

  boost::asio::io_context& context() { return context_; }
  bool in_this_thread() const { return current() == this; }
  static Loop* current();

  void post(UniqueFunction<void()> function);
  /// Runs `function` on the loop's thread and returns when it has run; on the calling thread if that is the loop's or
  /// if the loop has stopped.
  void run_and_wait(UniqueFunction<void()> function);

  [[nodiscard]] Timer after(std::chrono::microseconds delay, UniqueFunction<void()> function);
  void cancel_timer(const Timer::Key& key);

  // The rest: on the loop's thread only.
  ReceiveArena& arena() { return arena_; }
  void add_member(LoopMember& member);
  void remove_member(LoopMember& member);
  /// Milliseconds of the monotonic clock at the last tick: cheap, and as coarse as the tick.
  int64_t tick_ms() const { return tick_ms_; }
  /// Ticks at least this often from now on.
  void shorten_tick(std::chrono::milliseconds interval);

 private:
  void run();
  void drain();
  /// Runs `function` and what it leaves behind on the calling thread in place of the loop's, which has ended.
  void stand_in(UniqueFunction<void()>& function);
  Timer::Key add_timer(std::chrono::steady_clock::time_point at, UniqueFunction<void()> function);
  void arm(std::chrono::steady_clock::time_point at);
  void run_timers();
  void await_tick();
  void tick();

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<LoopExecutor> work_;
  LoopTimer wake_;
  std::thread thread_;
  std::latch stop_done_{1};

  Mutex mutex_;
  std::vector<UniqueFunction<void()>> posted_ AZUD_GUARDED_BY(mutex_);
  bool drain_scheduled_ AZUD_GUARDED_BY(mutex_) = false;
  bool stopped_ AZUD_GUARDED_BY(mutex_) = false;
  std::map<Timer::Key, UniqueFunction<void()>> timers_ AZUD_GUARDED_BY(mutex_);
  uint64_t next_timer_id_ AZUD_GUARDED_BY(mutex_) = 1;
  /// When wake_ fires, or will once a posted arm() has run.
  std::chrono::steady_clock::time_point armed_ AZUD_GUARDED_BY(mutex_) = std::chrono::steady_clock::time_point::max();

  std::vector<UniqueFunction<void()>> draining_;
  ReceiveArena arena_;
  std::vector<LoopMember*> members_;
  std::chrono::milliseconds tick_interval_{1000};
  int64_t tick_ms_ = 0;
  Timer tick_timer_;
};

}  // namespace azud::io
