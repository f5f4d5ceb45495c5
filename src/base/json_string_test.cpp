#include "base/json_string.h"

#include <gtest/gtest.h>

namespace azud {
namespace {

TEST(JsonString, escapes_what_json_does_not_take) {
  std::string out = "x";
  append_json_string(out, std::string_view("a\"b\\c\n\0ñ", 9));
  EXPECT_EQ(out, "x\"a\\\"b\\\\c\\n\\u0000ñ\"");
}

}  // namespace
}  // namespace azud
