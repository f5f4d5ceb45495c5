#include "io/http_form.h"

#include <gtest/gtest.h>

namespace azud::io {
namespace {

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string storage;
  storage.reserve(text.size());
  std::string_view view;
  return percent_decode(text, plus_is_space, storage, view) ? std::string(view) : "malformed";
}

TEST(HttpForm, decodes_percent_and_plus) {
  EXPECT_EQ(decoded("plain", true), "plain");
  EXPECT_EQ(decoded("a%20b%2fc%2F", false), "a b/c/");
  EXPECT_EQ(decoded("a+b", true), "a b");
  EXPECT_EQ(decoded("a+b", false), "a+b");
  EXPECT_EQ(decoded("%C3%A9", false), "é");
  for (const char* bad : {"%", "%1", "a%zz", "%2"}) EXPECT_EQ(decoded(bad, false), "malformed") << bad;
}

TEST(HttpForm, tells_no_value_from_an_empty_one) {
  const std::string_view text = "sync&key=&a=1%262&&b+c=d=e";
  std::string storage;
  storage.reserve(text.size());
  std::vector<FormField> fields;
  ASSERT_TRUE(decode_form(text, storage, fields));
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[0].name, "sync");
  EXPECT_FALSE(fields[0].has_value);
  EXPECT_EQ(fields[1].name, "key");
  EXPECT_TRUE(fields[1].has_value);
  EXPECT_EQ(fields[1].value, "");
  EXPECT_EQ(fields[2].value, "1&2");
  EXPECT_EQ(fields[3].name, "b c");
  EXPECT_EQ(fields[3].value, "d=e");
}

}  // namespace
}  // namespace azud::io
