#include "simulate/kafka_sender.h"

#include <atomic>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "simulate/runner.h"

namespace azud::simulate {
namespace {

/// A fixed list of (topic, key) with two topics and three keys.
class Listed final : public EventSource {
 public:
  explicit Listed(std::vector<std::pair<uint32_t, uint32_t>> events) : events_(std::move(events)) {}
  std::span<const std::string> topics() const override { return topics_; }
  uint32_t key_slots() const override { return 3; }
  double nominal_rate() const override { return 0; }
  bool next(Event& event) override {
    if (made_ == events_.size()) return false;
    const auto [topic, key] = events_[made_++];
    key_ = std::to_string(key);
    event = {.topic = topic, .key_slot = key, .key = key_, .value = "x", .nominal_ms = 1000};
    return true;
  }

 private:
  std::vector<std::string> topics_{"ENTRY", "OK"};
  std::vector<std::pair<uint32_t, uint32_t>> events_;
  std::size_t made_ = 0;
  std::string key_;
};

class KafkaSenderTest : public testing::Test {
 protected:
  std::unique_ptr<KafkaSender> open(const EventSource& source, std::string servers_property,
                                    Timestamps timestamps = Timestamps::now) {
    KafkaSenderSettings settings{.timestamps = timestamps};
    settings.producer.bootstrap_servers = "127.0.0.1:1";
    settings.producer.linger_ms = 0;
    if (!servers_property.empty()) settings.producer.properties = {{std::move(servers_property), "1"}};
    auto sender = KafkaSender::open(settings, source, clock_);
    EXPECT_TRUE(sender.has_value());
    return std::move(*sender);
  }

  io::ManualClock clock_;
  std::atomic<bool> stop_{false};
};

TEST_F(KafkaSenderTest, DeliversThroughTheRunner) {
  std::vector<std::pair<uint32_t, uint32_t>> events;
  for (uint32_t i = 0; i < 300; ++i) events.emplace_back(i % 5 == 0 ? 1 : 0, i % 3);
  Listed source(events);
  const auto sender = open(source, "test.mock.num.brokers");
  const auto result = run(source, *sender, {}, clock_, stop_, {});
  ASSERT_TRUE(result.has_value()) << result.error().to_text();
  EXPECT_EQ(result->counts.acknowledged, 300U);
  EXPECT_EQ(result->latency.count(), 300U);
}

TEST_F(KafkaSenderTest, AKeyWaitsForItsMessageInAnotherTopic) {
  Listed source({{0, 1}, {0, 1}, {1, 2}, {1, 1}});
  const auto sender = open(source, "");  // nobody answers, so all stays unacknowledged
  Event event;
  ASSERT_TRUE(source.next(event));
  EXPECT_TRUE(*sender->send(event));
  ASSERT_TRUE(source.next(event));
  EXPECT_TRUE(*sender->send(event)) << "the same topic keeps its order by itself";
  ASSERT_TRUE(source.next(event));
  EXPECT_TRUE(*sender->send(event)) << "another key";
  ASSERT_TRUE(source.next(event));
  EXPECT_FALSE(*sender->send(event)) << "key 1 is still unacknowledged in ENTRY";
}

TEST_F(KafkaSenderTest, NominalTimesGoAloneAfterASilence) {
  Listed source({{0, 1}, {0, 1}, {0, 1}, {1, 2}, {0, 1}});
  const auto sender = open(source, "test.mock.num.brokers", Timestamps::nominal);
  Event event;
  const auto send_next = [&] {
    EXPECT_TRUE(source.next(event));
    return *sender->send(event);
  };
  const auto send_again = [&] { return *sender->send(event); };
  const auto acknowledged = [&](uint64_t count) {
    for (int i = 0; i < 5000 && sender->counts().acknowledged < count; ++i) sender->poll(10);
    return sender->counts().acknowledged == count;
  };
  bool sent = send_next();
  for (int i = 0; i < 100 && !sent; ++i) sent = send_again();  // until the topic is made
  ASSERT_TRUE(sent);
  EXPECT_FALSE(send_next()) << "the first of a partition has no company";
  ASSERT_TRUE(acknowledged(1));
  EXPECT_TRUE(send_again());
  clock_.advance_us(100'000);
  EXPECT_TRUE(send_next()) << "no silence: together with the one before";
  sent = send_next();
  for (int i = 0; i < 100 && !sent; ++i) sent = send_again();
  EXPECT_FALSE(sent) << "another topic, silent so far, waits for what is under way";
  ASSERT_TRUE(acknowledged(3));
  for (int i = 0; i < 100 && !sent; ++i) sent = send_again();
  EXPECT_TRUE(sent);
  EXPECT_FALSE(send_next());
  ASSERT_TRUE(acknowledged(4));
  EXPECT_TRUE(send_again());
}

}  // namespace
}  // namespace azud::simulate
