#include "stream/run/watermark_schedule.h"

#include <gtest/gtest.h>

namespace azud::stream {
namespace {

TEST(WatermarkSchedule, a_row_sees_the_steps_before_it_and_not_its_own) {
  WatermarkSchedule schedule;
  schedule.add(10, 100);
  schedule.add(20, 200);
  EXPECT_EQ(schedule.at(5, 7), 7);
  EXPECT_EQ(schedule.at(10, 7), 7);
  EXPECT_EQ(schedule.at(11, 7), 100);
  EXPECT_EQ(schedule.at(20, 7), 100);
  EXPECT_EQ(schedule.at(21, 7), 200);
}

}  // namespace
}  // namespace azud::stream
