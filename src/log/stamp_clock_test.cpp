#include "log/stamp_clock.h"

#include <gtest/gtest.h>

namespace azud::log {
namespace {

TEST(StampClock, promises_the_millisecond_that_is_over) {
  io::ManualClock machine(1000);
  StampClock clock(machine);
  EXPECT_EQ(clock.now().clock, 999);
  EXPECT_EQ(clock.begin_group(), 1000);
  EXPECT_EQ(clock.now().clock, 999) << "the group's own stamp is still to come";
  machine.advance_ms(10);
  EXPECT_EQ(clock.now().clock, 999);
  clock.end_group(Sequence(3));
  EXPECT_EQ(clock.now().clock, 1009);
  EXPECT_EQ(clock.now().sequence, Sequence(3));
}

TEST(StampClock, a_stamp_is_above_every_promise_and_never_goes_back) {
  io::ManualClock machine(1000);
  StampClock clock(machine);
  EXPECT_EQ(clock.now().clock, 999);
  machine.set_wall_ms(500);
  EXPECT_EQ(clock.now().clock, 999);
  EXPECT_EQ(clock.begin_group(), 1000);
  clock.end_group(Sequence(1));
  EXPECT_EQ(clock.now().clock, 999);
  EXPECT_EQ(clock.begin_group(), 1000);
  clock.end_group(Sequence(2));
  machine.set_wall_ms(2000);
  EXPECT_EQ(clock.begin_group(), 2000);
}

TEST(StampClock, goes_on_after_what_was_recovered) {
  io::ManualClock machine(1000);
  StampClock clock(machine);
  clock.restore(Sequence(8), 5000);
  EXPECT_EQ(clock.now().sequence, Sequence(8));
  EXPECT_EQ(clock.now().clock, 4999);
  EXPECT_EQ(clock.begin_group(), 5000);
}

}  // namespace
}  // namespace azud::log
