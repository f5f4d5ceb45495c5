#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/logging.h"
#include "base/thread_annotations.h"
#include "io/event_loops.h"
#include "io/held_memory.h"
#include "io/net/loop.h"

namespace azud::io {

/// The connections of one server: counted over all loops, listed for each loop so that the server can close them.
/// Shared by the server and its connections.
class SessionSet {
 public:
  /// `per_host_max`: connections from one address; 0: no limit of its own.
  SessionSet(EventLoops& loops, std::size_t connections_max, std::size_t per_host_max, std::size_t memory_bytes_max)
      : connections_max_(connections_max),
        per_host_max_(per_host_max),
        memory_(std::make_shared<HeldMemory>(memory_bytes_max, "io: unfinished requests and unread answers")),
        of_loop_(loops.size()) {
    for (std::size_t i = 0; i < loops.size(); ++i) of_loop_[i].loop = loops.loop(i);
  }

  /// False if there are too many, or too many from `host`: the socket is to be closed.
  bool admit(const std::string& host) {
    if (count_.fetch_add(1) >= connections_max_) {
      count_.fetch_sub(1);
      refused(host, connections_max_, "");
      return false;
    }
    if (per_host_max_ == 0) return true;
    const MutexLock lock(mutex_);
    if (std::size_t& from_host = of_host_[host]; from_host < per_host_max_) {
      ++from_host;
      return true;
    }
    count_.fetch_sub(1);
    refused(host, per_host_max_, " from there");
    return false;
  }
  std::size_t count() const { return count_.load(); }
  const std::shared_ptr<HeldMemory>& memory() const { return memory_; }

  /// On the thread of the session's loop, after admit().
  void add(const Loop& loop, LoopMember& session, std::string host) { list(loop).emplace(&session, std::move(host)); }
  void remove(const Loop& loop, LoopMember& session) {
    auto removed = list(loop).extract(&session);
    if (removed.empty()) return;
    count_.fetch_sub(1);
    if (per_host_max_ == 0) return;
    const MutexLock lock(mutex_);
    const auto from_host = of_host_.find(removed.mapped());
    if (--from_host->second == 0) of_host_.erase(from_host);
  }
  /// The session goes on as another one.
  void replace(const Loop& loop, LoopMember& before, LoopMember& after) {
    auto session = list(loop).extract(&before);
    session.key() = &after;
    list(loop).insert(std::move(session));
  }

  /// Closes all, waiting for each loop.
  void close_all() {
    for (PerLoop& each : of_loop_) {
      each.loop->run_and_wait([&each] {
        while (!each.sessions.empty()) each.sessions.begin()->first->on_loop_stop();  // which removes it
      });
    }
  }

 private:
  struct PerLoop {
    std::shared_ptr<Loop> loop;
    std::unordered_map<LoopMember*, std::string> sessions;  ///< and their hosts
  };
  std::unordered_map<LoopMember*, std::string>& list(const Loop& loop) {
    for (PerLoop& each : of_loop_) {
      if (each.loop.get() == &loop) return each.sessions;
    }
    std::unreachable();
  }

  void refused(const std::string& host, std::size_t limit, std::string_view where) {
    const uint64_t refused = refused_.fetch_add(1);
    if ((refused & (refused + 1)) != 0) return;  // the 1st, 2nd, 4th, 8th … so that a flood does not fill the log
    log_warn("io: a connection from {} was refused because there are {} already{}; {} refused so far", host, limit,
             where, refused + 1);
  }

  const std::size_t connections_max_, per_host_max_;
  const std::shared_ptr<HeldMemory> memory_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  std::vector<PerLoop> of_loop_;
  Mutex mutex_;
  std::unordered_map<std::string, std::size_t> of_host_ AZUD_GUARDED_BY(mutex_);  ///< counted if there is a limit
};

}  // namespace azud::io
