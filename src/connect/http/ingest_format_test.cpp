#include "connect/http/ingest_format.h"

#include <gtest/gtest.h>

namespace azud::connect {
namespace {

std::shared_ptr<const IngestFormat> reading() {
  auto format = IngestFormat::create({{{"id", IngestType::int32, {}},
                                       {"movimiento", IngestType::boolean, {}},
                                       {"humo", IngestType::boolean, {}},
                                       {"temperatura", IngestType::float64, {}},
                                       {"tempMaxima", IngestType::float64, {"tempMaxima", "temp_maxima"}}},
                                      "id"});
  EXPECT_TRUE(format) << format.error().to_text();
  return *format;
}

std::string accepted(const IngestFormat& format, std::string_view body) {
  IngestFormat::Message message;
  if (!format.normalise(body, message)) return "refused: " + message.problem;
  return message.csv + (format.has_key() ? " key " + message.key : "");
}

std::string problem(const IngestFormat& format, std::string_view body) {
  IngestFormat::Message message;
  return format.normalise(body, message) ? "accepted: " + message.csv : message.problem;
}

TEST(IngestFormat, takes_the_csv_line) {
  const auto format = reading();
  EXPECT_EQ(accepted(*format, "42959,true,false,25,30"), "42959,true,false,25,30 key 42959");
  EXPECT_EQ(accepted(*format, " 42959 , TRUE,False,25.50,-3e1\r\n"), "42959,true,false,25.50,-3e1 key 42959");
  EXPECT_EQ(accepted(*format, R"("42959","true","false","25.5","30.0")"), "42959,true,false,25.5,30.0 key 42959");
  EXPECT_EQ(accepted(*format, "+042,true,false,+1.5,.5"), "42,true,false,1.5,.5 key 42");
}

TEST(IngestFormat, takes_the_brace_form) {
  const auto format = reading();
  EXPECT_EQ(accepted(*format, R"({"42959","true","false","25.5","30.0"})"), "42959,true,false,25.5,30.0 key 42959");
  EXPECT_EQ(accepted(*format, R"( { "42959" , "true","false","25.5","30" } )"), "42959,true,false,25.5,30 key 42959");
  EXPECT_EQ(accepted(*format, "{42959,true,false,25.5,30}"), "42959,true,false,25.5,30 key 42959");
}

TEST(IngestFormat, takes_json_with_native_values_and_texts) {
  const auto format = reading();
  EXPECT_EQ(accepted(*format,
                     R"({"id":"42959","movimiento":"true","humo":"false","temperatura":"25.5","tempMaxima":"30.0"})"),
            "42959,true,false,25.5,30.0 key 42959");
  EXPECT_EQ(
      accepted(*format, R"( {"humo" : false , "id" : 42959, "temp_maxima":30 , "temperatura": 25.50, "movimiento":true,
                                  "extra": {"a": [1]}} )"),
      "42959,true,false,25.50,30 key 42959");
}

TEST(IngestFormat, says_what_is_wrong) {
  const auto format = reading();
  EXPECT_EQ(problem(*format, ""),
            "the message is empty, expected the fields id, movimiento, humo, temperatura, tempMaxima");
  EXPECT_EQ(problem(*format, "1,true,false,25"),
            "expected 5 fields (id, movimiento, humo, temperatura, tempMaxima), found 4");
  EXPECT_EQ(problem(*format, "1,true,false,25,30,"),
            "expected 5 fields (id, movimiento, humo, temperatura, tempMaxima), found 6");
  EXPECT_EQ(problem(*format, "x,true,false,25,30"), "field id: expected an int such as 42, found 'x'");
  EXPECT_EQ(problem(*format, "2147483648,true,false,25,30"),
            "field id: expected an int such as 42, found '2147483648'");
  EXPECT_EQ(problem(*format, "1.0,true,false,25,30"), "field id: expected an int such as 42, found '1.0'");
  EXPECT_EQ(problem(*format, "1,yes,false,25,30"), "field movimiento: expected true or false, found 'yes'");
  EXPECT_EQ(problem(*format, "1,true,,25,30"), "field humo: expected true or false, found ''");
  for (const char* bad : {"NaN", "inf", "1e999", "0x10", "1,5", "--1", "e", "-", "."}) {
    EXPECT_FALSE(problem(*format, fmt::format(R"({{"1","true","false","{}","30"}})", bad)).starts_with("accepted"))
        << bad;
  }
  EXPECT_EQ(problem(*format, "1,true,false,25,30\n2,true,false,25,30"), "expected one message, found several lines");
  EXPECT_EQ(problem(*format, R"("1,true,false,25,30)"), "field 1 has no closing quote");
  EXPECT_EQ(problem(*format, R"("1"x,true,false,25,30)"), "expected a comma after field 1, found 'x,true,false,25,30'");
  EXPECT_EQ(problem(*format, "{1,true,false,25,30"), "the message begins with '{' and does not end with '}'");
  EXPECT_EQ(problem(*format, R"({"id":1})"), "field movimiento is missing, expected true or false");
  EXPECT_EQ(problem(*format, R"({"id":null,"movimiento":true,"humo":true,"temperatura":1,"tempMaxima":1})"),
            "field id is missing, expected an int such as 42");
  EXPECT_EQ(problem(*format, R"({"id":1,"id":2})"), "field id is there twice");
  EXPECT_EQ(problem(*format, R"({"id":[1]})"), "field id: expected an int such as 42, found a JSON array");
  EXPECT_EQ(problem(*format, "{}"), "field id is missing, expected an int such as 42");
  EXPECT_TRUE(problem(*format, R"({"id":1,})").starts_with("the message is not a JSON object: "));
  EXPECT_TRUE(problem(*format, R"({"id":1} {"id":2})").starts_with("expected one message"));
  EXPECT_EQ(problem(*format, std::string(100, 'x') + ",true,false,25,30"),
            "field id: expected an int such as 42, found '" + std::string(40, 'x') + "'…");
  EXPECT_EQ(problem(*format, std::string("a\x01\0b", 4) + ",true,false,25,30"),
            "field id: expected an int such as 42, found 'a??b'");
}

TEST(IngestFormat, texts_keep_their_content) {
  const auto format = *IngestFormat::create({{{"name", IngestType::text, {}}, {"n", IngestType::int64, {}}}, "name"});
  EXPECT_EQ(accepted(*format, R"("a ""quoted"", one",9000000000)"),
            R"("a ""quoted"", one",9000000000 key a "quoted", one)");
  EXPECT_EQ(accepted(*format, R"({"name":"lí\nea \"x\"","n":-1})"), "\"lí\nea \"\"x\"\"\",-1 key lí\nea \"x\"");
  EXPECT_EQ(accepted(*format, R"({"name":12.50,"n":"7"})"), "12.50,7 key 12.50");
  EXPECT_EQ(accepted(*format, R"({"name":"","n":7})"), ",7 key ");
  // What comes out goes in again and gives the same.
  IngestFormat::Message first, second;
  ASSERT_TRUE(format->normalise(R"({"name":" a, \"b\" ","n":1})", first));
  ASSERT_TRUE(format->normalise(first.csv, second));
  EXPECT_EQ(first.csv, second.csv);
  EXPECT_EQ(first.key, second.key);
}

TEST(IngestFormat, refuses_rules_that_cannot_work) {
  EXPECT_FALSE(IngestFormat::create({}));
  EXPECT_FALSE(IngestFormat::create({{{"a", IngestType::text, {}}, {"a", IngestType::text, {}}}, ""}));
  EXPECT_FALSE(IngestFormat::create({{{"a", IngestType::text, {"x"}}, {"b", IngestType::text, {"x"}}}, ""}));
  const auto no_key = IngestFormat::create({{{"a", IngestType::text, {}}}, "b"});
  ASSERT_FALSE(no_key);
  EXPECT_EQ(no_key.error().message(), "the key must be one of the fields a; found 'b'");
  EXPECT_EQ(*parse_ingest_type("bigint"), IngestType::int64);
  EXPECT_FALSE(parse_ingest_type("float"));
}

}  // namespace
}  // namespace azud::connect
