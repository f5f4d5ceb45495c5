#include <limits>

#include "kafka/broker/testing/broker_fixture.h"
#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {
namespace {

class Produce : public BrokerFixture {
 protected:
  static ProduceRequest request_of(const std::string& topic, SharedBytes batch, int32_t partition = 0) {
    ProduceRequest request{.acks = -1, .timeout_ms = 1000};
    request.topic_data.push_back(
        {.name = topic, .partition_data = {{.index = partition, .records = Records{{std::move(batch)}}}}});
    return request;
  }
  ProduceResponse::Partition produce(const std::string& topic, SharedBytes batch, int16_t version = 9) {
    const auto response = call(version, request_of(topic, std::move(batch)));
    if (response.responses.size() != 1) return {.error_code = ErrorCode::unknown_server_error};
    return response.responses[0].partition_responses[0];
  }
  SharedBytes stamped(TimestampMs timestamp) {
    BatchBuilder builder;
    builder.add(timestamp, "k", "v");
    return builder.finish();
  }
};

TEST_F(Produce, batches_get_their_offsets_in_every_version) {
  ASSERT_TRUE(create("t"));
  int64_t expected = 0;
  for (int16_t version = 3; version <= 11; ++version) {
    const auto answer = produce("t", batch_of({"a", "b"}), version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.base_offset, expected);
    EXPECT_EQ(answer.log_append_time_ms, -1);
    EXPECT_EQ(answer.log_start_offset, version >= 5 ? 0 : -1);
    expected += 2;
  }
  EXPECT_EQ(read_all(partition("t")).size(), 18U);
}

TEST_F(Produce, an_internal_topic_takes_nothing) {
  ASSERT_TRUE(create("__consumer_offsets"));
  EXPECT_EQ(produce("__consumer_offsets", batch_of({"a"})).error_code, ErrorCode::invalid_topic_exception);
}

TEST_F(Produce, each_partition_has_an_answer_of_its_own) {
  ASSERT_TRUE(create("t", 2));
  ProduceRequest request{.acks = 1};
  request.topic_data.push_back({.name = "t",
                                .partition_data = {{.index = 1, .records = Records{{batch_of({"a"})}}},
                                                   {.index = 2, .records = Records{{batch_of({"a"})}}},
                                                   {.index = 0, .records = std::nullopt}}});
  request.topic_data.push_back(
      {.name = "gone", .partition_data = {{.index = 0, .records = Records{{batch_of({"a"})}}}}});
  const auto response = call(9, request);
  ASSERT_EQ(response.responses.size(), 2U);
  const auto& answers = response.responses[0].partition_responses;
  EXPECT_EQ(answers[0].error_code, ErrorCode::none);
  EXPECT_EQ(answers[0].index, 1);
  EXPECT_EQ(answers[1].error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(answers[1].base_offset, -1);
  EXPECT_EQ(answers[2].error_code, ErrorCode::invalid_record);
  EXPECT_EQ(response.responses[1].partition_responses[0].error_code, ErrorCode::unknown_topic_or_partition);
}

TEST_F(Produce, log_append_time_is_told) {
  ASSERT_TRUE(create("t", 1, {{"message.timestamp.type", "LogAppendTime"}}));
  const auto answer = produce("t", stamped(5));
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  EXPECT_GE(answer.log_append_time_ms, clock_.wall_ms());
}

TEST_F(Produce, the_topics_rules_hold) {
  ASSERT_TRUE(create("small", 1, {{"max.message.bytes", "80"}}));
  EXPECT_EQ(produce("small", batch_of({std::string(100, 'x')})).error_code, ErrorCode::message_too_large);
  EXPECT_EQ(produce("small", batch_of({"x"})).error_code, ErrorCode::none);

  ASSERT_TRUE(create("compact", 1, {{"cleanup.policy", "compact"}}));
  const auto keyless = produce("compact", batch_of({"a", "b"}));
  EXPECT_EQ(keyless.error_code, ErrorCode::invalid_record);
  EXPECT_EQ(keyless.record_errors.size(), 2U);
  EXPECT_TRUE(keyless.error_message.has_value());
  EXPECT_EQ(produce("compact", stamped(5)).error_code, ErrorCode::none);

  ASSERT_TRUE(
      create("timely", 1, {{"message.timestamp.before.max.ms", "1000"}, {"message.timestamp.after.max.ms", "2000"}}));
  const TimestampMs now = clock_.wall_ms();
  EXPECT_EQ(produce("timely", stamped(now - 1001)).error_code, ErrorCode::invalid_timestamp);
  EXPECT_EQ(produce("timely", stamped(now + 2001)).error_code, ErrorCode::invalid_timestamp);
  EXPECT_EQ(produce("timely", stamped(now - 1000)).error_code, ErrorCode::none);
  EXPECT_EQ(produce("timely", stamped(now + 2000)).error_code, ErrorCode::none);
}

TEST_F(Produce, batches_are_stored_packed_as_they_came_and_zstd_needs_version_7) {
  ASSERT_TRUE(create("t"));
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    const auto batch = batch_of({"a", "b"}, {.codec = codec});
    EXPECT_EQ(produce("t", batch, 7).error_code, ErrorCode::none);
    const auto stored = partition("t")->read(partition("t")->high_watermark() - 1, 1000);
    EXPECT_EQ(BatchView::parse(stored->back().bytes.view())->codec(), codec);
    EXPECT_EQ(stored->back().bytes.size(), batch.size());
  }
  EXPECT_EQ(produce("t", batch_of({"a"}, {.codec = Codec::zstd}), 6).error_code,
            ErrorCode::unsupported_compression_type);
}

TEST_F(Produce, a_wrong_largest_timestamp_is_corrected) {
  ASSERT_TRUE(create("t"));
  std::string batch(stamped(1000).view());
  patch_max_timestamp(batch.data(), batch.size(), 999'999);
  EXPECT_EQ(produce("t", SharedBytes::own(batch)).error_code, ErrorCode::none);
  const auto stored = partition("t")->read(log::Offset(0), 1000);
  const auto view = BatchView::parse(stored->front().bytes.view());
  EXPECT_EQ(view->max_timestamp(), 1000);
  EXPECT_TRUE(view->check_crc());
}

TEST_F(Produce, damaged_and_forbidden_batches_are_refused) {
  ASSERT_TRUE(create("t"));
  std::string damaged(batch_of({"a"}).view());
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(produce("t", SharedBytes::own(damaged)).error_code, ErrorCode::corrupt_message);
  EXPECT_EQ(produce("t", batch_of({"a"}, {.control = true})).error_code, ErrorCode::invalid_record);
  EXPECT_EQ(
      produce("t", batch_of({"a"}, {.producer_id = 1, .producer_epoch = 0, .base_sequence = 0, .transactional = true}))
          .error_code,
      ErrorCode::invalid_txn_state);
  EXPECT_EQ(partition("t")->high_watermark(), log::Offset(0));
}

TEST_F(Produce, other_acks_than_three_are_refused) {
  ASSERT_TRUE(create("t"));
  for (const int16_t acks : {2, -2}) {
    ProduceRequest request = request_of("t", batch_of({"a"}));
    request.acks = acks;
    EXPECT_EQ(call(9, request).responses[0].partition_responses[0].error_code, ErrorCode::invalid_required_acks);
  }
  EXPECT_EQ(partition("t")->high_watermark(), log::Offset(0));
}

TEST_F(Produce, an_idempotent_batch_sent_again_gets_its_first_offset) {
  ASSERT_TRUE(create("t"));
  const auto id = call(4, InitProducerIdRequest{.transaction_timeout_ms = 1000});
  EXPECT_EQ(id.error_code, ErrorCode::none);
  EXPECT_GE(id.producer_id, 0);
  EXPECT_EQ(id.producer_epoch, 0);
  EXPECT_NE(call(4, InitProducerIdRequest{}).producer_id, id.producer_id);
  const auto renewed = call(4, InitProducerIdRequest{.producer_id = id.producer_id, .producer_epoch = 0});
  EXPECT_EQ(renewed.error_code, ErrorCode::none);
  EXPECT_NE(renewed.producer_id, id.producer_id);
  EXPECT_EQ(renewed.producer_epoch, 0);
  EXPECT_EQ(call(4, InitProducerIdRequest{.producer_id = id.producer_id}).error_code, ErrorCode::invalid_request);
  EXPECT_EQ(call(4, InitProducerIdRequest{.producer_epoch = 0}).error_code, ErrorCode::invalid_request);
  EXPECT_EQ(call(4, InitProducerIdRequest{.transactional_id = ""}).error_code, ErrorCode::invalid_request);
  const auto send = [&](int32_t sequence, int16_t epoch = 0) {
    return produce(
        "t", batch_of({"a", "b"}, {.producer_id = id.producer_id, .producer_epoch = epoch, .base_sequence = sequence}));
  };
  for (const int32_t sequence : {0, 2, 4, 6, 8, 10}) EXPECT_EQ(send(sequence).base_offset, sequence);
  // One of the last five: the same answer as the first time, and nothing appended.
  const auto again = send(4);
  EXPECT_EQ(again.error_code, ErrorCode::none);
  EXPECT_EQ(again.base_offset, 4);
  EXPECT_EQ(send(0).error_code, ErrorCode::duplicate_sequence_number);
  EXPECT_EQ(send(14).error_code, ErrorCode::out_of_order_sequence_number);
  EXPECT_EQ(partition("t")->high_watermark(), log::Offset(12));
  EXPECT_EQ(send(0, 1).base_offset, 12);
  EXPECT_EQ(send(12, 0).error_code, ErrorCode::invalid_producer_epoch);
}

TEST_F(Produce, transactions_are_refused_clearly) {
  constexpr auto refused = ErrorCode::transactional_id_authorization_failed;
  EXPECT_EQ(call(4, InitProducerIdRequest{.transactional_id = "tx"}).error_code, refused);
  const auto old = call(2, FindCoordinatorRequest{.key = "tx", .key_type = 1});
  EXPECT_EQ(old.error_code, refused);
  EXPECT_TRUE(old.error_message.has_value());
  const auto coordinator = call(4, FindCoordinatorRequest{.key_type = 1, .coordinator_keys = {"tx"}});
  EXPECT_EQ(coordinator.coordinators[0].error_code, refused);
  const auto share = call(4, FindCoordinatorRequest{.key_type = 2, .coordinator_keys = {"share"}});
  EXPECT_EQ(share.coordinators[0].error_code, ErrorCode::invalid_request);
  EXPECT_TRUE(coordinator.coordinators[0].error_message.has_value());
}

TEST_F(Produce, a_batch_packs_no_more_than_its_topic_takes) {
  ASSERT_TRUE(create("t", 1, {{"max.message.bytes", "1000"}}));
  const auto packed = [&](std::size_t bytes) {
    return batch_of(std::vector<std::string>{std::string(bytes, '0')}, {.codec = Codec::gzip});
  };
  EXPECT_EQ(produce("t", packed(31'000)).error_code, ErrorCode::none);
  EXPECT_EQ(produce("t", packed(33'000)).error_code, ErrorCode::message_too_large);
}

}  // namespace
}  // namespace azud::kafka
