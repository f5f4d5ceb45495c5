#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <unordered_set>
#include <vector>

#include "base/logging.h"
#include "io/event_loops.h"
#include "io/net/loop.h"

namespace azud::io {

/// The connections of one server: counted over all loops, listed for each loop so that the server can close them.
/// Shared by the server and its connections.
class SessionSet {
 public:
  SessionSet(EventLoops& loops, std::size_t connections_max)
      : connections_max_(connections_max), of_loop_(loops.size()) {
    for (std::size_t i = 0; i < loops.size(); ++i) of_loop_[i].loop = loops.loop(i);
  }

  /// False if there are too many: the socket is to be closed.
  bool admit() {
    if (count_.fetch_add(1) < connections_max_) return true;
    count_.fetch_sub(1);
    const uint64_t refused = refused_.fetch_add(1);
    if ((refused & (refused + 1)) == 0) {  // the 1st, 2nd, 4th, 8th … so that a flood does not fill the log
      log_warn("io: a connection was refused because there are {} already; {} refused so far", connections_max_,
               refused + 1);
    }
    return false;
  }
  std::size_t count() const { return count_.load(); }

  /// On the thread of the session's loop, after admit().
  void add(const Loop& loop, LoopMember& session) { list(loop).insert(&session); }
  void remove(const Loop& loop, LoopMember& session) {
    if (list(loop).erase(&session) == 1) count_.fetch_sub(1);
  }
  /// The session goes on as another one.
  void replace(const Loop& loop, LoopMember& before, LoopMember& after) {
    list(loop).erase(&before);
    list(loop).insert(&after);
  }

  /// Closes all, waiting for each loop.
  void close_all() {
    for (PerLoop& each : of_loop_) {
      each.loop->run_and_wait([&each] {
        while (!each.sessions.empty()) (*each.sessions.begin())->on_loop_stop();  // which removes it
      });
    }
  }

 private:
  struct PerLoop {
    std::shared_ptr<Loop> loop;
    std::unordered_set<LoopMember*> sessions;
  };
  std::unordered_set<LoopMember*>& list(const Loop& loop) {
    for (PerLoop& each : of_loop_) {
      if (each.loop.get() == &loop) return each.sessions;
    }
    std::unreachable();
  }

  const std::size_t connections_max_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  std::vector<PerLoop> of_loop_;
};

}  // namespace azud::io
