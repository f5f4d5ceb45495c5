#include "kafka/client/producer.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

/// Settings for librdkafka's own imitation of a broker, which runs inside the client.
ProducerSettings mock_settings() {
  ProducerSettings settings;
  settings.bootstrap_servers = "127.0.0.1:1";  // replaced by the mock's address
  settings.linger_ms = 0;
  settings.properties = {{"test.mock.num.brokers", "1"}};
  return settings;
}

TEST(Producer, DeliversEachMessageOnceWithItsTag) {
  std::map<uint64_t, int> delivered;
  auto producer = Producer::open(mock_settings(), [&](uint64_t tag, const Status& status) {
    EXPECT_TRUE(status.has_value());
    ++delivered[tag];
  });
  ASSERT_TRUE(producer.has_value()) << producer.error().to_text();
  const auto topic = (*producer)->add_topic("ENTRY");
  ASSERT_TRUE(topic.has_value());
  for (uint64_t tag = 1; tag <= 100; ++tag) {
    const auto sent = (*producer)->send(*topic, {.key = "7", .value = "x", .timestamp_ms = 1000, .tag = tag});
    ASSERT_TRUE(sent.has_value() && *sent);
  }
  ASSERT_TRUE((*producer)->flush(20'000).has_value()) << (*producer)->trouble();
  EXPECT_EQ(delivered.size(), 100U);
  for (const auto& [tag, times] : delivered) EXPECT_EQ(times, 1) << tag;
}

TEST(Producer, AFullQueueIsNoError) {
  auto settings = mock_settings();
  settings.queue_messages = 2;
  settings.linger_ms = 10'000;
  auto producer = Producer::open(settings, [](uint64_t, const Status&) {});
  ASSERT_TRUE(producer.has_value());
  const auto topic = (*producer)->add_topic("ENTRY");
  ASSERT_TRUE(topic.has_value());
  int accepted = 0;
  for (int i = 0; i < 5; ++i) {
    const auto sent = (*producer)->send(*topic, {.key = "7", .value = "x"});
    ASSERT_TRUE(sent.has_value());
    accepted += *sent ? 1 : 0;
  }
  EXPECT_EQ(accepted, 2);
}

TEST(Producer, KnowsThePartitionOfAKey) {
  auto producer = Producer::open(mock_settings(), [](uint64_t, const Status&) {});
  ASSERT_TRUE(producer.has_value());
  const auto topic = (*producer)->add_topic("ENTRY");
  ASSERT_TRUE(topic.has_value());
  std::set<int32_t> partitions;
  for (int attempt = 0; attempt < 50 && partitions.empty(); ++attempt) {  // the first question makes the topic
    for (const auto* key : {"1", "2", "3", "4", "5", "6", "7", "8"}) {
      if (const auto partition = (*producer)->partition_of(*topic, key)) partitions.insert(*partition);
    }
  }
  EXPECT_GT(partitions.size(), 1U);
  EXPECT_EQ((*producer)->partition_of(*topic, "1"), (*producer)->partition_of(*topic, "1"));
}

TEST(Producer, SaysWhatIsUnacknowledged) {
  auto settings = mock_settings();
  settings.properties = {};  // nobody listens at the address
  auto producer = Producer::open(settings, [](uint64_t, const Status&) {});
  ASSERT_TRUE(producer.has_value());
  const auto topic = (*producer)->add_topic("ENTRY");
  ASSERT_TRUE((*producer)->send(*topic, {.key = "7", .value = "x"}).has_value());
  const auto flushed = (*producer)->flush(50);
  ASSERT_FALSE(flushed.has_value());
  EXPECT_EQ(flushed.error().code(), Code::unavailable);
  EXPECT_NE(flushed.error().message().find("1 messages not acknowledged"), std::string::npos);
}

TEST(Producer, RefusesAnUnknownProperty) {
  auto settings = mock_settings();
  settings.properties = {{"no.such.property", "1"}};
  const auto producer = Producer::open(settings, [](uint64_t, const Status&) {});
  ASSERT_FALSE(producer.has_value());
  EXPECT_EQ(producer.error().code(), Code::invalid);
}

}  // namespace
}  // namespace azud::kafka
