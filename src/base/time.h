#pragma once

#include <cstdint>
#include <limits>

namespace azud {

/// Milliseconds since 1970-01-01T00:00Z: record timestamps, rowtimes and watermarks, as in Kafka and Flink.
using TimestampMs = int64_t;

inline constexpr TimestampMs timestamp_min = std::numeric_limits<TimestampMs>::min();  ///< a watermark not yet known
inline constexpr TimestampMs timestamp_max = std::numeric_limits<TimestampMs>::max();  ///< a bounded input's last one

}  // namespace azud
