#include "format/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/text.h"
#include "format/test_type.h"

namespace azud::format {
namespace {

using testing::HasSubstr;

struct Reader {
  Reader(std::string_view format, std::string_view type, Options options = {}, std::vector<int32_t> wanted = {},
         bool keep_views = false) {
    DecoderSpec spec{.fields = test_type(type).fields(), .wanted = std::move(wanted), .keep_views = keep_views};
    if (spec.wanted.empty())
      for (std::size_t i = 0; i < spec.fields.size(); ++i) spec.wanted.push_back(static_cast<int32_t>(i));
    for (const int32_t place : spec.wanted) builders.emplace_back(spec.fields[static_cast<std::size_t>(place)].type);
    auto made = make_decoder(format, options, std::move(spec));
    EXPECT_TRUE(made.has_value()) << made.error().to_text();
    decoder = std::move(*made);
  }

  std::string error(std::string_view message) {
    const Result<Decoded> result = decoder->decode(message, builders);
    return result.has_value() ? "no error" : result.error().message();
  }
  std::vector<std::string> rows() {
    data::Batch batch{.rows = builders.front().size()};
    for (data::ColumnBuilder& builder : builders) batch.columns.push_back(builder.finish());
    std::vector<std::string> out;
    for (std::size_t row = 0; row < batch.rows; ++row) out.push_back(data::to_text(batch, row));
    return out;
  }

  std::vector<data::ColumnBuilder> builders;
  DecoderPtr decoder;
};

constexpr std::string_view sensor =
    "ROW<id INT, movimiento BOOLEAN, humo BOOLEAN, temperatura DOUBLE, temp_maxima DOUBLE>";

TEST(CsvDecoder, says_field_expectation_and_finding) {
  Reader reader("csv", sensor);
  EXPECT_EQ(reader.error("42959,true,false,warm,30"), "field 4 (temperatura): expected DOUBLE, found \"warm\"");
  EXPECT_EQ(reader.error("42959,true,false,25"), "expected 5 fields, found 4");
  EXPECT_EQ(reader.error("42959,true,false,25,30,1,2"), "expected 5 fields, found 7");
  EXPECT_EQ(reader.error("42959,true,\"false,25,30"), "field 3: the closing quote \" is missing");
  EXPECT_EQ(reader.error(std::string("1,true,false,\x01") + std::string(100, 'x') + ",30"),
            "field 4 (temperatura): expected DOUBLE, found \"\\x01" + std::string(59, 'x') + "…\"");
  EXPECT_EQ(reader.error("1,true,fal\xff,1,30"), "the row is not UTF-8");
}

TEST(CsvDecoder, a_failed_row_leaves_the_rows_before_it) {
  Reader reader("csv", "ROW<a INT, b ARRAY<INT>, c STRING>");
  EXPECT_EQ(reader.error("1,5;6,x"), "no error");
  EXPECT_EQ(reader.error("2,5;x,y"), "field 2 (b): expected ARRAY<INT>, found \"5;x\"");
  EXPECT_EQ(reader.error("3,7,\"z\"!"), "field 3: expected \",\" or the end behind the closing quote");
  EXPECT_EQ(reader.error("4,8,z"), "no error");
  EXPECT_THAT(reader.rows(), testing::ElementsAre("+I[1, [5, 6], x]", "+I[4, [8], z]"));
}

TEST(CsvDecoder, reads_only_what_is_wanted) {
  Reader reader("csv", sensor, {}, {3, 0});
  EXPECT_EQ(reader.error("42959,perhaps,false,25.5,30.0"), "no error");
  EXPECT_EQ(reader.error("1,true,false,25.5"), "expected 5 fields, found 4");
  EXPECT_THAT(reader.rows(), testing::ElementsAre("+I[25.5, 42959]"));
}

TEST(CsvDecoder, tells_what_it_replaced_by_null) {
  Reader reader("csv", sensor, Options(Options::Map{{"ignore-parse-errors", "true"}}));
  Result<Decoded> result = reader.decoder->decode("x,true,false,25,30", reader.builders);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->complained);
  EXPECT_EQ(reader.decoder->complaint(), "field 1 (id): expected INT, found \"x\"");
  result = reader.decoder->decode("1,true,false,25,30", reader.builders);
  EXPECT_FALSE(result->complained);
}

TEST(CsvDecoder, views_point_into_the_message_unless_quotes_were_taken_out) {
  Reader reader("csv", "ROW<a STRING, b STRING, c STRING>", {}, {}, true);
  const std::string message = R"(plain,"quoted","dou""bled")";
  EXPECT_EQ(reader.error(message), "no error");
  const auto inside = [&](std::size_t column) {
    const data::ColumnPtr built = reader.builders[column].finish();
    const std::string_view text = built->values<std::string_view>()[0];
    return text.data() >= message.data() && text.data() + text.size() <= message.data() + message.size();
  };
  EXPECT_TRUE(inside(0));
  EXPECT_TRUE(inside(1));
  EXPECT_FALSE(inside(2));
}

TEST(JsonDecoder, says_path_expectation_and_finding) {
  Reader reader("json", "ROW<a ROW<b ARRAY<INT>, c STRING>, d TIMESTAMP(3)>");
  EXPECT_EQ(reader.error(R"({"a":{"b":[1,"x"]}})"), "field a.b: expected INT, found \"x\"");
  EXPECT_EQ(reader.error(R"({"a":{"b":5}})"), "field a.b: expected ARRAY<INT>, found a plain value");
  EXPECT_EQ(reader.error(R"({"d":"yesterday"})"), "field d: expected TIMESTAMP(3), found \"yesterday\"");
  EXPECT_EQ(reader.error(R"({"d":1714521600000})"), "field d: expected TIMESTAMP(3), found 1714521600000");
  EXPECT_THAT(reader.error(R"({"a":{"b":[1)"), HasSubstr("not readable as JSON"));
  EXPECT_THAT(reader.error("hello"), HasSubstr("not readable as JSON"));
  EXPECT_TRUE(reader.rows().empty());
}

TEST(JsonDecoder, a_failed_row_leaves_the_rows_before_it) {
  Reader reader("json", "ROW<a INT, b MAP<STRING, INT>, c ROW<d STRING>>");
  EXPECT_EQ(reader.error(R"({"a":1,"b":{"x":1},"c":{"d":"q"}})"), "no error");
  EXPECT_NE(reader.error(R"({"c":{"d":"r"},"b":{"x":1,"y":"no"},"a":2})"), "no error");
  EXPECT_NE(reader.error(R"([{"a":3,"b":{},"c":null},{"a":"no"}])"), "no error");
  EXPECT_EQ(reader.error(R"([{"c":{"d":"s"}},{"a":5}])"), "no error");
  EXPECT_THAT(reader.rows(), testing::ElementsAre("+I[1, {x=1}, +I[q]]", "+I[null, null, +I[s]]", "+I[5, null, null]"));
}

TEST(JsonDecoder, missing_fields_are_an_error_only_if_asked_for) {
  Reader reader("json", "ROW<a INT, b INT>", Options(Options::Map{{"fail-on-missing-field", "true"}}), {1});
  EXPECT_EQ(reader.error(R"({"b":1})"), "field a: the field is missing");
  EXPECT_EQ(reader.error(R"({"b":1,"a":null})"), "no error");
}

TEST(JsonDecoder, strings_of_any_length_and_place) {
  Reader reader("json", "ROW<a STRING, b STRING>");
  const std::string text(200'000, 'x');
  EXPECT_EQ(reader.error("{\"b\":\"" + text + "\\n\" , \"a\" : \"" + text + "\"}"), "no error");
  EXPECT_EQ(reader.rows().front(), "+I[" + text + ", " + text + "\n]");
}

TEST(JsonDecoder, nesting_has_a_limit) {
  Reader reader("json", "ROW<a STRING, b INT>");
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  EXPECT_THAT(reader.error("{\"a\":" + deep + "}"), HasSubstr("JSON"));
  EXPECT_EQ(reader.error("{\"c\":" + std::string(500, '[') + std::string(500, ']') + ",\"b\":1}"), "no error");
}

TEST(JsonEncoder, replaces_bytes_that_are_no_utf8) {
  const std::vector<data::FieldType> fields = {{"a", data::DataType::string()}};
  auto encoder = make_encoder("json", Options(), fields);
  ASSERT_TRUE(encoder.has_value());
  data::ColumnBuilder builder(fields[0].type);
  builder.append_text("x\xFFy\xED\xA0\x80");
  (*encoder)->bind({builder.finish()});
  std::string out;
  ASSERT_TRUE((*encoder)->encode(0, out).has_value());
  EXPECT_EQ(out, "{\"a\":\"x\uFFFDy\uFFFD\uFFFD\uFFFD\"}");
}

TEST(JsonEncoder, keys_of_maps_that_are_null) {
  const std::vector<data::FieldType> fields = {
      {"a", data::DataType::map(data::DataType::string(), data::DataType::integer())}};
  data::ColumnBuilder builder(fields[0].type);
  builder.append_value(data::Value::List{data::Value(), 1, "k", 2});
  const data::ColumnPtr column = builder.finish();
  const auto encoded = [&](const char* mode) -> std::string {
    auto encoder = make_encoder("json", Options(Options::Map{{"map-null-key.mode", mode}}), fields);
    (*encoder)->bind({column});
    std::string out;
    const auto done = (*encoder)->encode(0, out);
    return done.has_value() ? out : done.error().message();
  };
  EXPECT_EQ(encoded("DROP"), R"({"a":{"k":2}})");
  EXPECT_EQ(encoded("LITERAL"), R"({"a":{"null":1,"k":2}})");
  EXPECT_THAT(encoded("FAIL"), HasSubstr("doesn't support to serialize map data with null keys"));
}

TEST(RawDecoder, null_is_a_row_and_sizes_count) {
  Reader reader("raw", "ROW<a INT>");
  EXPECT_EQ(reader.error("123"), "field 1 (a): expected 4 bytes for INT, found 3");
  ASSERT_TRUE(reader.decoder->decode_null(reader.builders).has_value());
  EXPECT_EQ(reader.rows().front(), "+I[null]");
}

TEST(Formats, unknown_ones_are_named) {
  const auto made = make_decoder("avro", Options(), {});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().to_text(),
            "Could not find any format for identifier 'avro'\nhint: Available format identifiers are: csv, json, raw");
}

TEST(Options, read_by_type) {
  const Options options({{"flag", "TRUE"}, {"wait", "5 min"}, {"many", "x"}, {"value.csv.null-literal", "N"}});
  EXPECT_TRUE(*options.boolean("flag", false));
  EXPECT_EQ(*options.duration_ms("wait", 0), 300'000);
  EXPECT_EQ(options.integer("many", 0).error().message(),
            "Invalid value for option 'many'. Expected a whole number, found: x");
  const Options csv = options.below("value.").below("csv.");
  EXPECT_EQ(csv.text("null-literal", ""), "N");
  EXPECT_EQ(csv.full_key("null-literal"), "value.csv.null-literal");
  EXPECT_EQ(parse_duration_ms("1 d"), 86'400'000);
  EXPECT_EQ(parse_duration_ms("100"), 100);
  EXPECT_EQ(parse_duration_ms("1500us"), 1);
  EXPECT_EQ(parse_duration_ms("1 fortnight"), std::nullopt);
  EXPECT_EQ(parse_duration_ms("9223372036854775807 d"), std::nullopt);
}

}  // namespace
}  // namespace azud::format
