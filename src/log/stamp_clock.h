#pragma once

#include "base/thread_annotations.h"
#include "base/time.h"
#include "io/clock.h"
#include "log/log.h"

namespace azud::log {

/// The log's clock: gives entries times that never go back, and promises about the times still to come. Thread-safe.
class StampClock {
 public:
  explicit StampClock(const io::Clock& clock) : clock_(clock) {}

  /// After recovery: entries up to `sequence`, stamped up to `stamp`, exist.
  void restore(Sequence sequence, TimestampMs stamp);

  /// The time of the entries now being prepared: not below any stamp before, above every promise made.
  TimestampMs begin_group();
  /// They are visible up to `sequence`, or (the group failed) will never be, with `sequence` as it was.
  void end_group(Sequence sequence);

  LogNow now() const;
  /// Not below the time of any entry so far.
  TimestampMs last_stamp() const;

 private:
  const io::Clock& clock_;
  mutable Mutex mutex_;
  Sequence visible_ AZUD_GUARDED_BY(mutex_);
  TimestampMs last_stamp_ AZUD_GUARDED_BY(mutex_) = 0;
  mutable TimestampMs promised_ AZUD_GUARDED_BY(mutex_) = timestamp_min;
  bool in_flight_ AZUD_GUARDED_BY(mutex_) = false;
};

}  // namespace azud::log
