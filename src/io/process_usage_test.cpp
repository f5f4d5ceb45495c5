#include "io/process_usage.h"

#include <gtest/gtest.h>

namespace azud::io {
namespace {

TEST(ProcessUsage, is_that_of_a_running_program) {
  const ProcessUsage usage = process_usage();
  EXPECT_GT(usage.resident_bytes, 100'000U);
  EXPECT_LT(usage.resident_bytes, 64ULL << 30);
  EXPECT_GE(usage.cpu_seconds, 0);
}

}  // namespace
}  // namespace azud::io
