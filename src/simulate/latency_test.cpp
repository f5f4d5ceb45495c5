#include "simulate/latency.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace azud::simulate {
namespace {

TEST(LatencyHistogram, IsEmptyAtFirst) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile_us(0.99), 0U);
}

TEST(LatencyHistogram, IsExactForSmallValues) {
  LatencyHistogram histogram;
  for (uint64_t us = 1; us <= 20; ++us) histogram.record(us);
  EXPECT_EQ(histogram.percentile_us(0.5), 10U);
  EXPECT_EQ(histogram.percentile_us(1), 20U);
}

TEST(LatencyHistogram, IsWithinThreePercentForLargeValues) {
  LatencyHistogram histogram;
  for (uint64_t us = 1; us <= 100'000; ++us) histogram.record(us);
  EXPECT_NEAR(static_cast<double>(histogram.percentile_us(0.5)), 50'000, 1'600);
  EXPECT_NEAR(static_cast<double>(histogram.percentile_us(0.999)), 99'900, 3'200);
  EXPECT_EQ(histogram.max_us(), 100'000U);
}

TEST(LatencyHistogram, TakesTheLargestNumber) {
  LatencyHistogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.percentile_us(0.5), UINT64_MAX);
}

TEST(LatencyHistogram, MergesLikeOne) {
  LatencyHistogram one;
  LatencyHistogram two;
  one.record(10);
  two.record(1000);
  one.merge(two);
  EXPECT_EQ(one.count(), 2U);
  EXPECT_EQ(one.percentile_us(0.5), 10U);
  EXPECT_EQ(one.percentile_us(1), 1000U);
}

}  // namespace
}  // namespace azud::simulate
