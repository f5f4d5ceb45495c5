#include "web/query/query.h"

#include <gtest/gtest.h>

namespace azud::web {
namespace {

Result<Query> from_json(std::string_view text) { return check_query(Json::parse(text)); }

TEST(Query, means_the_same_in_any_order) {
  const auto a = from_json(R"({"source":"rate","topics":["A","B"],"of":"bytes"})");
  const auto b = from_json(R"({"of":"bytes","topics":["A","B"],"source":"rate"})");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->key(), b->key());
  EXPECT_EQ(a->list("topics"), (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(a->text("of"), "bytes");
  EXPECT_NE(a->key(), from_json(R"({"source":"rate","topics":["A"]})")->key());
}

TEST(Query, a_text_stands_for_a_list_of_one) {
  EXPECT_EQ(from_json(R"({"source":"alarms","zone":"UK"})")->list("zone"), std::vector<std::string>{"UK"});
  EXPECT_EQ(from_json(R"({"source":"alarms","limit":100000})")->limit(500, 5000), 5000U);
}

struct Wrong {
  std::string json, message;
};

TEST(Query, says_what_is_wrong) {
  const Wrong cases[] = {
      {"7", "a query is an object with a source"},
      {R"({"source":"nope"})", "unknown source \"nope\": one of status, topics"},
      {R"({"source":"status","x":1})", "a query of status has no field x: it takes none"},
      {R"({"source":"rate"})", "a query of rate needs topics"},
      {R"({"source":"rate","topics":["A"],"of":"apples"})", "of must be one of records, bytes, not \"apples\""},
      {R"({"source":"rate","topics":[1]})", "topics must be a list of texts"},
      {R"({"source":"messages","topic":"A","partition":-1})", "partition must be a whole number"},
      {R"({"source":"entities","topic":"A","id":"id"})", "needs geohash, or lat and lon"},
      {R"({"source":"series","topic":"A","time":"t","value":"v","format":"csv"})", "format csv needs columns"},
      {R"({"source":"series","topic":"A","time":"t","value":"v","fill":0})", "fill needs step"},
      {R"({"source":"alarm_rate","step":0})", "step must be more than 0"},
  };
  for (const auto& [json, message] : cases) {
    const auto query = from_json(json);
    ASSERT_FALSE(query) << json;
    EXPECT_NE(query.error().message().find(message), std::string::npos) << query.error().message();
  }
}

}  // namespace
}  // namespace azud::web
