#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/thread_annotations.h"
#include "connect/http/group_positions.h"
#include "connect/http/group_reader.h"
#include "io/clock.h"
#include "io/event_loops.h"
#include "io/http_router.h"
#include "log/log.h"

namespace azud::connect {

struct ConsumerOptions {
  GroupReaderOptions reader;
  int64_t long_poll_ms = 3'000;   ///< how long a request for a message waits: then 408
  int64_t session_ms = 15'000;    ///< a group that asks for nothing so long loses its place: pending is offered again
  std::size_t polls_max = 1'000;  ///< waiting requests of a group and topic: then 429
  std::size_t sessions_max = 1'000;  ///< groups that read at a time, counted for each topic: then 429
};

/// The reading half of kafka-pixy: GET /topics/{topic}/messages with its acknowledgements, offsets and consumers, every
/// path also under /clusters/{cluster} and /proxies/{cluster}. A group that has stored nothing begins at the oldest
/// message. All members of a group read through this process, so it has one reader for each topic, and no rebalance.
///
/// Handlers run on the loop threads. Everything passed in, and the routes, must outlive the HTTP server and the loops'
/// work.
class ConsumerRoutes {
 public:
  ConsumerRoutes(log::Log& log, GroupPositions& offsets, const io::Clock& clock, io::EventLoops& loops,
                 ConsumerOptions options = {});
  ~ConsumerRoutes();

  void add_to(io::HttpRouter& router);

 private:
  class Session;
  class Poll;
  struct Place {
    log::TopicPtr topic;
    std::string group;
  };

  void consume(const io::HttpRequest& request, io::HttpResponder responder);
  void acknowledge(const io::HttpRequest& request, io::HttpResponder responder);
  void show_offsets(const io::HttpRequest& request, io::HttpResponder responder);
  void store_offsets(const io::HttpRequest& request, io::HttpResponder responder);
  void show_consumers(const io::HttpRequest& request, io::HttpResponder responder);

  /// The request's topic and group, or the answer that says what is missing.
  std::expected<Place, io::HttpResponse> place_of(const io::HttpRequest& request) const;
  /// Null if too many groups read already.
  std::shared_ptr<Session> session_of(const Place& place);
  int64_t now_ms() const { return clock_.monotonic_us() / 1000; }

  log::Log& log_;
  GroupPositions& offsets_;
  const io::Clock& clock_;
  io::EventLoops& loops_;
  const ConsumerOptions options_;

  Mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Session>> sessions_
      AZUD_GUARDED_BY(mutex_);  ///< by group and topic
};

}  // namespace azud::connect
