#include "simulate/parameters.h"

#include <array>

#include <gtest/gtest.h>

namespace azud::simulate {
namespace {

constexpr std::array known = {Parameter{"seed", "7", ""}, Parameter{"start", "2024-05-01T00:00:00Z", ""}};

TEST(ParameterValues, DefaultsUntilSet) {
  ParameterValues values(known);
  EXPECT_EQ(values.text("seed"), "7");
  ASSERT_TRUE(values.set("seed", "9").has_value());
  EXPECT_EQ(*values.integer("seed", 0, 10), 9);
}

TEST(ParameterValues, NamesTheKnownOnes) {
  ParameterValues values(known);
  const auto set = values.set("sede", "9");
  ASSERT_FALSE(set.has_value());
  EXPECT_EQ(set.error().hint(), "known are seed, start");
}

TEST(ParameterValues, RefusesWhatIsNoNumberInRange) {
  for (const auto* text : {"", "x", "1x", " 1", "-1", "11", "99999999999999999999"}) {
    ParameterValues values(known);
    ASSERT_TRUE(values.set("seed", text).has_value());
    EXPECT_FALSE(values.integer("seed", 0, 10).has_value()) << text;
  }
}

TEST(ParameterValues, ReadsTimes) {
  ParameterValues values(known);
  EXPECT_EQ(*values.time("start"), 1'714'521'600'000);
  ASSERT_TRUE(values.set("start", "1500").has_value());
  EXPECT_EQ(*values.time("start"), 1500);
  for (const auto* text : {"2024-05-01", "2024-02-30T00:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T00:00:00", "-1"}) {
    ASSERT_TRUE(values.set("start", text).has_value());
    EXPECT_FALSE(values.time("start").has_value()) << text;
  }
}

}  // namespace
}  // namespace azud::simulate
