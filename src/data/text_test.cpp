#include "data/text.h"

#include <cmath>

#include <gtest/gtest.h>

#include "data/number_text.h"

namespace azud::data {
namespace {

std::string shown(const DataType& type, const Value& value) { return to_text(*Column::constant(type, value, 1), 0); }

std::string shown(double value) {
  std::string out;
  append_double(out, value);
  return out;
}

TEST(text, doubles_as_java_writes_them) {
  EXPECT_EQ(shown(0.0), "0.0");
  EXPECT_EQ(shown(-0.0), "-0.0");
  EXPECT_EQ(shown(100), "100.0");
  EXPECT_EQ(shown(0.1), "0.1");
  EXPECT_EQ(shown(1e10), "1.0E10");
  EXPECT_EQ(shown(1.5e7), "1.5E7");
  EXPECT_EQ(shown(9999999), "9999999.0");
  EXPECT_EQ(shown(0.001), "0.001");
  EXPECT_EQ(shown(0.00012), "1.2E-4");
  EXPECT_EQ(shown(std::nan("")), "NaN");
  EXPECT_EQ(shown(-INFINITY), "-Infinity");
  std::string out;
  append_float(out, 0.1F);
  EXPECT_EQ(out, "0.1");
}

TEST(text, values_as_flink_prints_them) {
  EXPECT_EQ(shown(DataType::boolean(), true), "true");
  EXPECT_EQ(shown(DataType::of(TypeKind::tinyint), -7), "-7");
  EXPECT_EQ(shown(DataType::decimal(5, 2), Int128(1250)), "12.50");
  EXPECT_EQ(shown(DataType::bytes(), std::string("a\xff")), "[97, -1]");
  EXPECT_EQ(shown(DataType::of(TypeKind::date), 19723), "2024-01-01");
  EXPECT_EQ(shown(DataType::time(3), 37'815'120), "10:30:15.120");
  EXPECT_EQ(shown(DataType::timestamp(3), int64_t{1'577'836'800'120'000}), "2020-01-01T00:00:00.120");
  EXPECT_EQ(shown(DataType::timestamp(3), int64_t{1'577'836'800'000'000}), "2020-01-01T00:00");
  EXPECT_EQ(shown(DataType::timestamp_ltz(3), int64_t{1'577'836'800'000'000}), "2020-01-01T00:00:00Z");
  EXPECT_EQ(shown(DataType::timestamp_ltz(3), int64_t{-1'000}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(shown(DataType::of(TypeKind::interval_months), 14), "P14M");
  EXPECT_EQ(shown(DataType::of(TypeKind::interval_months), -12), "P-12M");
  EXPECT_EQ(shown(DataType::of(TypeKind::interval_months), 0), "P0D");
  EXPECT_EQ(shown(DataType::of(TypeKind::interval_ms), int64_t{3'661'500}), "PT1H1M1.5S");
  EXPECT_EQ(shown(DataType::of(TypeKind::interval_ms), int64_t{-500}), "PT-0.5S");
  EXPECT_EQ(shown(DataType::map(DataType::string(), DataType::integer()), Value::List{"a", 1, "b", Value()}),
            "{a=1, b=null}");
  EXPECT_EQ(shown(DataType::row({{"x", DataType::integer()}}), Value::List{5}), "+I[5]");
}

}  // namespace
}  // namespace azud::data
