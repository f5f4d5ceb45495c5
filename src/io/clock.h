#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace azud::io {

/// Where the program's time comes from. Passed in by constructor, so that a test decides what time it is.
/// Implementations may be used from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Milliseconds since the epoch; may jump when somebody sets the machine's clock.
  virtual TimestampMs wall_ms() const = 0;

  /// Microseconds since some moment; never goes back. For durations only.
  virtual int64_t monotonic_us() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  TimestampMs wall_ms() const override;
  int64_t monotonic_us() const override;
};

/// A clock that moves only when told to; for tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimestampMs wall_ms = 0) : wall_us_(wall_ms * 1000) {}

  TimestampMs wall_ms() const override;
  int64_t monotonic_us() const override;

  /// Moves both clocks forward.
  void advance_ms(int64_t by);
  void advance_us(int64_t by);

  /// Sets the wall clock alone, back too, as an operator may.
  void set_wall_ms(TimestampMs now);

 private:
  std::atomic<int64_t> wall_us_;
  std::atomic<int64_t> monotonic_us_{0};
};

}  // namespace azud::io
