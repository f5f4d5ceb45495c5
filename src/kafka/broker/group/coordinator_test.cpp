#include "kafka/broker/group/coordinator.h"

#include "kafka/broker/testing/broker_fixture.h"
#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {
namespace {

class Groups : public BrokerFixture {
 protected:
  static constexpr int64_t day_ms = 24LL * 3600 * 1000;

  static JoinGroupRequest joining(const std::string& member, std::optional<std::string> instance = {}) {
    JoinGroupRequest request{.group_id = "g",
                             .session_timeout_ms = 10'000,
                             .rebalance_timeout_ms = 60'000,
                             .member_id = member,
                             .group_instance_id = std::move(instance),
                             .protocol_type = "consumer"};
    // Subscription v0 of a consumer: one topic, "t"; no user data.
    request.protocols.push_back({"range", SharedBytes::own(std::string("\0\0\0\0\0\1\0\1t\xff\xff\xff\xff", 13))});
    return request;
  }
  /// A group of one member in its first generation; the member's id.
  std::string join_and_sync() {
    const std::string id = call(9, joining("")).member_id;
    EXPECT_FALSE(id.empty());
    EXPECT_EQ(call(9, joining(id)).generation_id, 1);
    SyncGroupRequest sync{.group_id = "g", .generation_id = 1, .member_id = id};
    sync.assignments.push_back({id, SharedBytes::own("mine")});
    EXPECT_EQ(call(5, sync).assignment.view(), "mine");
    return id;
  }
  ErrorCode commit(int64_t offset, const std::string& member = "", int32_t generation = -1, int32_t partition = 0,
                   const std::string& metadata = "note", const std::string& topic = "t") {
    OffsetCommitRequest request{.group_id = "g", .generation_id_or_member_epoch = generation, .member_id = member};
    request.topics.push_back({.name = topic,
                              .partitions = {{.partition_index = partition,
                                              .committed_offset = offset,
                                              .committed_leader_epoch = 3,
                                              .committed_metadata = metadata}}});
    return call(8, request).topics.at(0).partitions.at(0).error_code;
  }
  int64_t committed(int32_t partition = 0) {
    OffsetFetchRequest request{.group_id = "g"};
    request.topics.emplace().push_back({"t", {partition}});
    return call(7, request).topics.at(0).partitions.at(0).committed_offset;
  }
  std::string state() { return call(5, DescribeGroupsRequest{.groups = {"g"}}).groups.at(0).group_state; }
  ErrorCode heartbeat(const std::string& member, int32_t generation = 1) {
    return call(4, HeartbeatRequest{.group_id = "g", .generation_id = generation, .member_id = member}).error_code;
  }
};

TEST_F(Groups, the_coordinator_of_a_group_is_this_node) {
  const auto old = call(2, FindCoordinatorRequest{.key = "g"});
  EXPECT_EQ(old.node_id, 1);
  EXPECT_EQ(old.host, "10.1.2.3");
  EXPECT_EQ(old.port, 9092);
  const auto several = call(5, FindCoordinatorRequest{.coordinator_keys = {"g", "h"}});
  ASSERT_EQ(several.coordinators.size(), 2U);
  EXPECT_EQ(several.coordinators[1].key, "h");
  EXPECT_EQ(several.coordinators[1].error_code, ErrorCode::none);
}

TEST_F(Groups, member_ids_begin_with_the_clients_name) {
  EXPECT_TRUE(call(9, joining("")).member_id.starts_with("tester-"));
  JoinGroupRequest other = joining("", "i1");
  other.group_id = "h";
  EXPECT_TRUE(call(9, other).member_id.starts_with("i1-"));
}

TEST_F(Groups, bad_names_and_session_timeouts_are_refused) {
  JoinGroupRequest request = joining("");
  request.group_id = "";
  EXPECT_EQ(call(9, request).error_code, ErrorCode::invalid_group_id);
  request = joining("");
  request.session_timeout_ms = 5'999;
  EXPECT_EQ(call(9, request).error_code, ErrorCode::invalid_session_timeout);
  request.session_timeout_ms = 1'800'001;
  EXPECT_EQ(call(9, request).error_code, ErrorCode::invalid_session_timeout);
  EXPECT_EQ(call(9, joining("stranger")).error_code, ErrorCode::unknown_member_id);
}

TEST_F(Groups, members_go_on_after_a_restart) {
  ASSERT_TRUE(create("t"));
  const std::string id = join_and_sync();
  EXPECT_EQ(commit(5, id, 1), ErrorCode::none);
  restart_broker();
  EXPECT_EQ(heartbeat(id), ErrorCode::none);
  EXPECT_EQ(commit(6, id, 1), ErrorCode::none);
  EXPECT_EQ(committed(), 6);
  const auto group = call(5, DescribeGroupsRequest{.groups = {"g"}}).groups.at(0);
  EXPECT_EQ(group.group_state, "Stable");
  EXPECT_EQ(group.protocol_data, "range");
  EXPECT_EQ(group.members.at(0).member_assignment.view(), "mine");
  EXPECT_EQ(group.members.at(0).client_host, "/192.0.2.7");
}

TEST_F(Groups, stored_offsets_survive_a_power_cut) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(committed(), -1);
  EXPECT_EQ(commit(42), ErrorCode::none);
  stop_broker();
  cut_power_and_open();
  start_broker();
  EXPECT_EQ(committed(), 42);
  EXPECT_EQ(state(), "Empty");
}

TEST_F(Groups, offsets_come_back_with_epoch_and_metadata_in_every_version) {
  ASSERT_TRUE(create("t", 2));
  EXPECT_EQ(commit(7, "", -1, 1), ErrorCode::none);
  for (int16_t version = 1; version <= 7; ++version) {
    OffsetFetchRequest request{.group_id = "g"};
    request.topics.emplace().push_back({"t", {0, 1}});
    const auto partitions = call(version, request).topics.at(0).partitions;
    EXPECT_EQ(partitions[0].committed_offset, -1);
    EXPECT_EQ(partitions[0].metadata, "");
    EXPECT_EQ(partitions[0].error_code, ErrorCode::none);
    EXPECT_EQ(partitions[1].committed_offset, 7);
    EXPECT_EQ(partitions[1].metadata, "note");
    EXPECT_EQ(partitions[1].committed_leader_epoch, version >= 5 ? 3 : -1);
  }
  const auto all = call(7, OffsetFetchRequest{.group_id = "g"});
  ASSERT_EQ(all.topics.size(), 1U);
  EXPECT_EQ(all.topics[0].partitions.at(0).partition_index, 1);
  for (const int16_t version : {8, 9}) {
    OffsetFetchRequest request;
    request.groups = {{.group_id = "g"}, {.group_id = "none"}};
    const auto groups = call(version, request).groups;
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].topics.at(0).partitions.at(0).committed_offset, 7);
    EXPECT_TRUE(groups[1].topics.empty());
  }
}

TEST_F(Groups, commits_are_checked) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(commit(1, "", -1, 5), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(commit(1, "", -1, 0, "", "gone"), ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(commit(1, "", -1, 0, std::string(4097, 'x')), ErrorCode::offset_metadata_too_large);
  EXPECT_EQ(commit(1, "", -1, 0, std::string(4096, 'x')), ErrorCode::none);
  const std::string id = join_and_sync();
  EXPECT_EQ(commit(2), ErrorCode::unknown_member_id);
  EXPECT_EQ(commit(2, id, 7), ErrorCode::illegal_generation);
  EXPECT_EQ(commit(2, id, 1), ErrorCode::none);
  EXPECT_EQ(committed(), 2);
}

TEST_F(Groups, a_topic_made_again_begins_without_offsets) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(commit(42), ErrorCode::none);
  ASSERT_TRUE(delete_topic("t"));
  EXPECT_EQ(committed(), -1);
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(committed(), -1);
  EXPECT_TRUE(call(7, OffsetFetchRequest{.group_id = "g"}).topics.empty());
}

TEST_F(Groups, sessions_end_by_the_clock) {
  const std::string id = join_and_sync();
  clock_.advance_ms(9'999);
  broker_->groups.expire();
  EXPECT_EQ(heartbeat(id), ErrorCode::none);
  clock_.advance_ms(10'000);
  broker_->groups.expire();
  EXPECT_EQ(heartbeat(id), ErrorCode::unknown_member_id);
  EXPECT_EQ(state(), "Empty");
}

TEST_F(Groups, admins_list_describe_and_delete) {
  ASSERT_TRUE(create("t"));
  const std::string id = join_and_sync();
  EXPECT_EQ(commit(5, id, 1), ErrorCode::none);
  const auto listed = call(5, ListGroupsRequest{.states_filter = {"stable"}, .types_filter = {"Classic"}});
  ASSERT_EQ(listed.groups.size(), 1U);
  EXPECT_EQ(listed.groups[0].group_id, "g");
  EXPECT_EQ(listed.groups[0].protocol_type, "consumer");
  EXPECT_EQ(listed.groups[0].group_state, "Stable");
  EXPECT_TRUE(call(5, ListGroupsRequest{.states_filter = {"Empty"}}).groups.empty());
  EXPECT_TRUE(call(5, ListGroupsRequest{.types_filter = {"consumer"}}).groups.empty());

  EXPECT_EQ(call(5, DescribeGroupsRequest{.groups = {"x"}}).groups[0].error_code, ErrorCode::none);
  EXPECT_EQ(call(5, DescribeGroupsRequest{.groups = {"x"}}).groups[0].group_state, "Dead");
  EXPECT_EQ(call(6, DescribeGroupsRequest{.groups = {"x"}}).groups[0].error_code, ErrorCode::group_id_not_found);

  EXPECT_EQ(call(2, DeleteGroupsRequest{.groups_names = {"g"}}).results[0].error_code, ErrorCode::non_empty_group);
  EXPECT_EQ(call(2, DeleteGroupsRequest{.groups_names = {"x"}}).results[0].error_code, ErrorCode::group_id_not_found);
  LeaveGroupRequest leave{.group_id = "g"};
  leave.members = {{.member_id = id}, {.member_id = "stranger"}};
  const auto left = call(5, leave);
  EXPECT_EQ(left.error_code, ErrorCode::none);
  EXPECT_EQ(left.members.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(left.members.at(1).error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ(call(2, DeleteGroupsRequest{.groups_names = {"g"}}).results[0].error_code, ErrorCode::none);
  EXPECT_EQ(committed(), -1);
  restart_broker();
  EXPECT_TRUE(call(5, ListGroupsRequest{}).groups.empty());
}

TEST_F(Groups, offsets_of_topics_that_members_read_are_not_deleted) {
  ASSERT_TRUE(create("t"));
  ASSERT_TRUE(create("u"));
  const std::string id = join_and_sync();
  EXPECT_EQ(commit(5, id, 1), ErrorCode::none);
  EXPECT_EQ(commit(6, id, 1, 0, "", "u"), ErrorCode::none);
  OffsetDeleteRequest request{.group_id = "g"};
  request.topics = {{"t", {{0}}}, {"u", {{0}}}};
  auto response = call(0, request);
  EXPECT_EQ(response.error_code, ErrorCode::none);
  EXPECT_EQ(response.topics.at(0).partitions.at(0).error_code, ErrorCode::group_subscribed_to_topic);
  EXPECT_EQ(response.topics.at(1).partitions.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(committed(), 5);
  EXPECT_EQ(call(7, OffsetFetchRequest{.group_id = "g"}).topics.size(), 1U);
  request.topics = {{"u", {{7}}}, {"gone", {{0}}}};
  response = call(0, request);
  EXPECT_EQ(response.topics.at(0).partitions.at(0).error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(response.topics.at(1).partitions.at(0).error_code, ErrorCode::unknown_topic_or_partition);
  request.group_id = "x";
  EXPECT_EQ(call(0, request).error_code, ErrorCode::group_id_not_found);
}

TEST_F(Groups, offsets_expire_when_nobody_has_used_them_for_the_retention_time) {
  ASSERT_TRUE(create("t", 2));
  const std::string id = join_and_sync();
  EXPECT_EQ(commit(5, id, 1), ErrorCode::none);
  // A group with members keeps its offsets, however old they are.
  for (int i = 0; i < 30; ++i) {
    clock_.advance_ms(day_ms / 3);
    EXPECT_EQ(heartbeat(id), ErrorCode::none);
  }
  broker_->groups.expire_offsets();
  EXPECT_EQ(committed(), 5);
  EXPECT_EQ(call(1, LeaveGroupRequest{.group_id = "g", .member_id = id}).error_code, ErrorCode::none);
  clock_.advance_ms(6 * day_ms);
  EXPECT_EQ(commit(9, "", -1, 1), ErrorCode::none);
  clock_.advance_ms(6 * day_ms);
  broker_->groups.expire_offsets();
  EXPECT_EQ(committed(0), 5);  // the group was in use six days ago
  clock_.advance_ms(2 * day_ms);
  broker_->groups.expire_offsets();
  ASSERT_TRUE(create("after", 1));  // its entry stands behind that of the expiry
  EXPECT_EQ(committed(0), -1);
  EXPECT_EQ(committed(1), -1);
}

TEST_F(Groups, a_group_that_never_had_a_member_is_forgotten) {
  const std::string id = call(9, joining("")).member_id;
  EXPECT_EQ(call(5, ListGroupsRequest{}).groups.size(), 1U);
  broker_->groups.expire_offsets();  // the id may still be used
  EXPECT_EQ(call(5, ListGroupsRequest{}).groups.size(), 1U);
  clock_.advance_ms(10'001);
  broker_->groups.expire();
  broker_->groups.expire_offsets();
  EXPECT_TRUE(call(5, ListGroupsRequest{}).groups.empty());
}

TEST_F(Groups, a_stop_ends_the_calls_that_wait) {
  const std::string id = join_and_sync();
  const uint64_t other = client(1).send(3, joining(""));
  // "other" waits for the first member to join again.
  EXPECT_FALSE(client(1).frames->is_answered(other));
  broker_->stop();
  EXPECT_TRUE(client(1).frames->wait_closed());
}

TEST_F(Groups, what_members_hold_is_bounded_over_all_groups) {
  stop_broker();
  broker_options_.groups.members_bytes_max = 100'000;
  start_broker();
  const auto join = [&](const std::string& group, std::size_t bytes) {
    JoinGroupRequest request = joining("");
    request.group_id = group;
    request.protocols[0].metadata = SharedBytes::own(std::string(bytes, 'm'));
    return call(3, request);
  };
  const auto first = join("a", 60'000);
  EXPECT_EQ(first.error_code, ErrorCode::none);
  EXPECT_EQ(join("b", 60'000).error_code, ErrorCode::group_max_size_reached);
  EXPECT_EQ(join("b", 1'000).error_code, ErrorCode::none);
  SyncGroupRequest sync{.group_id = "a", .generation_id = 1, .member_id = first.member_id};
  sync.assignments.push_back({first.member_id, SharedBytes::own(std::string(60'000, 'a'))});
  EXPECT_EQ(call(3, sync).error_code, ErrorCode::unknown_server_error);
  call(2, LeaveGroupRequest{.group_id = "a", .member_id = first.member_id});
  EXPECT_EQ(join("c", 60'000).error_code, ErrorCode::none);
}

TEST_F(Groups, a_member_speaks_a_hundred_protocols_at_most) {
  JoinGroupRequest request = joining("");
  for (int i = 0; i < 100; ++i) request.protocols.push_back({std::to_string(i), {}});
  EXPECT_EQ(call(3, request).error_code, ErrorCode::inconsistent_group_protocol);
  request.protocols.pop_back();
  EXPECT_EQ(call(3, request).error_code, ErrorCode::none);
}

TEST_F(Groups, a_long_name_makes_no_member_id_that_cannot_be_sent) {
  JoinGroupRequest request = joining("", std::string(32'767, 'i'));
  EXPECT_LT(call(5, request).member_id.size(), 1'000U);
}

TEST_F(Groups, stored_offsets_are_bounded_and_known_ones_go_on) {
  stop_broker();
  broker_options_.groups.offsets_bytes_max = 10'000;
  start_broker();
  ASSERT_TRUE(create("t", 20));
  const std::string note(1'000, 'n');
  int32_t stored = 0;
  while (stored < 20 && commit(1, "", -1, stored, note) == ErrorCode::none) ++stored;
  EXPECT_GT(stored, 5);
  EXPECT_LT(stored, 12);
  EXPECT_EQ(commit(1, "", -1, stored, note), ErrorCode::invalid_commit_offset_size);
  EXPECT_EQ(commit(2, "", -1, 0, note), ErrorCode::none);
  EXPECT_EQ(commit(2, "", -1, 0, note + note), ErrorCode::invalid_commit_offset_size);
  EXPECT_EQ(committed(), 2);
}

TEST_F(Groups, are_described_once_however_often_they_are_named) {
  join_and_sync();
  EXPECT_EQ(call(5, DescribeGroupsRequest{.groups = {"g", "h", "g", "g"}}).groups.size(), 2U);
  OffsetFetchRequest request;
  for (int i = 0; i < 3; ++i) request.groups.push_back({.group_id = "g"});
  EXPECT_EQ(call(8, request).groups.size(), 1U);
}

}  // namespace
}  // namespace azud::kafka
