#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace azud::web {

/// The time that a subscriber wants to see; matters to series only.
struct TimeRange {
  std::optional<int64_t> last_ms;  ///< until now
  TimestampMs from = 0, to = 0;    ///< without last_ms

  TimestampMs begin(TimestampMs now) const { return last_ms ? now - *last_ms : from; }
  TimestampMs end() const { return last_ms ? timestamp_max : to; }
};

struct SnapshotRequest {
  TimeRange range;
  int width = 1000;  ///< pixels
  TimestampMs now = 0;
};

/// What a query gives, kept up to date, for all who asked the same. Owned and called by the hub's thread.
///
/// A feed writes members of JSON frames: text such as `"kind":"doc","data":{…}` without braces.
class Feed {
 public:
  virtual ~Feed() = default;

  /// How long to wait between two advances.
  virtual int64_t interval_ms() const = 0;

  /// Takes in what is new, a bounded amount of it, and appends the members of one delta frame; nothing if nothing
  /// changed. An error ends the feed.
  virtual Status advance(TimestampMs now, std::string& delta) = 0;

  /// False while there is more to take in than one advance can: a snapshot would show half of it.
  virtual bool ready() const { return true; }

  /// Appends the members of a snapshot frame as of the last advance.
  virtual void write_snapshot(const SnapshotRequest& request, std::string& out) const = 0;

  /// The time of the newest record behind it.
  virtual std::optional<TimestampMs> last_data() const { return std::nullopt; }

  /// How long it is kept when nobody listens any more: time to come back, and what it would cost to begin again.
  virtual int64_t keep_ms() const { return 60'000; }

  /// Why there is nothing yet; empty if all is well.
  virtual std::string waiting_for() const { return {}; }
};

}  // namespace azud::web
