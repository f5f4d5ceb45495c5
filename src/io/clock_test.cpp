#include "io/clock.h"

#include <gtest/gtest.h>

namespace azud::io {
namespace {

TEST(SystemClock, is_past_2024_and_never_goes_back) {
  const SystemClock clock;
  EXPECT_GT(clock.wall_ms(), 1'704'067'200'000);
  const int64_t before = clock.monotonic_us();
  EXPECT_GE(clock.monotonic_us(), before);
}

TEST(ManualClock, moves_only_when_told) {
  ManualClock clock(1'000);
  EXPECT_EQ(clock.wall_ms(), 1'000);
  clock.advance_ms(5);
  clock.advance_us(999);
  EXPECT_EQ(clock.wall_ms(), 1'005);
  EXPECT_EQ(clock.monotonic_us(), 5'999);
  clock.set_wall_ms(7);
  EXPECT_EQ(clock.wall_ms(), 7);
  EXPECT_EQ(clock.monotonic_us(), 5'999);
}

TEST(ManualClock, rounds_down_before_the_epoch) {
  ManualClock clock(0);
  clock.advance_us(-1);
  EXPECT_EQ(clock.wall_ms(), -1);
}

}  // namespace
}  // namespace azud::io
