#include "stream/op/sort_key.h"

#include <limits>

#include <gtest/gtest.h>

namespace azud::stream {
namespace {

std::string key(ScalarKind kind, const Scalar& value, bool nulls_last = false) {
  std::string out;
  append_sort_key(out, kind, value, nulls_last);
  return out;
}

TEST(SortKey, Integers) {
  std::string before = key(ScalarKind::integer, Scalar());
  for (const int64_t value : {std::numeric_limits<int64_t>::min(), int64_t{-256}, int64_t{-1}, int64_t{0}, int64_t{255},
                              int64_t{256}, std::numeric_limits<int64_t>::max()}) {
    std::string now = key(ScalarKind::integer, Scalar::of(value));
    EXPECT_LT(before, now) << value;
    before = std::move(now);
  }
  EXPECT_LT(before, key(ScalarKind::integer, Scalar(), true));
}

TEST(SortKey, Numbers) {
  using limits = std::numeric_limits<double>;
  std::string before = key(ScalarKind::number, Scalar());
  for (const double value : {-limits::infinity(), -1e300, -1.5, -limits::denorm_min(), 0.0, limits::denorm_min(), 1.5,
                             2.0, limits::infinity(), limits::quiet_NaN()}) {
    std::string now = key(ScalarKind::number, Scalar::of(value));
    EXPECT_LT(before, now) << value;
    before = std::move(now);
  }
  EXPECT_EQ(key(ScalarKind::number, Scalar::of(0.0)), key(ScalarKind::number, Scalar::of(-0.0)));
  EXPECT_EQ(before, key(ScalarKind::number, Scalar::of(-limits::quiet_NaN())));
}

TEST(SortKey, Decimals) {
  const data::Int128 big = data::Int128{1} << 100;
  std::string before = key(ScalarKind::decimal, Scalar());
  for (const data::Int128 value : {-big, -big + 1, data::Int128{-1}, data::Int128{0}, data::Int128{1}, big}) {
    std::string now = key(ScalarKind::decimal, Scalar::of(value));
    EXPECT_LT(before, now);
    before = std::move(now);
  }
}

TEST(SortKey, Text) {
  std::string before = key(ScalarKind::text, Scalar());
  for (const std::string_view value : {"", "B", "a", "aa", "b", "\xC3\xA9"}) {
    std::string now = key(ScalarKind::text, Scalar::of(value));
    EXPECT_LT(before, now) << value;
    before = std::move(now);
  }
  EXPECT_LT(before, key(ScalarKind::text, Scalar(), true));
}

}  // namespace
}  // namespace azud::stream
