#include "kafka/broker/connection.h"

#include "kafka/broker/testing/broker_fixture.h"
#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {
namespace {

class Connections : public BrokerFixture {
 protected:
  ProduceRequest produce(const std::string& topic, SharedBytes batch, int16_t acks = -1) {
    ProduceRequest request{.acks = acks, .timeout_ms = 1000};
    request.topic_data.push_back(
        {.name = topic, .partition_data = {{.index = 0, .records = Records{{std::move(batch)}}}}});
    return request;
  }
  FetchRequest fetch(const std::string& topic, int64_t offset, int32_t max_wait_ms) {
    FetchRequest request{.max_wait_ms = max_wait_ms, .min_bytes = 1};
    request.topics.push_back(
        {.topic = topic, .partitions = {{.fetch_offset = offset, .partition_max_bytes = 1 << 20}}});
    return request;
  }
};

TEST_F(Connections, clients_are_told_the_address_they_used) {
  const auto told = [&](const std::string& local) {
    TestClient one(broker_, local);
    const auto response = one.call(9, MetadataRequest{});
    return fmt::format("{} {}", response.brokers[0].host, response.brokers[0].port);
  };
  EXPECT_EQ(told("127.0.0.1:9092"), "127.0.0.1 9092");
  EXPECT_EQ(told("[::1]:19092"), "::1 19092");
  EXPECT_EQ(told("[::ffff:192.0.2.1]:9092"), "192.0.2.1 9092");
}

TEST_F(Connections, or_the_configured_one) {
  stop_broker();
  broker_options_.advertised = io::Address{"weir.example.org", 9093};
  start_broker();
  const auto response = call(9, MetadataRequest{});
  EXPECT_EQ(response.brokers[0].host, "weir.example.org");
  EXPECT_EQ(response.brokers[0].port, 9093);
}

TEST_F(Connections, a_request_begins_when_those_before_it_are_answered) {
  ASSERT_TRUE(create("t"));
  // The second request sees what the first and the third what the second did, though none waits for an answer.
  TestClient& one = client();
  const uint64_t wait = one.send(4, fetch("t", 0, 300'000));
  const uint64_t metadata = one.send(1, MetadataRequest{});
  EXPECT_FALSE(one.frames->is_answered(metadata));
  client(1).call(7, produce("t", batch_of({"a"})));
  EXPECT_EQ(one.receive<FetchRequest>(wait, 4).responses[0].partitions[0].high_watermark, 1);
  EXPECT_EQ(one.receive<MetadataRequest>(metadata, 1).topics.size(), 1U);
}

TEST_F(Connections, produce_requests_run_side_by_side_and_keep_their_order) {
  ASSERT_TRUE(create("t"));
  TestClient& one = client();
  std::vector<uint64_t> sent;
  for (int i = 0; i < 20; ++i) sent.push_back(one.send(7, produce("t", batch_of({std::to_string(i)}))));
  const uint64_t end = one.send(1, ListOffsetsRequest{.topics = {{.name = "t", .partitions = {{.timestamp = -1}}}}});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(one.receive<ProduceRequest>(sent[static_cast<std::size_t>(i)], 7)
                  .responses[0]
                  .partition_responses[0]
                  .base_offset,
              i);
  }
  EXPECT_EQ(one.receive<ListOffsetsRequest>(end, 1).topics[0].partitions[0].offset, 20);
}

TEST_F(Connections, a_produce_request_without_acknowledgement_is_done_before_the_next_request) {
  ASSERT_TRUE(create("t"));
  TestClient& one = client();
  const uint64_t sent = one.send(7, produce("t", batch_of({"a", "b"}), 0));
  const auto offsets = one.call(1, ListOffsetsRequest{.topics = {{.name = "t", .partitions = {{.timestamp = -1}}}}});
  EXPECT_EQ(offsets.topics[0].partitions[0].offset, 2);
  EXPECT_TRUE(one.frames->is_answered(sent));
  EXPECT_EQ(one.frames->answer(sent), std::nullopt);
}

TEST_F(Connections, a_refused_batch_without_acknowledgement_closes_the_connection) {
  client().send(7, produce("nowhere", batch_of({"a"}), 0));
  EXPECT_TRUE(client().frames->wait_closed());
}

TEST_F(Connections, a_client_that_goes_ends_its_parked_request) {
  ASSERT_TRUE(create("t"));
  TestClient& one = client();
  const uint64_t parked = one.send(4, fetch("t", 0, 300'000));
  const uint64_t behind = one.send(1, MetadataRequest{});
  EXPECT_FALSE(one.frames->is_answered(parked));
  one.connection->closed();
  EXPECT_TRUE(one.frames->wait_closed());
  EXPECT_FALSE(one.frames->is_answered(behind));
}

TEST_F(Connections, nothing_begins_after_the_stop) {
  TestClient& one = client();
  broker_->stop();
  const uint64_t late = one.send(1, MetadataRequest{});
  EXPECT_TRUE(one.frames->wait_closed());
  EXPECT_FALSE(one.frames->is_answered(late));
}

}  // namespace
}  // namespace azud::kafka
