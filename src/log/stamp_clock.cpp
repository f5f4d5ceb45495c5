#include "log/stamp_clock.h"

#include <algorithm>

namespace azud::log {

void StampClock::restore(Sequence sequence, TimestampMs stamp) {
  const MutexLock lock(mutex_);
  visible_ = sequence;
  last_stamp_ = stamp;
}

TimestampMs StampClock::begin_group() {
  const MutexLock lock(mutex_);
  last_stamp_ = std::max(clock_.wall_ms(), last_stamp_);
  if (last_stamp_ <= promised_) last_stamp_ = promised_ + 1;
  in_flight_ = true;
  return last_stamp_;
}

void StampClock::end_group(Sequence sequence) {
  const MutexLock lock(mutex_);
  visible_ = sequence;
  in_flight_ = false;
}

TimestampMs StampClock::last_stamp() const {
  const MutexLock lock(mutex_);
  return last_stamp_;
}

LogNow StampClock::now() const {
  const MutexLock lock(mutex_);
  // The next stamp is at least max(wall, last): the millisecond before it is over. While a group is under way, its own
  // stamp is still to come for the reader.
  const TimestampMs next = in_flight_ ? last_stamp_ : std::max(clock_.wall_ms(), last_stamp_);
  promised_ = std::max(promised_, next - 1);
  return {visible_, promised_};
}

}  // namespace azud::log
