#include "base/crc.h"

#include <gtest/gtest.h>

namespace azud {
namespace {

TEST(Crc32c, gives_the_check_value_and_extends) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);  // RFC 3720, appendix B.4
  EXPECT_EQ(crc32c_extend(crc32c("12345"), "6789"), crc32c("123456789"));
}

}  // namespace
}  // namespace azud
