#include "data/time_text.h"

#include <gtest/gtest.h>

namespace azud::data {
namespace {

std::string shown(int64_t us, int precision, Fraction fraction) {
  std::string out;
  append_timestamp(out, us, precision, fraction, ' ');
  return out;
}

TEST(time_text, dates_go_both_ways) {
  for (const int32_t days : {0, -1, 1, 19723, 11016, -719162, 2932896}) {
    std::string text;
    append_date(text, days);
    EXPECT_EQ(parse_date(text), days) << text;
  }
  EXPECT_EQ(parse_date("2024-2-9"), parse_date("2024-02-09"));
  for (const char* text : {"2023-02-29", "2024-13-01", "2024-00-01", "24-01-01", "2024-01", "2024-01-01 ", ""})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(time_text, timestamps_go_both_ways) {
  const auto us = parse_timestamp("2020-01-01 00:00:00.12");
  ASSERT_TRUE(us);
  EXPECT_EQ(*us, 1'577'836'800'120'000);
  EXPECT_EQ(shown(*us, 3, Fraction::fixed), "2020-01-01 00:00:00.120");
  EXPECT_EQ(shown(*us, 0, Fraction::fixed), "2020-01-01 00:00:00");
  EXPECT_EQ(shown(*us, 9, Fraction::fixed), "2020-01-01 00:00:00.120000000");
  EXPECT_EQ(shown(*us, 3, Fraction::minimal), "2020-01-01 00:00:00.12");
  EXPECT_EQ(shown(-1, 6, Fraction::fixed), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(parse_timestamp("2020-01-01"), 1'577'836'800'000'000);
  EXPECT_EQ(parse_timestamp("2020-01-01T01:02", 'T'), parse_timestamp("2020-01-01 1:2:00"));
}

TEST(time_text, refuses_other_timestamps) {
  for (const char* text : {"2020-01-01T00:00:00", "2020-01-01 24:00:00", "2020-01-01 00:60:00", "2020-01-01 ",
                           "2020-01-01 00", "2020-01-01 00:00:00Z", "x"})
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
}

}  // namespace
}  // namespace azud::data
