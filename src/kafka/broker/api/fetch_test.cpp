#include "kafka/broker/testing/broker_fixture.h"
#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {
namespace {

class Fetch : public BrokerFixture {
 protected:
  static FetchRequest request_of(const std::string& topic, int64_t offset, int32_t max_wait_ms = 0) {
    FetchRequest request{.max_wait_ms = max_wait_ms, .min_bytes = 1};
    request.topics.push_back(
        {.topic = topic, .partitions = {{.fetch_offset = offset, .partition_max_bytes = 1 << 20}}});
    return request;
  }
  static const FetchResponse::Partition& only(const FetchResponse& response) {
    return response.responses.at(0).partitions.at(0);
  }
  FetchResponse::Partition fetch(const std::string& topic, int64_t offset, int16_t version = 11) {
    return only(call(version, request_of(topic, offset)));
  }
  static std::vector<std::string> values(const FetchResponse::Partition& partition) {
    std::vector<std::string> all;
    ByteView rest = partition.records->pieces.empty() ? ByteView() : partition.records->pieces[0].view();
    while (!rest.empty()) {
      const auto batch = BatchView::parse(rest);
      EXPECT_TRUE(batch) << "only whole batches are sent";
      if (!batch) break;
      for (auto& value : values_of(SharedBytes::own(std::string(batch->bytes())))) all.push_back(std::move(value));
      rest.remove_prefix(batch->size());
    }
    return all;
  }
};

using Values = std::vector<std::string>;

TEST_F(Fetch, every_version_gets_the_records_and_the_bounds) {
  ASSERT_TRUE(create("t"));
  ASSERT_TRUE(append("t", {"a", "b"}));
  ASSERT_TRUE(append("t", {"c"}));
  for (int16_t version = 4; version <= 12; ++version) {
    const auto partition = fetch("t", 0, version);
    EXPECT_EQ(partition.error_code, ErrorCode::none);
    EXPECT_EQ(partition.high_watermark, 3);
    EXPECT_EQ(partition.last_stable_offset, 3);
    EXPECT_EQ(partition.log_start_offset, version >= 5 ? 0 : -1);
    EXPECT_EQ(values(partition), (Values{"a", "b", "c"})) << version;
  }
}

TEST_F(Fetch, from_version_13_on_topics_are_named_by_id) {
  ASSERT_TRUE(create("t"));
  ASSERT_TRUE(append("t", {"a"}));
  const Uuid id = call(12, MetadataRequest{}).topics.at(0).topic_id;
  for (int16_t version = 13; version <= 16; ++version) {
    FetchRequest request = request_of("", 0);
    request.topics[0].topic_id = id;
    const auto response = call(version, request);
    EXPECT_EQ(response.responses[0].topic_id, id);
    EXPECT_EQ(values(only(response)), Values{"a"});
    request.topics[0].topic_id.bytes[3] ^= 1;
    EXPECT_EQ(only(call(version, request)).error_code, ErrorCode::unknown_topic_id);
  }
}

TEST_F(Fetch, an_offset_in_the_middle_of_a_batch_gives_the_whole_batch) {
  ASSERT_TRUE(create("t"));
  ASSERT_TRUE(append("t", {"a", "b", "c"}));
  ASSERT_TRUE(append("t", {"d", "e"}));
  EXPECT_EQ(values(fetch("t", 1)), (Values{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(values(fetch("t", 3)), (Values{"d", "e"}));
  EXPECT_EQ(values(fetch("t", 4)), (Values{"d", "e"}));  // inside the last one
}

TEST_F(Fetch, out_of_range_is_below_the_start_and_past_the_end) {
  ASSERT_TRUE(create("t"));
  ASSERT_TRUE(append("t", {"a"}));
  ASSERT_TRUE(append("t", {"b"}));
  ASSERT_TRUE(delete_records(partition("t"), log::Offset(1)));
  EXPECT_EQ(fetch("t", 0).error_code, ErrorCode::offset_out_of_range);
  EXPECT_EQ(fetch("t", 3).error_code, ErrorCode::offset_out_of_range);
  EXPECT_EQ(fetch("t", -1).error_code, ErrorCode::offset_out_of_range);
  EXPECT_EQ(fetch("t", 2).error_code, ErrorCode::none);
  EXPECT_EQ(values(fetch("t", 1)), Values{"b"});
  EXPECT_EQ(fetch("t", 1).log_start_offset, 1);
}

TEST_F(Fetch, the_first_batch_comes_even_if_it_is_larger_than_every_limit) {
  ASSERT_TRUE(create("t", 2));
  for (const std::size_t number : {0, 1}) {
    ASSERT_TRUE(append(partition("t", number), batch_of({std::string(5000, 'x')})));
    ASSERT_TRUE(append(partition("t", number), batch_of({"small"})));
  }
  FetchRequest request{.max_wait_ms = 0, .min_bytes = 1, .max_bytes = 10};
  request.topics.push_back(
      {.topic = "t",
       .partitions = {{.partition = 0, .partition_max_bytes = 10}, {.partition = 1, .partition_max_bytes = 10}}});
  const auto response = call(11, request);
  EXPECT_EQ(values(response.responses[0].partitions[0]).size(), 1U);
  EXPECT_TRUE(values(response.responses[0].partitions[1]).empty());
}

TEST_F(Fetch, after_the_first_records_a_batch_comes_only_if_it_fits) {
  ASSERT_TRUE(create("t", 3));
  for (const std::size_t number : {0, 1, 2}) {
    ASSERT_TRUE(append(partition("t", number), batch_of({std::string(5000, 'x')})));
  }
  FetchRequest request{.max_wait_ms = 0, .min_bytes = 1, .max_bytes = 14'000};
  request.topics.push_back({.topic = "t",
                            .partitions = {{.partition = 0, .partition_max_bytes = 1 << 20},
                                           {.partition = 1, .partition_max_bytes = 4000},
                                           {.partition = 2, .partition_max_bytes = 1 << 20}}});
  const auto counts = [&] {
    std::vector<std::size_t> all;
    const auto response = call(11, request);
    for (const auto& each : response.responses.at(0).partitions) all.push_back(values(each).size());
    return all;
  };
  EXPECT_EQ(counts(), (std::vector<std::size_t>{1, 0, 1}));  // more than the partition may have
  request.max_bytes = 9000;
  EXPECT_EQ(counts(), (std::vector<std::size_t>{1, 0, 0}));  // more than what is left of the answer
}

TEST_F(Fetch, unknown_partitions_and_epochs_have_their_codes) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(fetch("gone", 0).error_code, ErrorCode::unknown_topic_or_partition);
  FetchRequest request = request_of("t", 0);
  request.topics[0].partitions[0].partition = 7;
  EXPECT_EQ(only(call(11, request)).error_code, ErrorCode::unknown_topic_or_partition);
  request = request_of("t", 0);
  const int32_t epoch = partition("t")->leader_epoch().value();
  request.topics[0].partitions[0].current_leader_epoch = epoch + 1;
  EXPECT_EQ(only(call(11, request)).error_code, ErrorCode::unknown_leader_epoch);
  request.topics[0].partitions[0].current_leader_epoch = epoch;
  EXPECT_EQ(only(call(11, request)).error_code, ErrorCode::none);
}

TEST_F(Fetch, read_committed_gets_an_empty_list_of_aborted_transactions) {
  ASSERT_TRUE(create("t"));
  FetchRequest request = request_of("t", 0);
  EXPECT_EQ(only(call(11, request)).aborted_transactions.has_value(), false);
  request.isolation_level = 1;
  EXPECT_EQ(only(call(11, request)).aborted_transactions.has_value(), true);
}

TEST_F(Fetch, at_the_end_it_waits_and_wakes_on_append) {
  ASSERT_TRUE(create("t"));
  const uint64_t sent = client().send(11, request_of("t", 0, 300'000));
  EXPECT_FALSE(client().frames->is_answered(sent));
  ASSERT_TRUE(append("t", {"a"}));
  EXPECT_EQ(values(only(client().receive<FetchRequest>(sent, 11))), Values{"a"});
}

TEST_F(Fetch, it_waits_for_the_bytes_it_asked_for) {
  ASSERT_TRUE(create("t"));
  FetchRequest request = request_of("t", 0, 300'000);
  request.min_bytes = 500;
  const uint64_t sent = client().send(11, request);
  ASSERT_TRUE(append("t", {"a"}));
  EXPECT_FALSE(client().frames->is_answered(sent));
  ASSERT_TRUE(append("t", {std::string(500, 'b')}));
  EXPECT_EQ(values(only(client().receive<FetchRequest>(sent, 11))).size(), 2U);
}

TEST_F(Fetch, its_time_is_limited) {
  ASSERT_TRUE(create("t"));
  const auto response = call(11, request_of("t", 0, 1));
  EXPECT_EQ(only(response).error_code, ErrorCode::none);
  EXPECT_TRUE(values(only(response)).empty());
}

TEST_F(Fetch, the_deletion_of_its_topic_wakes_it) {
  ASSERT_TRUE(create("t"));
  const uint64_t sent = client().send(11, request_of("t", 0, 300'000));
  ASSERT_TRUE(delete_topic("t"));
  EXPECT_EQ(only(client().receive<FetchRequest>(sent, 11)).error_code, ErrorCode::unknown_topic_or_partition);
}

TEST_F(Fetch, a_session_names_only_what_changed) {
  ASSERT_TRUE(create("t", 2));
  ASSERT_TRUE(append(partition("t", 0), batch_of({"a"})));
  FetchRequest request{.max_wait_ms = 0, .min_bytes = 0, .session_epoch = 0};
  request.topics.push_back({.topic = "t",
                            .partitions = {{.partition = 0, .fetch_offset = 0, .partition_max_bytes = 1000},
                                           {.partition = 1, .fetch_offset = 0, .partition_max_bytes = 1000}}});
  auto response = call(11, request);
  const int32_t session = response.session_id;
  ASSERT_NE(session, 0);
  EXPECT_EQ(response.responses[0].partitions.size(), 2U);

  // Partition 0 moves on; nothing is new.
  request = {.max_wait_ms = 0, .min_bytes = 0, .session_id = session, .session_epoch = 1};
  request.topics.push_back(
      {.topic = "t", .partitions = {{.partition = 0, .fetch_offset = 1, .partition_max_bytes = 1000}}});
  response = call(11, request);
  EXPECT_EQ(response.session_id, session);
  EXPECT_TRUE(response.responses.empty());

  ASSERT_TRUE(append(partition("t", 1), batch_of({"b"})));
  response = call(11, FetchRequest{.min_bytes = 0, .session_id = session, .session_epoch = 2});
  ASSERT_EQ(response.responses.size(), 1U);
  EXPECT_EQ(only(response).partition_index, 1);
  EXPECT_EQ(values(only(response)), Values{"b"});

  // Forgotten partitions are not read any more.
  request = {.min_bytes = 0, .session_id = session, .session_epoch = 3};
  request.forgotten_topics_data.push_back({.topic = "t", .partitions = {1}});
  EXPECT_TRUE(call(11, request).responses.empty());

  EXPECT_EQ(call(11, FetchRequest{.session_id = session, .session_epoch = 3}).error_code,
            ErrorCode::invalid_fetch_session_epoch);
  EXPECT_EQ(call(11, FetchRequest{.session_id = session + 1, .session_epoch = 1}).error_code,
            ErrorCode::fetch_session_id_not_found);
  EXPECT_EQ(call(13, FetchRequest{.session_id = session, .session_epoch = 4}).error_code,
            ErrorCode::fetch_session_topic_id_error);
}

TEST_F(Fetch, past_the_bound_of_waiting_partitions_nobody_waits) {
  stop_broker();
  broker_options_.fetch.waiting_partitions_max = 1;
  start_broker();
  ASSERT_TRUE(create("t"));
  const FetchRequest waiting = request_of("t", 0, 300'000);
  const auto parked = client(0).send(11, waiting);
  EXPECT_EQ(only(client(1).call(11, waiting)).error_code, ErrorCode::none);
  ASSERT_TRUE(append("t", {"a"}));
  EXPECT_EQ(values(only(client(0).receive<FetchRequest>(parked, 11))), Values{"a"});
  const auto again = client(0).send(11, request_of("t", 1, 300'000));
  ASSERT_TRUE(append("t", {"b"}));
  EXPECT_EQ(values(only(client(0).receive<FetchRequest>(again, 11))), Values{"b"});
}

}  // namespace
}  // namespace azud::kafka
