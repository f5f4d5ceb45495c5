#include "base/varint.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace azud {
namespace {

TEST(Varint, round_trips_and_knows_its_size) {
  for (const uint64_t n : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{1} << 35, ~uint64_t{0}}) {
    std::string out;
    append_varint(out, n);
    EXPECT_EQ(static_cast<int>(out.size()), varint_size(n));
    ByteView in = out;
    uint64_t back = 0;
    ASSERT_TRUE(take_varint(in, back));
    EXPECT_EQ(back, n);
    EXPECT_TRUE(in.empty());
  }
}

TEST(Varint, refuses_what_ends_early_or_is_too_long) {
  uint64_t value = 0;
  ByteView cut("\x80\x80", 2);
  EXPECT_FALSE(take_varint(cut, value));
  EXPECT_EQ(cut.size(), 2U);
  ByteView wide("\xff\xff\xff\xff\x1f", 5);
  EXPECT_FALSE(take_varint(wide, value, 32));
  EXPECT_TRUE(take_varint(wide, value, 64));
}

TEST(Zigzag, keeps_small_magnitudes_small) {
  EXPECT_EQ(zigzag(-1), 1U);
  EXPECT_EQ(zigzag(1), 2U);
  for (const int64_t n :
       {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()})
    EXPECT_EQ(unzigzag(zigzag(n)), n);
}

}  // namespace
}  // namespace azud
