#include "connect/kafka/kafka_source.h"

#include <gmock/gmock.h>

#include "connect/test_tables.h"
#include "log/log_fixture.h"

namespace azud::connect {
namespace {

using log::Offset;
using log::PartitionId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Map = std::map<std::string, std::string>;

/// Offsets of groups in memory.
class FakeOffsets final : public GroupOffsets {
 public:
  std::optional<Offset> committed(std::string_view group, std::string_view topic,
                                  PartitionId partition) const override {
    const auto found = offsets.find(fmt::format("{}/{}-{}", group, topic, partition));
    if (found == offsets.end()) return std::nullopt;
    return Offset(found->second);
  }
  void put(log::WriteBatch& commit, std::string_view group, std::string_view topic, PartitionId partition,
           Offset offset) const override {
    commit.put("test-offsets", fmt::format("{}/{}-{}", group, topic, partition), fmt::format("{}", offset));
  }
  std::map<std::string, int64_t> offsets;
};

class KafkaSourceTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    environment_ = {
        .log = log_.get(), .clock = &clock_, .offsets = &offsets_, .is_embedded = [](std::string_view server) {
          return server == "localhost:9092";
        }};
  }

  static sql::TableDefinition table(std::string_view columns, Map more = {}) {
    Map options = {{"connector", "kafka"},
                   {"topic", "t"},
                   {"properties.bootstrap.servers", "localhost:9092"},
                   {"scan.startup.mode", "earliest-offset"},
                   {"format", "csv"}};
    for (auto& [key, value] : more) options[key] = value;
    std::erase_if(options, [](const auto& option) { return option.second == "-"; });
    return test_table(columns, std::move(options));
  }

  std::unique_ptr<stream::Source> source_of(const sql::TableDefinition& table, std::vector<std::string> columns = {},
                                            std::map<std::string, std::string> positions = {}) {
    const std::vector<stream::Connectors::ScanRequest> scans = {
        {test_scan(table, std::move(columns)), std::move(positions)}};
    auto opened = open_kafka_source(environment_, scans);
    EXPECT_TRUE(opened) << opened.error().to_text();
    return opened ? *std::move(opened) : nullptr;
  }
  std::string problem(const sql::TableDefinition& table) {
    const std::vector<stream::Connectors::ScanRequest> scans = {{test_scan(table), {}}};
    const auto opened = open_kafka_source(environment_, scans);
    return opened ? "none" : opened.error().to_text();
  }

  using Text = std::optional<std::string>;
  struct Record {
    Text key;
    Text value;
    TimestampMs timestamp = 1000;
    std::vector<std::pair<std::string, std::string>> headers;
  };
  void produce(const std::string& topic, std::size_t number, const std::vector<Record>& records,
               kafka::Codec codec = kafka::Codec::none) {
    kafka::BatchBuilder builder({.codec = codec});
    for (const Record& record : records) {
      std::vector<kafka::HeaderView> headers;
      for (const auto& [key, value] : record.headers) headers.push_back({key, value});
      builder.add(record.timestamp, record.key, record.value, headers);
    }
    ASSERT_TRUE(append(partition(topic, number), builder.finish()));
  }

  FakeOffsets offsets_;
  KafkaEnvironment environment_;
};

TEST_F(KafkaSourceTest, reads_wanted_columns_in_the_order_of_the_journal) {
  ASSERT_TRUE(create("t", 2));
  produce("t", 1, {{.value = "1,a"}, {.value = "2,b"}});
  produce("t", 0, {{.value = "3,c"}}, kafka::Codec::lz4);
  produce("t", 1, {{.value = "4,d"}});
  const auto source = source_of(table("ROW<id INT, name STRING>"));
  EXPECT_THAT(read_rows(*source).rows, ElementsAre("+I[1, a]", "+I[2, b]", "+I[3, c]", "+I[4, d]"));
  EXPECT_THAT(read_rows(*source_of(table("ROW<id INT, name STRING>"), {"name"})).rows,
              ElementsAre("+I[a]", "+I[b]", "+I[c]", "+I[d]"));
  EXPECT_EQ(source->position(0), "1");
  EXPECT_EQ(source->position(1), "3");
}

TEST_F(KafkaSourceTest, goes_on_where_a_job_stood) {
  ASSERT_TRUE(create("t", 1));
  produce("t", 0, {{.value = "1,a"}, {.value = "2,b"}, {.value = "3,c"}});
  const auto source = source_of(table("ROW<id INT, name STRING>"), {}, {{"t-0", "1"}});
  EXPECT_THAT(read_rows(*source).rows, ElementsAre("+I[2, b]", "+I[3, c]"));
  produce("t", 0, {{.value = "4,d"}});
  EXPECT_THAT(read_rows(*source).rows, ElementsAre("+I[4, d]"));
}

TEST_F(KafkaSourceTest, metadata_columns) {
  ASSERT_TRUE(create("t", 2));
  sql::TableDefinition of_all = table("ROW<id INT>");
  add_metadata(of_all, "topic", "topic", "STRING");
  add_metadata(of_all, "p", "partition", "INT");
  add_metadata(of_all, "o", "offset", "BIGINT");
  add_metadata(of_all, "ts", "timestamp", "TIMESTAMP_LTZ(3)");
  add_metadata(of_all, "tt", "timestamp-type", "STRING");
  add_metadata(of_all, "e", "leader-epoch", "INT");
  add_metadata(of_all, "h", "headers", "MAP<STRING, BYTES>");
  add_metadata(of_all, "hl", "header-list", "ARRAY<ROW<key STRING, value BYTES>>");
  produce("t", 1, {{.value = "5", .timestamp = 1714521600123, .headers = {{"a", "1"}, {"b", "2"}, {"a", "3"}}}});
  const std::vector<std::string> rows = read_rows(*source_of(of_all)).rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0],
            "+I[5, t, 1, 0, 2024-05-01T00:00:00.123Z, CreateTime, 0, {a=[51], b=[50]}, "
            "[+I[a, [49]], +I[b, [50]], +I[a, [51]]]]");
}

TEST_F(KafkaSourceTest, key_and_value_formats) {
  ASSERT_TRUE(create("t", 1));
  produce("t", 0,
          {{.key = "7", .value = R"({"name":"x"})"},
           {.key = std::nullopt, .value = R"({"name":"y"})"},
           {.key = "z", .value = R"({"name":"y"})"},
           {.key = "9", .value = std::nullopt}});
  const auto source = source_of(
      table("ROW<id INT, name STRING>",
            {{"format", "json"}, {"key.format", "csv"}, {"key.fields", "id"}, {"value.fields-include", "EXCEPT_KEY"}}));
  const ReadRows read = read_rows(*source);
  EXPECT_THAT(read.rows, ElementsAre("+I[7, x]"));
  ASSERT_EQ(read.rejected.size(), 2U);
  EXPECT_EQ(read.rejected[0].reason, "the record has no key");
  EXPECT_EQ(read.rejected[1].reason, "key: field 1 (id): expected INT, found \"z\"");
}

TEST_F(KafkaSourceTest, upsert_tables_turn_missing_values_into_deletes) {
  ASSERT_TRUE(create("t", 1, {{"cleanup.policy", "compact"}}));
  sql::TableDefinition customers = table("ROW<id INT, name STRING>", {{"connector", "upsert-kafka"},
                                                                      {"format", "-"},
                                                                      {"scan.startup.mode", "-"},
                                                                      {"key.format", "csv"},
                                                                      {"value.format", "json"}});
  customers.primary_key = {0};
  add_metadata(customers, "o", "offset", "BIGINT");
  produce("t", 0,
          {{.key = "1", .value = R"({"id":1,"name":"x"})"},
           {.key = "1", .value = std::nullopt},
           {.key = "2", .value = R"({"id":2,"name":"y"})"}});
  EXPECT_THAT(read_rows(*source_of(customers)).rows, ElementsAre("+I[1, x, 0]", "-D[1, null, 1]", "+I[2, y, 2]"));
  EXPECT_THAT(read_rows(*source_of(customers, {"name"})).rows, ElementsAre("+I[x]", "-D[null]", "+I[y]"));
}

TEST_F(KafkaSourceTest, what_cannot_be_read_goes_to_the_dead_letters) {
  ASSERT_TRUE(create("t", 1));
  produce("t", 0, {{.value = "1,a"}, {.key = "k", .value = "x,b", .timestamp = 77}, {.value = "3,c"}});
  const auto source = source_of(table("ROW<id INT, name STRING>"));
  const ReadRows read = read_rows(*source);
  EXPECT_THAT(read.rows, ElementsAre("+I[1, a]", "+I[3, c]"));
  ASSERT_EQ(read.rejected.size(), 1U);
  EXPECT_EQ(read.rejected[0].position, 1);
  log::WriteBatch batch;
  ASSERT_TRUE(source->commit_into(read.rejected, batch));
  ASSERT_TRUE(commit(std::move(batch)));
  EXPECT_THAT(read_all(partition("t.dlq")), ElementsAre("x,b"));
}

TEST_F(KafkaSourceTest, ignored_errors_leave_a_null_and_a_copy) {
  ASSERT_TRUE(create("t", 1));
  produce("t", 0, {{.value = "x,b"}, {.value = "1,b,c"}}, kafka::Codec::zstd);
  const auto source = source_of(table("ROW<id INT, name STRING>", {{"csv.ignore-parse-errors", "true"}}));
  const ReadRows read = read_rows(*source);
  EXPECT_THAT(read.rows, ElementsAre("+I[null, b]"));
  ASSERT_EQ(read.rejected.size(), 2U);
  EXPECT_THAT(read.rejected[0].reason, HasSubstr("expected INT, found \"x\"; the row went on with NULL in its place"));
  EXPECT_EQ(read.rejected[1].reason, "expected 2 fields, found 3");
  EXPECT_EQ(read.rejected[1].value->view(), "1,b,c");
}

TEST_F(KafkaSourceTest, starts_and_ends_where_the_options_say) {
  ASSERT_TRUE(create("t", 1));
  produce("t", 0,
          {{.value = "0,a", .timestamp = 100}, {.value = "1,b", .timestamp = 200}, {.value = "2,c", .timestamp = 300}});
  const std::string_view columns = "ROW<id INT, name STRING>";
  const auto rows = [&](Map more) { return read_rows(*source_of(table(columns, std::move(more)), {"id"})).rows; };
  EXPECT_THAT(rows({{"scan.startup.mode", "latest-offset"}}), IsEmpty());
  EXPECT_THAT(rows({{"scan.startup.mode", "timestamp"}, {"scan.startup.timestamp-millis", "150"}}),
              ElementsAre("+I[1]", "+I[2]"));
  EXPECT_THAT(rows({{"scan.startup.mode", "timestamp"}, {"scan.startup.timestamp-millis", "301"}}), IsEmpty());
  EXPECT_THAT(
      rows({{"scan.startup.mode", "specific-offsets"}, {"scan.startup.specific-offsets", "partition:0,offset:2"}}),
      ElementsAre("+I[2]"));
  EXPECT_THAT(rows({{"scan.bounded.mode", "timestamp"}, {"scan.bounded.timestamp-millis", "300"}}),
              ElementsAre("+I[0]", "+I[1]"));
  EXPECT_THAT(
      rows({{"scan.bounded.mode", "specific-offsets"}, {"scan.bounded.specific-offsets", "partition:0,offset:1"}}),
      ElementsAre("+I[0]"));
  offsets_.offsets["g/t-0"] = 1;
  EXPECT_THAT(rows({{"scan.startup.mode", "-"}, {"properties.group.id", "g"}}), ElementsAre("+I[1]", "+I[2]"));
  EXPECT_THAT(rows({{"scan.startup.mode", "group-offsets"},
                    {"properties.group.id", "new"},
                    {"properties.auto.offset.reset", "earliest"}}),
              ElementsAre("+I[0]", "+I[1]", "+I[2]"));
  EXPECT_THAT(problem(table(columns, {{"scan.startup.mode", "-"}})), HasSubstr("Property group.id is required"));
  EXPECT_THAT(problem(table(columns, {{"scan.startup.mode", "-"}, {"properties.group.id", "new"}})),
              HasSubstr("group new has no offset for partition t-0"));
}

TEST_F(KafkaSourceTest, bounded_scans_end_once) {
  ASSERT_TRUE(create("t", 2));
  produce("t", 0, {{.value = "0,a"}});
  const auto source = source_of(table("ROW<id INT, name STRING>", {{"scan.bounded.mode", "latest-offset"}}));
  produce("t", 0, {{.value = "1,b"}});
  const ReadRows read = read_rows(*source);
  EXPECT_THAT(read.rows, ElementsAre("+I[0, a]"));
  EXPECT_THAT(read.ended, testing::UnorderedElementsAre(0U, 1U));
  EXPECT_EQ(source->position(0), "1:1");
  // What a restart finds: the end stays where it was.
  const auto again = source_of(table("ROW<id INT, name STRING>", {{"scan.bounded.mode", "latest-offset"}}), {},
                               {{"t-0", "1:1"}, {"t-1", "0:0"}});
  EXPECT_THAT(read_rows(*again).rows, IsEmpty());
}

TEST_F(KafkaSourceTest, finds_new_partitions_and_topics) {
  ASSERT_TRUE(create("t-1", 1));
  const auto source = source_of(table("ROW<id INT, name STRING>", {{"topic", "-"}, {"topic-pattern", "t-.*"}}));
  ASSERT_TRUE(create("t-2", 1));
  ASSERT_TRUE(create("other", 1));
  produce("t-2", 0, {{.value = "1,a"}});
  produce("other", 0, {{.value = "2,b"}});
  EXPECT_THAT(read_rows(*source).rows, IsEmpty());
  clock_.advance_ms(2000);
  EXPECT_THAT(read_rows(*source).rows, ElementsAre("+I[1, a]"));
  ASSERT_EQ(source->splits().size(), 2U);
  EXPECT_EQ(source->splits()[1].name, "t-2-0");
}

TEST_F(KafkaSourceTest, wakes_once_when_there_is_something) {
  ASSERT_TRUE(create("t", 1));
  const auto source = source_of(table("ROW<id INT, name STRING>"));
  EXPECT_THAT(read_rows(*source).rows, IsEmpty());
  std::promise<void> woken;
  source->notify([&woken] { woken.set_value(); });  // twice would throw
  produce("t", 0, {{.value = "1,a"}});
  woken.get_future().wait();
  produce("t", 0, {{.value = "2,b"}});
  EXPECT_THAT(read_rows(*source).rows, ElementsAre("+I[1, a]", "+I[2, b]"));
}

TEST_F(KafkaSourceTest, the_clock_follows_the_log_for_stamped_topics) {
  ASSERT_TRUE(create("t", 1, {{"message.timestamp.type", "LogAppendTime"}}));
  const auto source = source_of(table("ROW<id INT, name STRING>"));
  EXPECT_TRUE(source->splits()[0].follows_clock);
  produce("t", 0, {{.value = "1,a"}});
  clock_.advance_ms(5000);
  const auto poll = source->poll(1 << 20);
  ASSERT_TRUE(poll);
  ASSERT_TRUE(poll->clock.has_value());
  EXPECT_GT(*poll->clock, 1'700'000'000'000);
}

TEST_F(KafkaSourceTest, group_offsets_are_shown) {
  ASSERT_TRUE(create("t", 1));
  produce("t", 0, {{.value = "1,a"}});
  const auto source = source_of(table("ROW<id INT, name STRING>", {{"properties.group.id", "g"}}));
  read_rows(*source);
  log::WriteBatch batch;
  ASSERT_TRUE(source->commit_into({}, batch));
  ASSERT_EQ(batch.ops().size(), 1U);
  log::WriteBatch unchanged;
  ASSERT_TRUE(source->commit_into({}, unchanged));
  EXPECT_TRUE(unchanged.empty());
}

TEST_F(KafkaSourceTest, refuses_what_is_not_there) {
  EXPECT_THAT(problem(table("ROW<a INT>")), HasSubstr("topic t does not exist"));
  ASSERT_TRUE(create("t", 1));
  EXPECT_THAT(problem(table("ROW<a INT>", {{"properties.bootstrap.servers", "localhost:9092,kafka.example.org:9092"}})),
              HasSubstr("names a Kafka that is not this azud: kafka.example.org:9092"));
  EXPECT_EQ(problem(table("ROW<a INT>", {{"properties.bootstrap.servers", "azud"}})), "none");
}

}  // namespace
}  // namespace azud::connect
