#include "kafka/broker/testing/broker_fixture.h"
#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {
namespace {

class Topics : public BrokerFixture {
 protected:
  MetadataResponse::Topic metadata(const std::string& name, int16_t version = 12, bool create_it = true) {
    MetadataRequest request{.allow_auto_topic_creation = create_it};
    request.topics.emplace().push_back({.name = name});
    return call(version, request).topics.at(0);
  }
  CreateTopicsResponse::Topic make(CreateTopicsRequest::Topic topic, bool validate_only = false) {
    return call(7, CreateTopicsRequest{.topics = {std::move(topic)}, .validate_only = validate_only}).topics.at(0);
  }
};

TEST_F(Topics, metadata_describes_all_topics_in_every_version) {
  ASSERT_TRUE(create("one"));
  ASSERT_TRUE(create("two", 3));
  for (int16_t version = 0; version <= 12; ++version) {
    MetadataRequest request;
    if (version == 0) request.topics.emplace();
    const auto response = call(version, request);
    ASSERT_EQ(response.brokers.size(), 1U);
    EXPECT_EQ(response.brokers[0].node_id, 1);
    ASSERT_EQ(response.topics.size(), 2U);
    EXPECT_EQ(response.topics[1].name, "two");
    ASSERT_EQ(response.topics[1].partitions.size(), 3U);
    EXPECT_EQ(response.topics[1].partitions[2].leader_id, 1);
    EXPECT_EQ(response.topics[1].partitions[2].replica_nodes, std::vector<int32_t>{1});
    EXPECT_EQ(response.topics[1].partitions[2].isr_nodes, std::vector<int32_t>{1});
    EXPECT_EQ(response.cluster_id.value_or(""), version >= 2 ? log_->cluster_id() : "");
    EXPECT_EQ(response.topics[1].topic_id.is_zero(), version < 10);
  }
  MetadataRequest none;
  none.topics.emplace();
  EXPECT_TRUE(call(1, none).topics.empty());
}

TEST_F(Topics, metadata_creates_what_it_is_asked_for) {
  EXPECT_EQ(metadata("never", 12, false).error_code, ErrorCode::unknown_topic_or_partition);
  const auto made = metadata("auto", 12);
  EXPECT_EQ(made.error_code, ErrorCode::none);
  EXPECT_EQ(made.partitions.size(), 1U);
  EXPECT_FALSE(made.topic_id.is_zero());
  EXPECT_EQ(metadata("old", 1).error_code, ErrorCode::none);
  for (const char* bad : {"", ".", "..", "a/b", "a b"}) {
    EXPECT_EQ(metadata(bad).error_code, ErrorCode::invalid_topic_exception) << bad;
  }
  EXPECT_EQ(metadata(std::string(250, 'x')).error_code, ErrorCode::invalid_topic_exception);
  EXPECT_EQ(metadata(std::string(249, 'x')).error_code, ErrorCode::none);

  stop_broker();
  broker_options_.auto_create_topics = false;
  broker_options_.partitions_default = 4;
  start_broker();
  EXPECT_EQ(metadata("more").error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(make({.name = "more", .num_partitions = -1, .replication_factor = -1}).num_partitions, 4);
}

TEST_F(Topics, metadata_by_id) {
  const auto made = metadata("auto");
  MetadataRequest request;
  request.topics.emplace().push_back({.topic_id = made.topic_id, .name = std::nullopt});
  EXPECT_EQ(call(12, request).topics.at(0).name, "auto");
  EXPECT_EQ(call(11, request).topics.at(0).error_code, ErrorCode::invalid_request);
  request.topics->at(0).topic_id.bytes[0] ^= 1;
  EXPECT_EQ(call(12, request).topics.at(0).error_code, ErrorCode::unknown_topic_id);
  request.topics->at(0).name = "auto";
  EXPECT_EQ(call(12, request).topics.at(0).error_code, ErrorCode::unknown_topic_id) << "the id decides";
}

TEST_F(Topics, names_that_kafka_keeps_for_itself_are_internal) {
  EXPECT_TRUE(metadata("__consumer_offsets", 12, false).is_internal);
  EXPECT_FALSE(metadata("__mine", 12, false).is_internal);
  ASSERT_TRUE(create("__transaction_state"));
  EXPECT_TRUE(metadata("__transaction_state").is_internal);
}

TEST_F(Topics, names_that_differ_in_dots_and_underscores_alone_collide) {
  EXPECT_EQ(make({.name = "a.b_c", .num_partitions = 1, .replication_factor = 1}).error_code, ErrorCode::none);
  EXPECT_EQ(make({.name = "a_b.c", .num_partitions = 1, .replication_factor = 1}).error_code,
            ErrorCode::invalid_topic_exception);
  EXPECT_EQ(make({.name = "a.b_c", .num_partitions = 1, .replication_factor = 1}).error_code,
            ErrorCode::topic_already_exists);
  EXPECT_EQ(make({.name = "a.b.d", .num_partitions = 1, .replication_factor = 1}).error_code, ErrorCode::none);
}

TEST_F(Topics, allowed_operations_are_told_when_asked_for) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(metadata("t", 8).topic_authorized_operations, authorized_operations_omitted);
  const auto response = call(
      8, MetadataRequest{.include_cluster_authorized_operations = true, .include_topic_authorized_operations = true});
  EXPECT_EQ(response.topics.at(0).topic_authorized_operations, 0b1101'1111'1000);
  EXPECT_EQ(response.cluster_authorized_operations, 0b1'1111'1010'0000);
}

TEST_F(Topics, are_created_with_what_was_asked) {
  const auto made = make({.name = "t",
                          .num_partitions = 3,
                          .replication_factor = 3,
                          .configs = {{"retention.ms", "1000"}, {"cleanup.policy", "compact"}}});
  EXPECT_EQ(made.error_code, ErrorCode::none);
  EXPECT_EQ(made.num_partitions, 3);
  EXPECT_EQ(made.replication_factor, 1);
  EXPECT_FALSE(made.topic_id.is_zero());
  ASSERT_TRUE(made.configs.has_value());
  EXPECT_GT(made.configs->size(), 20U);
  EXPECT_TRUE(log_->find_topic("t")->topic->config().compact);
  EXPECT_EQ(make({.name = "t", .num_partitions = 1, .replication_factor = 1}).error_code,
            ErrorCode::topic_already_exists);
}

TEST_F(Topics, what_cannot_be_created_has_its_code_and_creates_nothing) {
  EXPECT_EQ(make({.name = "a/b", .num_partitions = 1, .replication_factor = 1}).error_code,
            ErrorCode::invalid_topic_exception);
  EXPECT_EQ(make({.name = "t", .num_partitions = 0, .replication_factor = 1}).error_code,
            ErrorCode::invalid_partitions);
  EXPECT_EQ(make({.name = "t", .num_partitions = 1, .replication_factor = 0}).error_code,
            ErrorCode::invalid_replication_factor);
  EXPECT_EQ(
      make({.name = "t", .num_partitions = 1, .replication_factor = 1, .configs = {{"retention.ms", "x"}}}).error_code,
      ErrorCode::invalid_config);
  EXPECT_EQ(make({.name = "t",
                  .num_partitions = 1,
                  .replication_factor = 1,
                  .configs = {{"retention.ms", "5"}, {"no.such", "x"}}})
                .error_code,
            ErrorCode::invalid_config);
  EXPECT_EQ(make({.name = "t", .num_partitions = -1, .replication_factor = -1, .assignments = {{0, {1}}, {2, {1}}}})
                .error_code,
            ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(make({.name = "t", .num_partitions = -1, .replication_factor = -1, .assignments = {{0, {2}}}}).error_code,
            ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(make({.name = "t", .num_partitions = 2, .replication_factor = 1, .assignments = {{0, {1}}}}).error_code,
            ErrorCode::invalid_request);
  const auto valid = make({.name = "t", .num_partitions = 2, .replication_factor = 1}, true);
  EXPECT_EQ(valid.error_code, ErrorCode::none);
  EXPECT_EQ(valid.num_partitions, 2);
  EXPECT_EQ(log_->find_topic("t"), nullptr);
  EXPECT_EQ(make({.name = "t", .num_partitions = -1, .replication_factor = -1, .assignments = {{1, {1}}, {0, {1}}}})
                .num_partitions,
            2);

  const auto twice =
      call(7, CreateTopicsRequest{.topics = {{.name = "x", .num_partitions = 1, .replication_factor = 1},
                                             {.name = "x", .num_partitions = 1, .replication_factor = 1}}});
  ASSERT_EQ(twice.topics.size(), 2U);
  EXPECT_EQ(twice.topics[0].error_code, ErrorCode::invalid_request);
  EXPECT_TRUE(make({.name = "a/b"}).configs.has_value()) << "no list would mean that it must not be seen";
}

TEST_F(Topics, replication_can_be_taken_strictly) {
  stop_broker();
  broker_options_.strict_replication_factor = true;
  start_broker();
  EXPECT_EQ(make({.name = "t", .num_partitions = 1, .replication_factor = 3}).error_code,
            ErrorCode::invalid_replication_factor);
}

TEST_F(Topics, get_more_partitions) {
  ASSERT_TRUE(create("t", 2));
  const auto grow = [&](const std::string& name, int32_t count, bool validate_only = false) {
    return call(3, CreatePartitionsRequest{.topics = {{.name = name, .count = count}}, .validate_only = validate_only})
        .results.at(0)
        .error_code;
  };
  EXPECT_EQ(grow("t", 2), ErrorCode::invalid_partitions);
  EXPECT_EQ(grow("t", 1), ErrorCode::invalid_partitions);
  EXPECT_EQ(grow("gone", 3), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(grow("t", 5, true), ErrorCode::none);
  EXPECT_EQ(metadata("t").partitions.size(), 2U);
  EXPECT_EQ(grow("t", 5), ErrorCode::none);
  EXPECT_EQ(metadata("t").partitions.size(), 5U);
}

TEST_F(Topics, are_deleted_by_name_or_id) {
  ASSERT_TRUE(create("one"));
  ASSERT_TRUE(create("two"));
  EXPECT_EQ(call(5, DeleteTopicsRequest{.topic_names = {"one"}}).responses.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(call(5, DeleteTopicsRequest{.topic_names = {"one"}}).responses.at(0).error_code,
            ErrorCode::unknown_topic_or_partition);
  const Uuid id = metadata("two").topic_id;
  const auto response =
      call(6, DeleteTopicsRequest{.topics = {{.name = std::nullopt, .topic_id = id}, {.name = "gone"}}});
  ASSERT_EQ(response.responses.size(), 2U);
  EXPECT_EQ(response.responses[0].error_code, ErrorCode::none);
  EXPECT_EQ(response.responses[0].name, "two");
  EXPECT_EQ(response.responses[1].error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(call(6, DeleteTopicsRequest{.topics = {{.name = std::nullopt, .topic_id = id}}}).responses.at(0).error_code,
            ErrorCode::unknown_topic_id);
  EXPECT_TRUE(log_->topics().empty());
}

TEST_F(Topics, a_topic_named_twice_or_not_at_all_is_not_deleted) {
  ASSERT_TRUE(create("t"));
  const auto twice = call(5, DeleteTopicsRequest{.topic_names = {"t", "t"}});
  ASSERT_EQ(twice.responses.size(), 1U);
  EXPECT_EQ(twice.responses[0].error_code, ErrorCode::invalid_request);
  EXPECT_EQ(call(6, DeleteTopicsRequest{.topics = {{.name = std::nullopt}}}).responses.at(0).error_code,
            ErrorCode::invalid_request);
  EXPECT_NE(log_->find_topic("t"), nullptr);
}

TEST_F(Topics, deletion_can_be_off) {
  ASSERT_TRUE(create("t"));
  stop_broker();
  broker_options_.delete_topics = false;
  start_broker();
  EXPECT_EQ(call(5, DeleteTopicsRequest{.topic_names = {"t"}}).responses.at(0).error_code,
            ErrorCode::topic_deletion_disabled);
}

TEST_F(Topics, records_are_deleted_from_the_front_also_in_the_middle_of_a_batch) {
  ASSERT_TRUE(create("t"));
  ASSERT_TRUE(append("t", {"a", "b", "c"}));
  const auto trim = [&](int64_t before, int32_t number = 0) {
    DeleteRecordsRequest request;
    request.topics = {{"t", {{number, before}}}};
    return call(2, request).topics.at(0).partitions.at(0);
  };
  EXPECT_EQ(trim(2).low_watermark, 2);
  EXPECT_EQ(partition("t")->log_start(), log::Offset(2));
  EXPECT_EQ(trim(1).low_watermark, 2);
  EXPECT_EQ(trim(4).error_code, ErrorCode::offset_out_of_range);
  EXPECT_EQ(trim(-2).error_code, ErrorCode::offset_out_of_range);
  EXPECT_EQ(trim(0, 1).error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(trim(-1).low_watermark, 3);
}

TEST_F(Topics, records_of_compacted_and_internal_topics_are_not_deleted) {
  const auto trim = [&](const std::string& name) {
    DeleteRecordsRequest request;
    request.topics = {{name, {{0, 0}}}};
    return call(2, request).topics.at(0).partitions.at(0).error_code;
  };
  ASSERT_TRUE(create("c", 1, {{"cleanup.policy", "compact"}}));
  ASSERT_TRUE(create("both", 1, {{"cleanup.policy", "compact,delete"}}));
  ASSERT_TRUE(create("__consumer_offsets"));
  EXPECT_EQ(trim("c"), ErrorCode::policy_violation);
  EXPECT_EQ(trim("both"), ErrorCode::none);
  EXPECT_EQ(trim("__consumer_offsets"), ErrorCode::invalid_topic_exception);
}

TEST_F(Topics, offsets_are_found_by_time) {
  ASSERT_TRUE(create("t"));
  BatchBuilder builder;
  for (const int64_t timestamp : {1000, 3000, 2000}) builder.add(timestamp, {}, "v");
  ASSERT_TRUE(append(partition("t"), builder.finish()));
  const auto ask = [&](int64_t timestamp, int16_t version = 9, int32_t epoch = -1) {
    ListOffsetsRequest request;
    request.topics = {{"t", {{.partition_index = 0, .current_leader_epoch = epoch, .timestamp = timestamp}}}};
    return call(version, request).topics.at(0).partitions.at(0);
  };
  for (int16_t version = 1; version <= 9; ++version) {
    EXPECT_EQ(ask(-1, version).offset, 3);
    EXPECT_EQ(ask(-2, version).offset, 0);
    EXPECT_EQ(ask(1000, version).offset, 0);
    EXPECT_EQ(ask(1001, version).offset, 1);
    EXPECT_EQ(ask(1001, version).timestamp, 3000);
    EXPECT_EQ(ask(3001, version).offset, -1);
    EXPECT_EQ(ask(3001, version).error_code, ErrorCode::none);
  }
  EXPECT_EQ(ask(-3, 7).offset, 1);
  EXPECT_EQ(ask(-3, 6).error_code, ErrorCode::unsupported_version);
  EXPECT_EQ(ask(-4, 8).offset, 0);
  EXPECT_EQ(ask(-5, 9).offset, -1);
  EXPECT_EQ(ask(-6, 9).error_code, ErrorCode::unsupported_version);
  EXPECT_EQ(ask(-1, 9, 100).error_code, ErrorCode::unknown_leader_epoch);
}

TEST_F(Topics, the_end_of_a_leader_epoch_tells_of_lost_tails) {
  ASSERT_TRUE(create("t"));
  ASSERT_TRUE(append("t", {"a", "b"}));
  const int32_t epoch = partition("t")->leader_epoch().value();
  const auto ask = [&](int32_t asked) {
    OffsetForLeaderEpochRequest request;
    request.topics = {{"t", {{.partition = 0, .leader_epoch = asked}}}};
    return call(4, request).topics.at(0).partitions.at(0);
  };
  EXPECT_EQ(ask(epoch).end_offset, 2);
  EXPECT_EQ(ask(epoch).leader_epoch, epoch);
  EXPECT_EQ(ask(epoch + 1).end_offset, -1);
  EXPECT_EQ(ask(epoch + 1).error_code, ErrorCode::none);
}

TEST_F(Topics, the_cluster_and_its_disk_are_described) {
  ASSERT_TRUE(create("t", 2));
  const auto cluster = call(1, DescribeClusterRequest{.include_cluster_authorized_operations = true});
  EXPECT_EQ(cluster.cluster_id, log_->cluster_id());
  EXPECT_EQ(cluster.controller_id, 1);
  EXPECT_EQ(cluster.brokers.at(0).port, 9092);
  EXPECT_EQ(call(1, DescribeClusterRequest{.endpoint_type = 2}).error_code, ErrorCode::mismatched_endpoint_type);
  const auto disk = call(4, DescribeLogDirsRequest{});
  EXPECT_EQ(disk.results.at(0).topics.at(0).partitions.size(), 2U);
  DescribeLogDirsRequest some;
  some.topics = {{"t", {1, 7}}, {"gone", {0}}};
  EXPECT_EQ(call(4, some).results.at(0).topics.at(0).partitions.size(), 1U);
}

TEST_F(Topics, requests_about_what_one_node_does_not_have_are_answered) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(call(3, DescribeAclsRequest{}).error_code, ErrorCode::security_disabled);
  EXPECT_TRUE(call(0, ListPartitionReassignmentsRequest{}).topics.empty());
  ElectLeadersRequest elect;
  elect.topic_partitions = {{"t", {0, 1}}};
  const auto elected = call(2, elect).replica_election_results.at(0).partition_result;
  EXPECT_EQ(elected[0].error_code, ErrorCode::election_not_needed);
  EXPECT_EQ(elected[1].error_code, ErrorCode::unknown_topic_or_partition);
}

TEST_F(Topics, are_described_once_however_often_they_are_named) {
  ASSERT_TRUE(create("t", 3));
  MetadataRequest request;
  request.topics.emplace();
  for (const char* name : {"t", "new", "t", "new", "t"}) request.topics->push_back({.name = name});
  EXPECT_EQ(call(8, request).topics.size(), 2U);
}

}  // namespace
}  // namespace azud::kafka
