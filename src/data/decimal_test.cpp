#include "data/decimal.h"

#include <gtest/gtest.h>

namespace azud::data {
namespace {

std::string plain(Int128 unscaled, int scale) {
  std::string out;
  append_decimal(out, unscaled, scale);
  return out;
}

std::string parsed(std::string_view text, int precision, int scale) {
  const auto value = parse_decimal(text, precision, scale);
  return value ? plain(*value, scale) : "none";
}

TEST(decimal, parses_and_rounds_half_up) {
  EXPECT_EQ(parsed("1.995", 3, 2), "2.00");
  EXPECT_EQ(parsed("-1.995", 3, 2), "-2.00");
  EXPECT_EQ(parsed("2.5", 1, 0), "3");
  EXPECT_EQ(parsed("2.4999", 1, 0), "2");
  EXPECT_EQ(parsed("0.05", 3, 1), "0.1");
  EXPECT_EQ(parsed("0.04", 3, 1), "0.0");
  EXPECT_EQ(parsed("+.5", 3, 1), "0.5");
  EXPECT_EQ(parsed("1e3", 10, 1), "1000.0");
  EXPECT_EQ(parsed("12e-1", 10, 1), "1.2");
  EXPECT_EQ(parsed("000012", 3, 0), "12");
}

TEST(decimal, refuses_what_is_no_number_or_too_large) {
  for (const char* text : {"", "-", ".", "1.2.3", "1e", "abc", "1 ", "0x1"}) EXPECT_EQ(parsed(text, 10, 2), "none");
  EXPECT_EQ(parsed("1000", 3, 0), "none");
  EXPECT_EQ(parsed("999.5", 3, 0), "none");
  EXPECT_EQ(parsed("1e99999999999", 38, 0), "none");
  EXPECT_EQ(parsed("1e-99999", 38, 0), "0");
}

TEST(decimal, holds_38_digits) {
  const std::string nines(38, '9');
  EXPECT_EQ(parsed(nines, 38, 0), nines);
  EXPECT_EQ(parsed("-" + nines, 38, 0), "-" + nines);
  EXPECT_EQ(parsed(nines + ".5", 38, 0), "none");
  EXPECT_EQ(rescale(power_of_ten(37), 0, 2, 38), std::nullopt);
}

TEST(decimal, rescales) {
  EXPECT_EQ(rescale(15, 1, 0, 5), Int128(2));
  EXPECT_EQ(rescale(-15, 1, 0, 5), Int128(-2));
  EXPECT_EQ(rescale(14, 1, 0, 5), Int128(1));
  EXPECT_EQ(rescale(14, 1, 3, 5), Int128(1400));
  EXPECT_EQ(rescale(99, 0, 1, 2), std::nullopt);
}

TEST(decimal, meets_doubles) {
  EXPECT_EQ(decimal_of(0.1, 10, 3), Int128(100));
  EXPECT_EQ(decimal_of(1e300, 38, 0), std::nullopt);
  EXPECT_DOUBLE_EQ(to_double(12345, 2), 123.45);
  EXPECT_DOUBLE_EQ(to_double(power_of_ten(30), 10), 1e20);
}

TEST(decimal, shows_small_numbers_in_both_forms) {
  std::string out;
  append_decimal_scientific(out, 12, 8);
  EXPECT_EQ(out, "1.2E-7");
  EXPECT_EQ(plain(12, 8), "0.00000012");
  EXPECT_EQ(plain(-5, 1), "-0.5");
}

}  // namespace
}  // namespace azud::data
