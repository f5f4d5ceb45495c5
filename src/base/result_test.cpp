#include "base/result.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace azud {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Code::invalid, "{} is odd", n);
  return n / 2;
}

Result<int> quarter(int n) {
  TRY_ASSIGN(const int h, half(n));
  return half(h);
}

Status even(int n) {
  TRY(half(n));
  return {};
}

TEST(Result, carries_values_and_errors_through_try) {
  EXPECT_EQ(quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message(), "3 is odd");
  EXPECT_TRUE(even(2).has_value());
  EXPECT_EQ(even(3).error().code(), Code::invalid);
}

TEST(Error, is_one_pointer_wide_and_copies_deeply) {
  static_assert(sizeof(Error) == sizeof(void*));
  const Error a(Code::io, "no", "try again");
  const Error b = Error(a).with_context("file x");
  EXPECT_EQ(a.to_text(), "no\nhint: try again");
  EXPECT_EQ(b.message(), "file x: no");
}

TEST(Error, maps_errno) {
  EXPECT_EQ(errno_error("write", ENOSPC).code(), Code::storage_full);
  EXPECT_EQ(errno_error("write", EFBIG).code(), Code::storage_full);
  EXPECT_EQ(errno_error("open", ENOENT).code(), Code::not_found);
  EXPECT_EQ(errno_error("open", EACCES).message(), "open: Permission denied");
}

}  // namespace
}  // namespace azud
