#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"
#include "base/unique_function.h"
#include "io/clock.h"
#include "io/websocket.h"
#include "web/dashboard/dashboards.h"
#include "web/feed/feed_factory.h"
#include "web/live/subscriber.h"

namespace azud::web {

/// Runs all feeds on one thread of its own and sends what they give to who has subscribed (docs/web-api.md, 4). Public
/// calls are thread-safe; what they ask for happens on the hub's thread.
class FeedHub {
 public:
  /// The meters are sampled and `dashboards` is refreshed by the hub's thread; `jobs` is null on a server without jobs.
  /// `parts` must outlive the hub.
  FeedHub(const io::Clock& clock, TopicMeter& meter, JobMeter* jobs, Dashboards& dashboards, FeedParts parts);
  ~FeedHub();  ///< stops the thread; sessions must be closed before
  FeedHub(const FeedHub&) = delete;
  FeedHub& operator=(const FeedHub&) = delete;

  using ClientId = uint64_t;
  /// Nothing if there are too many.
  std::optional<ClientId> open(io::WebSocketSessionPtr session);
  void close(ClientId client);
  void subscribe(ClientId client, std::string id, Query query, SubscribeOptions options);
  void unsubscribe(ClientId client, std::string id);

  /// The snapshot of a query, once it is complete: the members of a frame in braces.
  void snapshot(Query query, SnapshotRequest request, UniqueFunction<void(Result<std::string>)> done);
  /// EntitiesFeed::details of the feed of an `entities` query.
  void entities(Query query, std::vector<std::string> ids, UniqueFunction<void(Result<Json>)> done);

 private:
  struct Delta {
    uint64_t seq = 0;
    int64_t at_us = 0;
    std::string members;
  };
  /// A feed with those who listen to it.
  struct Slot {
    std::string key;
    std::unique_ptr<Feed> feed;
    std::string epoch;
    uint64_t seq = 0;
    std::deque<Delta> deltas;
    std::size_t delta_bytes = 0;
    int64_t advance_at_us = 0;
    int64_t unused_since_us = 0;
    std::string waiting_for;
    std::vector<std::shared_ptr<Subscription>> subscriptions;
    std::vector<UniqueFunction<void(Result<Slot*>)>> waiting;  ///< for the feed to be ready
  };
  struct Client {
    io::WebSocketSessionPtr session;
    std::map<std::string, std::shared_ptr<Subscription>> subscriptions;
    int64_t behind_since_us = -1;
    std::size_t snapshot_bytes_max = 0;  ///< of those sent: they may wait without being a backlog
  };

  void run();
  void post(UniqueFunction<void()> task);
  int64_t tick();
  void advance(Slot& slot, int64_t now_us);
  void end(Slot& slot, const Error& error);
  void send_first(Slot& slot, Subscription& subscription);
  void send_delta(Slot& slot, Subscription& subscription, const Delta& delta);
  bool keeps_up(Client& client, int64_t now_us);
  Result<Slot*> slot_of(const Query& query, const TimeRange& range);
  void when_ready(const Query& query, const TimeRange& range, UniqueFunction<void(Result<Slot*>)> done);
  void do_subscribe(ClientId client, const std::string& id, const Query& query, const SubscribeOptions& options);
  void drop(ClientId client, const std::string& id);
  void drop_unused(int64_t now_us);

  const io::Clock& clock_;
  TopicMeter& meter_;
  JobMeter* jobs_;
  Dashboards& dashboards_;
  FeedParts parts_;

  // Of the hub's thread.
  std::map<std::string, std::unique_ptr<Slot>> slots_;
  std::map<ClientId, Client> clients_;
  int64_t sample_at_us_ = 0, refresh_at_us_ = 0, heartbeat_at_us_ = 0;
  uint64_t epochs_ = 0;

  Mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<UniqueFunction<void()>> tasks_ AZUD_GUARDED_BY(mutex_);
  std::size_t open_ AZUD_GUARDED_BY(mutex_) = 0;
  ClientId next_client_ AZUD_GUARDED_BY(mutex_) = 1;
  bool stopping_ AZUD_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace azud::web
