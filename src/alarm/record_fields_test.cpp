#include "alarm/record_fields.h"

#include <gtest/gtest.h>

namespace azud::alarm {
namespace {

TEST(RecordFields, reads_an_object_as_texts) {
  const auto fields = read_fields(R"({"id":7,"name":"Ana","x":null,"t":25.50})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->at("id"), "7");
  EXPECT_EQ(fields->at("name"), "Ana");
  EXPECT_FALSE(fields->contains("x"));
  EXPECT_FALSE(read_fields("[1]"));
  EXPECT_FALSE(read_fields("{"));
}

TEST(RecordFields, refuses_what_nests_too_deep) {
  const std::string deep = R"({"a":)" + std::string(300'000, '[') + std::string(300'000, ']') + "}";
  EXPECT_EQ(read_fields(deep).error().code(), Code::invalid);
}

TEST(RecordFields, fills_templates) {
  const Fields fields{{"id", "7"}};
  EXPECT_EQ(fill("[{id}] {gone}{{x}", fields), "[7] {x}");
  EXPECT_EQ(fill("open {id", fields), "open {id");
}

TEST(RecordFields, reads_times_as_flink_writes_them) {
  EXPECT_EQ(parse_time("2024-05-01 00:00:01.76Z"), 1'714'521'601'760);
  EXPECT_EQ(parse_time("2024-05-01T00:00:01"), 1'714'521'601'000);
  EXPECT_EQ(parse_time("1714521601760"), 1'714'521'601'760);
  EXPECT_EQ(parse_time("soon"), std::nullopt);
  EXPECT_EQ(parse_time("2024-13-01 00:00:00"), std::nullopt);
}

}  // namespace
}  // namespace azud::alarm
