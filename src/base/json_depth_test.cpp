#include "base/json_depth.h"

#include <string>

#include <gtest/gtest.h>

namespace azud {
namespace {

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(JsonDepth, counts_brackets_that_are_open) {
  EXPECT_FALSE(nests_too_deep(""));
  EXPECT_FALSE(nests_too_deep(nested(json_levels_max)));
  EXPECT_TRUE(nests_too_deep(nested(json_levels_max + 1)));
  EXPECT_TRUE(nests_too_deep(std::string(json_levels_max + 1, '{')));
  std::string flat;
  for (std::size_t i = 0; i < json_levels_max; ++i) flat += "[{}],";
  EXPECT_FALSE(nests_too_deep(flat));
}

TEST(JsonDepth, brackets_in_texts_do_not_count) {
  const std::string many(json_levels_max + 1, '[');
  EXPECT_FALSE(nests_too_deep("[\"" + many + "\"]"));
  EXPECT_FALSE(nests_too_deep(R"(["\")" + many + "\"]"));
  EXPECT_TRUE(nests_too_deep(R"(["\\")" + many));
}

}  // namespace
}  // namespace azud
