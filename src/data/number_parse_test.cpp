#include "data/number_parse.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace azud::data {
namespace {

template <class T>
bool parses(std::string_view text, T expected) {
  T value{};
  return parse_integer(text, value) && value == expected;
}

template <class T>
bool refused(std::string_view text) {
  T value{};
  return !parse_integer(text, value);
}

TEST(NumberParse, integers_are_a_sign_and_digits) {
  EXPECT_TRUE(parses<int32_t>("+5", 5));
  EXPECT_TRUE(parses<int32_t>("-0012", -12));
  EXPECT_TRUE(parses<int64_t>("-9223372036854775808", std::numeric_limits<int64_t>::min()));
  for (const char* text : {"", "+", "-", "--1", "+-1", "1.0", " 1", "1 ", "1e2", "x", "2147483648", "0x10"})
    EXPECT_TRUE(refused<int32_t>(text)) << text;
  EXPECT_TRUE(refused<int8_t>("128"));
  EXPECT_TRUE(parses<int8_t>("127", 127));
}

double parsed(std::string_view text) {
  double value = -77;
  EXPECT_TRUE(parse_double(text, value)) << text;
  return value;
}

TEST(NumberParse, doubles_are_what_java_takes) {
  EXPECT_EQ(parsed(" 2.5\t"), 2.5);
  EXPECT_EQ(parsed("+.5"), 0.5);
  EXPECT_EQ(parsed("5."), 5);
  EXPECT_EQ(parsed("1e3"), 1000);
  EXPECT_EQ(parsed("1.5d"), 1.5);
  EXPECT_EQ(parsed("5.F"), 5);
  EXPECT_EQ(parsed("0x1p3"), 8);
  EXPECT_EQ(parsed("-Infinity"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(parsed("+NaN")));
  EXPECT_EQ(parsed("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parsed("-1e400"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(parsed("1e-400"), 0);
  EXPECT_TRUE(std::signbit(parsed("-0.0")));
  for (const char* text :
       {"", " ", ".", "+", "1_0", "inf", "infinity", "nan", "NaNd", "1e", "1x", "1dd", "--1", "0x1", "1.2.3"}) {
    double value = 0;
    EXPECT_FALSE(parse_double(text, value)) << text;
  }
}

TEST(NumberParse, floats_are_rounded_once) {
  float value = 0;
  EXPECT_TRUE(parse_float("1.1", value));
  EXPECT_EQ(value, 1.1F);
  EXPECT_TRUE(parse_float("1e39", value));
  EXPECT_TRUE(std::isinf(value));
}

}  // namespace
}  // namespace azud::data
