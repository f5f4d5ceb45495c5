#include "io/gzip.h"

#include <gtest/gtest.h>

namespace azud::io {
namespace {

TEST(Gzip, unpacks_what_it_packed) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(1'000'000, 'x')}) {
    const auto back = gunzip(gzip(text), text.size());
    ASSERT_TRUE(back) << back.error().to_text();
    EXPECT_TRUE(*back == text);
  }
  EXPECT_EQ(*gunzip(gzip("ab") + gzip("cd"), 4), "abcd");
}

TEST(Gzip, stops_at_the_limit) {
  const auto bomb = gunzip(gzip(std::string(10'000'000, '0')), 1'000'000);
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code(), Code::storage_full);
}

TEST(Gzip, refuses_damaged_data) {
  const std::string packed = gzip("hello hello hello hello");
  for (std::size_t cut = 0; cut < packed.size(); ++cut) {
    const auto result = gunzip(packed.substr(0, cut), 100);
    ASSERT_FALSE(result) << cut;
    EXPECT_EQ(result.error().code(), Code::invalid);
  }
  EXPECT_FALSE(gunzip("not gzip at all", 100));
}

}  // namespace
}  // namespace azud::io
