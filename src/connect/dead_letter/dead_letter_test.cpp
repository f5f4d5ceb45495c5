#include "connect/dead_letter/dead_letter.h"

#include <gmock/gmock.h>

#include "log/log_fixture.h"

namespace azud::connect {
namespace {

using log::LogFixture;

class DeadLetterTest : public LogFixture {
 protected:
  /// "reason|topic|…" of all records, headers sorted as they stand.
  std::vector<std::string> kept(const std::string& topic) {
    std::vector<std::string> out;
    const log::PartitionPtr from = partition(topic);
    if (!from) return out;
    const auto batches = from->read(from->log_start(), 1 << 20);
    for (const log::StoredBatch& batch : *batches) {
      const auto view = kafka::BatchView::parse(batch.bytes.view());
      kafka::RecordReader reader;
      EXPECT_TRUE(reader.open(*view));
      kafka::RecordView record;
      while (reader.next(record)) {
        std::string text = std::string(record.key.value_or("-")) + "=" + std::string(record.value.value_or("-"));
        kafka::HeaderReader headers(record);
        kafka::HeaderView header;
        while (headers.next(header)) text.append(" ").append(header.key).append(":").append(*header.value);
        out.push_back(std::move(text));
      }
    }
    return out;
  }
};

TEST_F(DeadLetterTest, keep_bytes_reason_and_place) {
  open();
  const DeadLetters letters(*log_, clock_);
  const std::vector<DeadLetter> two = {
      {.source = "ENTRY",
       .topic = "ENTRY",
       .partition = 1,
       .offset = 42,
       .timestamp = 7,
       .key = SharedBytes::own("k"),
       .value = SharedBytes::own("1,x"),
       .reason = "expected 5 fields, found 2"},
      {.source = "http", .topic = "ENTRY", .value = SharedBytes::own("{"), .reason = "no JSON"}};
  log::WriteBatch batch;
  ASSERT_TRUE(letters.add_to(batch, "ENTRY", two));
  ASSERT_TRUE(commit(std::move(batch)));
  EXPECT_THAT(
      kept("ENTRY.dlq"),
      testing::ElementsAre("k=1,x azud.reason:expected 5 fields, found 2 azud.source:ENTRY azud.topic:ENTRY "
                           "azud.partition:1 azud.offset:42 azud.timestamp:7 azud.time:1700000000000",
                           "-={ azud.reason:no JSON azud.source:http azud.topic:ENTRY azud.time:1700000000000"));
}

TEST_F(DeadLetterTest, make_no_topic_without_a_letter) {
  open();
  const DeadLetters letters(*log_, clock_);
  log::WriteBatch batch;
  ASSERT_TRUE(letters.add_to(batch, "ENTRY", {}));
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(log_->find_topic("ENTRY.dlq"), nullptr);
}

TEST(DeadLetters, name_topics_that_can_exist) {
  EXPECT_EQ(DeadLetters::topic_of("ENTRY"), "ENTRY.dlq");
  EXPECT_EQ(DeadLetters::topic_of("old orders/año"), "old_orders_a__o.dlq");
  EXPECT_TRUE(log::check_topic_name(DeadLetters::topic_of(std::string(300, 'x'))));
}

TEST_F(DeadLetterTest, split_what_is_large) {
  open();
  const DeadLetters letters(*log_, clock_);
  const std::vector<DeadLetter> large(
      5, {.source = "t", .topic = "t", .value = SharedBytes::own(std::string(600'000, 'x'))});
  EXPECT_EQ(letters.encode(large).size(), 3U);
}

}  // namespace
}  // namespace azud::connect
