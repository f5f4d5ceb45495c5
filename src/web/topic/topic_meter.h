#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_annotations.h"
#include "base/time.h"
#include "log/log.h"

namespace azud::web {

/// One partition at the last sample.
struct PartitionFacts {
  int32_t partition = 0;
  int64_t start = 0, end = 0;
  uint64_t bytes = 0;
  double records_per_second = 0;
  std::optional<TimestampMs> last_timestamp;
};

struct TopicFacts {
  std::shared_ptr<const log::Topic> topic;
  std::vector<PartitionFacts> partitions;
  int64_t records = 0;
  uint64_t bytes = 0;
  double records_per_second = 0, bytes_per_second = 0;
  std::optional<TimestampMs> last_timestamp;
  bool internal = false;
};

/// What one second, or one minute, of a topic's life was.
struct RatePoint {
  TimestampMs at = 0;             ///< its beginning
  double records = 0, bytes = 0;  ///< per second
};

enum class RateTier : uint8_t { second, minute };
inline constexpr std::size_t second_points_max = 3600;
inline constexpr std::size_t minute_points_max = 1440;

/// Samples the log once a second and remembers rates: each second for an hour, each minute for a day. `sample` is
/// called by one thread; everything else from any.
class TopicMeter {
 public:
  explicit TopicMeter(const log::Log& log) : log_(log) {}

  /// The first call only sets the beginning.
  void sample(TimestampMs now);

  std::vector<TopicFacts> topics() const;
  std::optional<TopicFacts> topic(std::string_view name) const;
  /// Ascending. A topic that was not there at a time has no point then.
  std::vector<RatePoint> rates(std::string_view topic, RateTier tier) const;
  /// Only those at or after `from`.
  std::vector<RatePoint> rates_since(std::string_view topic, RateTier tier, TimestampMs from) const;
  uint64_t total_bytes() const;

 private:
  struct Meter {
    TopicFacts facts;
    log::TopicId id;
    std::vector<RatePoint> seconds, minutes;  ///< rings: oldest at next_*
    std::size_t next_second = 0, next_minute = 0;
    double minute_records = 0, minute_bytes = 0;
    int minute_samples = 0;
  };
  void measure(Meter& meter, const log::TopicView& view, TimestampMs now, double seconds);

  const log::Log& log_;
  mutable Mutex mutex_;
  std::map<std::string, Meter, std::less<>> meters_ AZUD_GUARDED_BY(mutex_);
  TimestampMs last_ AZUD_GUARDED_BY(mutex_) = 0;
};

/// Names that begin with "azud." or "__" are of the machinery.
bool is_internal_topic(std::string_view name);

}  // namespace azud::web
