#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/websocket.h"
#include "web/feed/feed.h"
#include "web/json.h"

namespace azud::web {

struct ResumePoint {
  std::string epoch;
  uint64_t seq = 0;
};

struct SubscribeOptions {
  SnapshotRequest request;
  std::optional<ResumePoint> resume;
};

/// Range, width and resume of a subscribe frame or of a query by POST.
Result<SubscribeOptions> read_subscribe_options(const Json& frame);

/// One subscription of one client. Of the hub's thread.
struct Subscription {
  std::string id;  ///< the client's own name for it
  uint64_t client = 0;
  std::string slot;  ///< key of its feed
  SubscribeOptions options;
  bool started = false;  ///< the snapshot was sent: deltas may follow
};

/// Frames of docs/web-api.md, 4.
std::string error_frame(std::string_view id, const Error& error);
std::string status_frame(std::string_view id, std::string_view state, std::string_view message);
std::string clock_frame(std::string_view op, TimestampMs now);  ///< hello, heartbeat, pong

}  // namespace azud::web
