#include "stream/run/watermark_schedule.h"

#include <algorithm>

namespace azud::stream {

TimestampMs WatermarkSchedule::at(uint64_t order, TimestampMs before) const {
  const auto after = std::ranges::lower_bound(steps_, order, {}, &Step::order);
  return after == steps_.begin() ? before : std::prev(after)->watermark;
}

}  // namespace azud::stream
