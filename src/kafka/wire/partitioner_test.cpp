#include "kafka/wire/partitioner.h"

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

// Computed by org.apache.kafka.common.utils.Utils.murmur2.
TEST(Partitioner, murmur2_is_kafkas) {
  EXPECT_EQ(static_cast<int32_t>(murmur2("21")), -973932308);
  EXPECT_EQ(static_cast<int32_t>(murmur2("foobar")), -790332482);
  EXPECT_EQ(static_cast<int32_t>(murmur2("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(static_cast<int32_t>(murmur2("a-little-bit-longer-string")), -1486304829);
  EXPECT_EQ(static_cast<int32_t>(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")), -58897971);
  EXPECT_EQ(static_cast<int32_t>(murmur2("abc")), 479470107);
  EXPECT_EQ(static_cast<int32_t>(murmur2("")), 275646681);
}

TEST(Partitioner, negative_hashes_give_a_partition) {
  EXPECT_EQ(partition_of_key("21", 7), (-973932308 & 0x7fffffff) % 7);
}

}  // namespace
}  // namespace azud::kafka
