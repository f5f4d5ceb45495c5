#include "stream/eval/zone.h"

#include <gtest/gtest.h>

#include "data/time_text.h"

namespace azud::stream {
namespace {

int64_t at(std::string_view text) { return *data::parse_timestamp(text); }

TEST(zone, knows_summer_time) {
  auto madrid = Zone::find("Europe/Madrid");
  ASSERT_TRUE(madrid);
  ZoneCursor cursor(*madrid);
  EXPECT_EQ(cursor.to_local(at("2024-01-15 12:00:00")), at("2024-01-15 13:00:00"));
  EXPECT_EQ(cursor.to_local(at("2024-07-15 12:00:00")), at("2024-07-15 14:00:00"));
  EXPECT_EQ(cursor.to_utc(at("2024-07-15 14:00:00")), at("2024-07-15 12:00:00"));
  EXPECT_EQ(cursor.to_utc(at("2024-01-15 13:00:00")), at("2024-01-15 12:00:00"));
}

TEST(zone, skipped_and_repeated_hours_are_javas) {
  ZoneCursor cursor(*Zone::find("Europe/Madrid"));
  EXPECT_EQ(cursor.to_utc(at("2024-03-31 02:30:00")), at("2024-03-31 01:30:00"));  // shown as 03:30
  EXPECT_EQ(cursor.to_utc(at("2024-10-27 02:30:00")), at("2024-10-27 00:30:00"));  // the summer one
  EXPECT_EQ(cursor.to_utc(at("2024-03-31 03:00:00")), at("2024-03-31 01:00:00"));
}

TEST(zone, offsets_and_errors) {
  EXPECT_EQ(ZoneCursor(*Zone::find("+05:30")).to_local(0), at("1970-01-01 05:30:00"));
  EXPECT_EQ(ZoneCursor(*Zone::find("GMT-8")).to_local(0), at("1969-12-31 16:00:00"));
  EXPECT_TRUE(Zone::find("UTC")->is_utc());
  EXPECT_FALSE(Zone::find("Europe/Nowhere"));
}

}  // namespace
}  // namespace azud::stream
