#include "base/base64.h"

#include <gtest/gtest.h>

namespace azud {
namespace {

TEST(Base64, there_and_back) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    std::string text, again;
    append_base64(text, bytes);
    EXPECT_EQ(text.size(), (bytes.size() + 2) / 3 * 4);
    ASSERT_TRUE(read_base64(text, again)) << text;
    EXPECT_EQ(again, bytes);
    bytes += static_cast<char>(i * 37);
  }
  std::string out;
  for (const char* wrong : {"a", "ab", "abc", "ab=", "a===", "====", "ab==c", "abc=d", "ab=c", "abcd=", "!bcd"})
    EXPECT_FALSE(read_base64(wrong, out)) << wrong;
}

TEST(Base64, pads_what_does_not_come_out_even) {
  for (const auto& [bytes, expected] :
       {std::pair("", ""), std::pair("a", "YQ=="), std::pair("ab", "YWI="), std::pair("abc", "YWJj")}) {
    std::string text;
    append_base64(text, bytes);
    EXPECT_EQ(text, expected);
  }
}

}  // namespace
}  // namespace azud
