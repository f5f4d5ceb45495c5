#include "io/clock.h"

#include <chrono>

namespace azud::io {

TimestampMs SystemClock::wall_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t SystemClock::monotonic_us() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

TimestampMs ManualClock::wall_ms() const {
  const int64_t us = wall_us_.load();
  return us >= 0 ? us / 1000 : -((-us + 999) / 1000);
}

int64_t ManualClock::monotonic_us() const { return monotonic_us_.load(); }

void ManualClock::advance_ms(int64_t by) { advance_us(by * 1000); }

void ManualClock::advance_us(int64_t by) {
  wall_us_.fetch_add(by);
  monotonic_us_.fetch_add(by);
}

void ManualClock::set_wall_ms(TimestampMs now) { wall_us_.store(now * 1000); }

}  // namespace azud::io
