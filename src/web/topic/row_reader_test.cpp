#include "web/topic/row_reader.h"

#include <gtest/gtest.h>

#include "web/topic/geohash.h"
#include "web/topic/payload.h"
#include "web/topic/template_text.h"

namespace azud::web {
namespace {

kafka::RecordView record_of(std::optional<ByteView> key, std::optional<ByteView> value) {
  kafka::RecordView record;
  record.key = key;
  record.value = value;
  record.timestamp = 77;
  return record;
}

std::string cells_of(RowReader& reader, const kafka::RecordView& record) {
  if (!reader.read(record)) return "no row";
  std::string out;
  for (const Cell& cell : reader.cells()) out += (out.empty() ? "" : "|") + std::string(cell.value_or("-"));
  return out;
}

TEST(RowReader, takes_columns_of_json) {
  RowReader reader(RowReader::Format::json, {}, {"id", "name", "n", "on", "$key", "$timestamp", "deep"});
  EXPECT_EQ(
      cells_of(reader, record_of("k", R"({ "x":1, "id":42959 , "name":"a\"é","n":-1.50e3,"on":true,"deep":{"id":1}})")),
      "42959|a\"é|-1.50e3|true|k|77|-");
  EXPECT_EQ(cells_of(reader, record_of(std::nullopt, R"({"id":null})")), "-|-|-|-|-|77|-");
  EXPECT_EQ(cells_of(reader, record_of("k", std::nullopt)), "-|-|-|-|k|77|-");
  for (const std::string_view bad : {"", "{", "[1]", "7", "{\"id\":}", "{\"id\" 1}", "\xff\xfe"}) {
    EXPECT_EQ(cells_of(reader, record_of("k", bad)), "no row") << bad;
  }
}

TEST(RowReader, takes_columns_of_csv) {
  RowReader reader(RowReader::Format::csv, {"id", "text", "last"}, {"last", "id", "text", "absent"});
  EXPECT_EQ(cells_of(reader, record_of("k", R"(7,"a ""b"", c",z)")), "z|7|a \"b\", c|-");
  EXPECT_EQ(cells_of(reader, record_of("k", "7")), "-|7|-|-");
  EXPECT_EQ(cells_of(reader, record_of("k", "7,\"open")), "no row");
}

TEST(RowReader, reads_times_and_numbers) {
  EXPECT_EQ(parse_time_cell("1714521601760"), 1714521601760);
  EXPECT_EQ(parse_time_cell("2024-05-01 00:00:01.76Z"), 1714521601760);
  EXPECT_EQ(parse_time_cell("2024-05-01T00:00:01.760"), 1714521601760);
  EXPECT_EQ(parse_time_cell("2024-05-01"), 1714521600000);
  EXPECT_EQ(parse_time_cell("soon"), std::nullopt);
  EXPECT_EQ(parse_number_cell("-1.5e2"), -150);
  EXPECT_EQ(parse_number_cell("12x"), std::nullopt);
}

TEST(Payload, is_json_text_or_bytes) {
  EXPECT_EQ(to_text(payload_json(std::nullopt)), "null");
  EXPECT_EQ(to_text(payload_json(R"({"a":1.10})")), R"({"as":"json","data":"{\"a\":1.10}"})");
  EXPECT_EQ(to_text(payload_json("{no json")), R"({"as":"text","data":"{no json"})");
  EXPECT_EQ(to_text(payload_json("7,true")), R"({"as":"text","data":"7,true"})");
  EXPECT_EQ(to_text(payload_json(ByteView("\x00\x01\xff", 3))), R"({"as":"base64","data":"AAH/"})");
  EXPECT_EQ(to_text(payload_json("ab\xC3\xA9", 3)), R"({"as":"text","data":"ab","cut":4})");  // not within the é
  EXPECT_EQ(base64("a"), "YQ==");
  EXPECT_EQ(base64("ab"), "YWI=");
}

TEST(TemplateText, is_filled_with_columns) {
  const Json row = row_json(R"({"name":"Ana","n":7,"gone":null})", false, {});
  EXPECT_EQ(fill_template("{name} ({n}){gone}{absent} {open", row), "Ana (7) {open");
  EXPECT_EQ(to_text(row_json("7,x", true, {"id", "name", "more"})), R"({"id":"7","name":"x","more":null})");
}

TEST(Geohash, middle_of_a_known_cell) {
  const auto middle = geohash_middle("ezs42");
  ASSERT_TRUE(middle);
  EXPECT_NEAR(middle->first, 42.605, 0.001);
  EXPECT_NEAR(middle->second, -5.603, 0.001);
  EXPECT_FALSE(geohash_middle("ab"));
  EXPECT_FALSE(geohash_middle(""));
}

}  // namespace
}  // namespace azud::web
