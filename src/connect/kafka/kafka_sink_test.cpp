#include "connect/kafka/kafka_sink.h"

#include <gmock/gmock.h>

#include "connect/test_tables.h"
#include "kafka/wire/partitioner.h"
#include "log/log_fixture.h"

namespace azud::connect {
namespace {

using data::RowKind;
using testing::ElementsAre;
using testing::HasSubstr;

using Map = std::map<std::string, std::string>;

class KafkaSinkTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    environment_ = {.log = log_.get(), .clock = &clock_, .is_embedded = [](std::string_view) { return true; }};
  }

  static sql::TableDefinition table(std::string_view columns, Map more = {}) {
    Map options = {
        {"connector", "kafka"}, {"topic", "t"}, {"properties.bootstrap.servers", "localhost:9092"}, {"format", "csv"}};
    for (auto& [key, value] : more) options[key] = value;
    std::erase_if(options, [](const auto& option) { return option.second == "-"; });
    return test_table(columns, std::move(options));
  }
  static sql::TableDefinition upsert_table(std::string_view columns, Map more = {}) {
    more.insert({{"connector", "upsert-kafka"}, {"format", "-"}, {"key.format", "csv"}, {"value.format", "json"}});
    sql::TableDefinition out = table(columns, std::move(more));
    out.primary_key = {0};
    return out;
  }

  std::unique_ptr<stream::SinkWriter> writer_of(const sql::TableDefinition& table, std::size_t instance = 0) {
    auto sink = open_kafka_sink(environment_, test_sink(table));
    EXPECT_TRUE(sink) << sink.error().to_text();
    if (!sink) return nullptr;
    auto writer = (*sink)->open_writer(instance, 2);
    EXPECT_TRUE(writer) << writer.error().to_text();
    return writer ? *std::move(writer) : nullptr;
  }
  void commit_of(stream::SinkWriter& writer, const data::Batch& rows) {
    ASSERT_TRUE(writer.write(rows));
    ASSERT_TRUE(writer.flush());
    log::WriteBatch batch;
    ASSERT_TRUE(writer.commit_into(batch));
    ASSERT_TRUE(commit(std::move(batch)));
    ASSERT_TRUE(writer.committed());
  }
  /// "key=value@timestamp" of all records of a partition.
  std::vector<std::string> records(std::size_t number = 0) {
    std::vector<std::string> out;
    const log::PartitionPtr from = partition("t", number);
    log::Offset at = from->log_start();
    while (at < from->high_watermark()) {
      const auto batches = from->read(at, 1 << 20);
      for (const log::StoredBatch& batch : *batches) {
        kafka::RecordReader reader;
        EXPECT_TRUE(reader.open(*kafka::BatchView::parse(batch.bytes.view())));
        kafka::RecordView record;
        while (reader.next(record)) {
          std::string text =
              fmt::format("{}={}@{}", record.key.value_or("-"), record.value.value_or("-"), record.timestamp);
          kafka::HeaderReader headers(record);
          kafka::HeaderView header;
          while (headers.next(header)) text += fmt::format(" {}:{}", header.key, header.value.value_or("-"));
          out.push_back(std::move(text));
        }
        at = batch.last + 1;
      }
    }
    return out;
  }

  KafkaEnvironment environment_;
};

TEST_F(KafkaSinkTest, writes_keys_values_and_time) {
  ASSERT_TRUE(create("t", 1));
  const auto writer = writer_of(table("ROW<id INT, name STRING>", {{"key.format", "csv"}, {"key.fields", "id"}}));
  commit_of(*writer, test_batch("ROW<id INT, name STRING>", {{1, "a"}, {2, "b, c"}, {data::Value(), data::Value()}}));
  EXPECT_THAT(records(), ElementsAre("1=1,a@1700000000000", "2=2,\"b, c\"@1700000000000", "=,@1700000000000"));
}

TEST_F(KafkaSinkTest, the_same_key_goes_where_kafkas_clients_send_it) {
  ASSERT_TRUE(create("t", 4));
  const auto writer = writer_of(table("ROW<id INT, line STRING>", {{"format", "-"},
                                                                   {"key.format", "csv"},
                                                                   {"key.fields", "id"},
                                                                   {"value.format", "raw"},
                                                                   {"value.fields-include", "EXCEPT_KEY"}}));
  std::vector<std::vector<data::Value>> rows;
  for (int i = 0; i < 20; ++i) rows.push_back({i, "x" + std::to_string(i)});
  commit_of(*writer, test_batch("ROW<id INT, line STRING>", rows));
  std::size_t count = 0;
  for (std::size_t number = 0; number < 4; ++number) {
    for (const std::string& record : records(number)) {
      const std::string key = record.substr(0, record.find('='));
      EXPECT_EQ(static_cast<std::size_t>(kafka::partition_of_key(key, 4)), number) << record;
      EXPECT_THAT(record, HasSubstr("=x" + key + "@"));
      ++count;
    }
  }
  EXPECT_EQ(count, 20U);
}

TEST_F(KafkaSinkTest, upsert_writes_values_and_tombstones) {
  ASSERT_TRUE(create("t", 1, {{"cleanup.policy", "compact"}}));
  const auto writer = writer_of(upsert_table("ROW<id INT, name STRING>"));
  commit_of(*writer, test_batch("ROW<id INT, name STRING>", {{1, "a"}, {2, "b"}, {3, "c"}},
                                {RowKind::insert, RowKind::update_after, RowKind::remove}));
  EXPECT_THAT(records(), ElementsAre("1={\"id\":1,\"name\":\"a\"}@1700000000000",
                                     "2={\"id\":2,\"name\":\"b\"}@1700000000000", "3=-@1700000000000"));
}

TEST_F(KafkaSinkTest, metadata_is_written) {
  ASSERT_TRUE(create("t", 1));
  sql::TableDefinition of_all = table("ROW<id INT>");
  add_metadata(of_all, "ts", "timestamp", "TIMESTAMP_LTZ(3)", false);
  add_metadata(of_all, "h", "headers", "MAP<STRING, BYTES>", false);
  const auto writer = writer_of(of_all);
  commit_of(*writer, test_batch("ROW<id INT, ts TIMESTAMP_LTZ(3), h MAP<STRING, BYTES>>",
                                {{1, int64_t{1714521600123000}, data::Value::List{"a", "1"}},
                                 {2, data::Value(), data::Value()}}));
  EXPECT_THAT(records(), ElementsAre("-=1@1714521600123 a:1", "-=2@1700000000000"));
}

TEST_F(KafkaSinkTest, fixed_and_round_robin) {
  ASSERT_TRUE(create("t", 3));
  const data::Batch rows = test_batch("ROW<id INT>", {{1}, {2}, {3}});
  commit_of(*writer_of(table("ROW<id INT>", {{"sink.partitioner", "fixed"}}), 1), rows);
  EXPECT_EQ(records(1).size(), 3U);
  commit_of(*writer_of(table("ROW<id INT>", {{"sink.partitioner", "round-robin"}})), rows);
  EXPECT_EQ(records(0).size(), 1U);
  EXPECT_EQ(records(1).size(), 4U);
  EXPECT_EQ(records(2).size(), 1U);
}

TEST_F(KafkaSinkTest, large_commits_are_several_batches) {
  ASSERT_TRUE(create("t", 1));
  const auto writer = writer_of(table("ROW<line STRING>", {{"format", "raw"}, {"properties.compression.type", "lz4"}}));
  std::vector<std::vector<data::Value>> rows(3000, {data::Value(std::string(1000, 'x'))});
  ASSERT_TRUE(writer->write(test_batch("ROW<line STRING>", rows)));
  ASSERT_TRUE(writer->flush());
  log::WriteBatch batch;
  ASSERT_TRUE(writer->commit_into(batch));
  EXPECT_EQ(batch.ops().size(), 4U);
  ASSERT_TRUE(commit(std::move(batch)));
  EXPECT_EQ(records().size(), 3000U);
}

TEST_F(KafkaSinkTest, a_record_that_the_topic_cannot_hold_is_an_error) {
  ASSERT_TRUE(create("t", 1));
  const auto writer = writer_of(table("ROW<line STRING>", {{"format", "raw"}}));
  ASSERT_TRUE(writer->write(test_batch("ROW<line STRING>", {{std::string(2'000'000, 'x')}})));
  EXPECT_THAT(writer->flush().error().message(), HasSubstr("a record is larger than topic t takes"));
}

TEST_F(KafkaSinkTest, makes_a_missing_topic_if_it_may) {
  environment_.new_topic_partitions = 2;
  commit_of(*writer_of(table("ROW<id INT>")), test_batch("ROW<id INT>", {{1}}));
  EXPECT_EQ(log_->find_topic("t")->partitions.size(), 2U);
  environment_.new_topic_partitions = 0;
  const auto refused = open_kafka_sink(environment_, test_sink(table("ROW<id INT>", {{"topic", "u"}})));
  EXPECT_THAT(refused.error().message(), HasSubstr("topic u does not exist"));
}

TEST_F(KafkaSinkTest, refuses_what_it_cannot_write) {
  ASSERT_TRUE(create("t", 1));
  sql::TableDefinition odd = table("ROW<id INT>");
  add_metadata(odd, "o", "offset", "BIGINT", false);
  EXPECT_THAT(open_kafka_sink(environment_, test_sink(odd)).error().to_text(),
              HasSubstr("Invalid metadata key 'offset'"));
  EXPECT_THAT(open_kafka_sink(environment_, test_sink(table("ROW<id INT>", {{"topic", "t;u"}}))).error().message(),
              HasSubstr("writes to one topic"));
  const auto writer = writer_of(table("ROW<id INT>"));
  EXPECT_EQ(writer->write(test_batch("ROW<id INT>", {{1}}, {RowKind::remove})).error().code(), Code::internal);
}

}  // namespace
}  // namespace azud::connect
