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

TEST(Sized, is_a_length_and_the_bytes) {
  std::string out;
  append_sized(out, "");
  append_sized(out, ByteView("a\0b", 3));
  append_sized(out, std::string(200, 'x'));
  EXPECT_EQ(out, std::string("\0\3a\0b\xc8\x01", 7) + std::string(200, 'x'));

  ByteView in = out, bytes;
  ASSERT_TRUE(take_sized(in, bytes));
  EXPECT_EQ(bytes, "");
  ASSERT_TRUE(take_sized(in, bytes));
  EXPECT_EQ(bytes, ByteView("a\0b", 3));
  ASSERT_TRUE(take_sized(in, bytes));
  EXPECT_EQ(bytes, std::string(200, 'x'));
  EXPECT_TRUE(in.empty());
  EXPECT_FALSE(take_sized(in, bytes)) << "nothing is left";
}

TEST(Sized, leaves_what_is_damaged_untouched) {
  const ByteView damaged[] = {
      {"\3ab", 3},                                      // fewer bytes than the length says
      {"\x80", 1},                                      // the length breaks off
      {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\1a", 11},  // the longest length there is
      {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\2a", 11},  // a length of more than 64 bits
      {"", 0},
  };
  for (const ByteView whole : damaged) {
    ByteView in = whole, bytes = "before";
    EXPECT_FALSE(take_sized(in, bytes));
    EXPECT_EQ(in.data(), whole.data());
    EXPECT_EQ(in.size(), whole.size());
    EXPECT_EQ(bytes, "before");
  }
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
