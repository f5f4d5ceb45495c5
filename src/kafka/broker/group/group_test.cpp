#include "kafka/broker/group/group.h"

#include <memory>
#include <optional>

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

/// What a parked call was answered, once it was.
template <class Response>
using Answer = std::shared_ptr<std::optional<Response>>;
using JoinAnswer = Answer<JoinGroupResponse>;
using SyncAnswer = Answer<SyncGroupResponse>;

class GroupTest : public testing::Test {
 protected:
  struct Joining {
    std::string member;
    std::optional<std::string> instance;
    std::vector<std::string> protocols{"range"};
    std::string metadata = "topics";
    int16_t version = 9;
    int32_t session_ms = 10'000;
    int32_t rebalance_ms = 60'000;
    std::string new_id = "new";
  };

  JoinAnswer join(const Joining& joining) {
    JoinGroupRequest request{.group_id = "g",
                             .session_timeout_ms = joining.session_ms,
                             .rebalance_timeout_ms = joining.rebalance_ms,
                             .member_id = joining.member,
                             .group_instance_id = joining.instance,
                             .protocol_type = "consumer"};
    for (const auto& protocol : joining.protocols) {
      request.protocols.push_back({protocol, SharedBytes::own(joining.metadata)});
    }
    auto answer = std::make_shared<std::optional<JoinGroupResponse>>();
    Outbox out;
    group_.join(request, {"client", "/host", joining.version}, joining.new_id, now_, out,
                [answer](JoinGroupResponse response) { *answer = std::move(response); });
    out.deliver();
    return answer;
  }
  /// A member of a version that needs no id first.
  JoinAnswer join_new(const std::string& id) { return join({.version = 3, .new_id = id}); }

  SyncAnswer sync(const std::string& member, int32_t generation,
                  std::vector<std::pair<std::string, std::string>> assignments = {}) {
    SyncGroupRequest request{.group_id = "g", .generation_id = generation, .member_id = member};
    for (const auto& [id, bytes] : assignments) request.assignments.push_back({id, SharedBytes::own(bytes)});
    auto answer = std::make_shared<std::optional<SyncGroupResponse>>();
    Outbox out;
    group_.sync(request, now_, out, [answer](SyncGroupResponse response) { *answer = std::move(response); });
    out.deliver();
    return answer;
  }
  ErrorCode heartbeat(const std::string& member, int32_t generation) {
    return group_.heartbeat({.group_id = "g", .generation_id = generation, .member_id = member}, now_);
  }
  ErrorCode leave(const std::string& member, std::optional<std::string> instance = {}) {
    Outbox out;
    const ErrorCode code = group_.leave(member, instance, now_, out);
    out.deliver();
    return code;
  }
  ErrorCode commit(const std::string& member, int32_t generation) {
    return group_.check_commit(member, std::nullopt, generation, now_);
  }
  void advance(int64_t ms) {
    now_ += ms;
    Outbox out;
    group_.expire(now_, out);
    out.deliver();
  }
  /// Two members, "a" the leader and "b", in generation 2, each with its assignment.
  void make_pair() {
    join_new("a");
    sync("a", 1, {{"a", "all"}});
    const auto b = join_new("b");
    join({.member = "a"});
    const auto waiting = sync("b", 2);
    sync("a", 2, {{"a", "left"}, {"b", "right"}});
    ASSERT_EQ(group_.state(), GroupState::stable);
    ASSERT_EQ((*waiting)->assignment.view(), "right");
  }

  GroupOptions options_;
  int64_t now_ = 1'000'000;
  Group group_{"g", options_};
};

TEST_F(GroupTest, a_new_member_is_told_its_id_first) {
  const auto first = join({.new_id = "a"});
  ASSERT_TRUE(*first);
  EXPECT_EQ((*first)->error_code, ErrorCode::member_id_required);
  EXPECT_EQ((*first)->member_id, "a");
  EXPECT_TRUE(group_.is_empty());

  const auto second = join({.member = "a"});
  ASSERT_TRUE(*second);
  EXPECT_EQ((*second)->error_code, ErrorCode::none);
  EXPECT_EQ((*second)->generation_id, 1);
  EXPECT_EQ((*second)->leader, "a");
  EXPECT_EQ((*second)->protocol_name, "range");
  EXPECT_EQ((*second)->protocol_type, "consumer");
  ASSERT_EQ((*second)->members.size(), 1U);
  EXPECT_EQ((*second)->members[0].metadata.view(), "topics");
  EXPECT_EQ(group_.state(), GroupState::completing_rebalance);
}

TEST_F(GroupTest, old_clients_join_at_once) {
  const auto joined = join_new("a");
  ASSERT_TRUE(*joined);
  EXPECT_EQ((*joined)->error_code, ErrorCode::none);
  EXPECT_EQ((*joined)->member_id, "a");
}

TEST_F(GroupTest, a_second_member_makes_a_new_generation_and_both_get_their_part) {
  join_new("a");
  const auto alone = sync("a", 1, {{"a", "all"}});
  EXPECT_EQ((*alone)->assignment.view(), "all");
  EXPECT_EQ(group_.state(), GroupState::stable);

  const auto b = join_new("b");
  EXPECT_FALSE(*b);
  EXPECT_EQ(heartbeat("a", 1), ErrorCode::rebalance_in_progress);
  const auto a = join({.member = "a"});
  ASSERT_TRUE(*a);
  ASSERT_TRUE(*b);
  EXPECT_EQ((*a)->generation_id, 2);
  EXPECT_EQ((*b)->generation_id, 2);
  EXPECT_EQ((*b)->leader, "a");
  EXPECT_EQ((*a)->members.size(), 2U);
  EXPECT_TRUE((*b)->members.empty());
}

TEST_F(GroupTest, a_follower_waits_for_the_leaders_assignment_whatever_the_time) {
  join_new("a");
  sync("a", 1, {{"a", "all"}});
  join_new("b");
  join({.member = "a"});
  const auto b = sync("b", 2);
  advance(9'000);
  EXPECT_EQ(heartbeat("a", 2), ErrorCode::none);
  advance(9'000);
  EXPECT_FALSE(*b);
  const auto a = sync("a", 2, {{"b", "all of it"}});
  ASSERT_TRUE(*b);
  EXPECT_EQ((*b)->error_code, ErrorCode::none);
  EXPECT_EQ((*b)->assignment.view(), "all of it");
  EXPECT_EQ((*a)->assignment.view(), "");
}

TEST_F(GroupTest, a_rebalance_before_the_assignment_is_told_to_those_who_wait) {
  join_new("a");
  sync("a", 1, {{"a", "all"}});
  join_new("b");
  join({.member = "a"});
  const auto b = sync("b", 2);
  const auto c = join_new("c");
  ASSERT_TRUE(*b);
  EXPECT_EQ((*b)->error_code, ErrorCode::rebalance_in_progress);
  EXPECT_EQ((*sync("a", 2, {{"a", "old"}}))->error_code, ErrorCode::rebalance_in_progress);
  join({.member = "a"});
  EXPECT_FALSE(*c);
  join({.member = "b"});
  ASSERT_TRUE(*c);
  EXPECT_EQ((*c)->generation_id, 3);
  EXPECT_EQ(group_.members().size(), 3U);
}

TEST_F(GroupTest, members_that_do_not_join_again_in_time_are_left_behind) {
  make_pair();
  const auto c = join({.version = 3, .rebalance_ms = 5'000, .new_id = "c"});
  join({.member = "b"});
  for (int i = 0; i < 12; ++i) {
    EXPECT_FALSE(*c);
    EXPECT_EQ(heartbeat("a", 2), ErrorCode::rebalance_in_progress);
    advance(5'000);
  }
  ASSERT_TRUE(*c);
  EXPECT_EQ((*c)->generation_id, 3);
  EXPECT_EQ(group_.members().size(), 2U);
  EXPECT_EQ(group_.leader(), "b");
  EXPECT_EQ(heartbeat("a", 2), ErrorCode::unknown_member_id);
}

TEST_F(GroupTest, a_member_not_heard_of_is_gone_after_its_session) {
  make_pair();
  advance(6'000);
  EXPECT_EQ(heartbeat("a", 2), ErrorCode::none);
  advance(6'000);
  EXPECT_EQ(group_.members().size(), 1U);
  EXPECT_EQ(heartbeat("a", 2), ErrorCode::rebalance_in_progress);
  EXPECT_EQ(heartbeat("b", 2), ErrorCode::unknown_member_id);
  EXPECT_EQ((*join({.member = "a"}))->generation_id, 3);
}

TEST_F(GroupTest, the_last_one_to_go_leaves_an_empty_group) {
  make_pair();
  EXPECT_EQ(leave("b"), ErrorCode::none);
  EXPECT_EQ(leave("b"), ErrorCode::unknown_member_id);
  EXPECT_EQ(leave("a"), ErrorCode::none);
  EXPECT_EQ(group_.state(), GroupState::empty);
  EXPECT_EQ(group_.generation(), 3);
  EXPECT_EQ(group_.next_deadline(), no_deadline);
  EXPECT_EQ((*join_new("c"))->generation_id, 4);
}

TEST_F(GroupTest, one_that_leaves_while_the_others_wait_does_not_hold_them) {
  make_pair();
  const auto c = join_new("c");
  join({.member = "a"});
  EXPECT_FALSE(*c);
  EXPECT_EQ(leave("b"), ErrorCode::none);
  ASSERT_TRUE(*c);
  EXPECT_EQ((*c)->error_code, ErrorCode::none);
  EXPECT_EQ(group_.members().size(), 2U);
}

TEST_F(GroupTest, an_id_given_out_holds_the_generation_until_it_is_used_or_forgotten) {
  make_pair();
  join({.new_id = "c"});
  leave("b");
  const auto a = join({.member = "a"});
  EXPECT_FALSE(*a);
  advance(10'001);
  ASSERT_TRUE(*a);
  EXPECT_EQ((*a)->generation_id, 3);
  EXPECT_EQ((*join({.member = "c"}))->error_code, ErrorCode::unknown_member_id);
}

TEST_F(GroupTest, a_leader_that_never_assigns_is_removed) {
  make_pair();
  join_new("c");
  join({.member = "a", .rebalance_ms = 20'000});
  join({.member = "b", .rebalance_ms = 20'000});
  const auto b = sync("b", 3);
  const auto c = sync("c", 3);
  for (int i = 0; i < 13 && !*b; ++i) {
    (void)heartbeat("a", 3);
    advance(5'000);
  }
  ASSERT_TRUE(*b);
  EXPECT_EQ((*b)->error_code, ErrorCode::rebalance_in_progress);
  EXPECT_FALSE(group_.members().contains("a"));
  EXPECT_TRUE(group_.members().contains("b"));
}

TEST_F(GroupTest, a_repeated_join_gets_the_same_generation) {
  make_pair();
  // A follower with nothing new is told what holds; no rebalance.
  EXPECT_EQ((*join({.member = "b"}))->generation_id, 2);
  EXPECT_EQ(group_.state(), GroupState::stable);
  EXPECT_EQ((*sync("b", 2))->assignment.view(), "right");
  // With other metadata, or from the leader, it begins one.
  const auto b = join({.member = "b", .metadata = "more topics"});
  EXPECT_FALSE(*b);
  EXPECT_EQ(group_.state(), GroupState::preparing_rebalance);
  join({.member = "a"});
  EXPECT_EQ((*b)->generation_id, 3);
  // Before the assignment the leader, too, may ask again for an answer it did not get.
  EXPECT_EQ((*join({.member = "a"}))->generation_id, 3);
  EXPECT_EQ(group_.state(), GroupState::completing_rebalance);
}

TEST_F(GroupTest, a_second_call_of_the_same_member_takes_the_place_of_the_first) {
  make_pair();
  const auto first = join({.member = "b", .metadata = "x"});
  const auto second = join({.member = "b", .metadata = "x"});
  ASSERT_TRUE(*first);
  EXPECT_EQ((*first)->error_code, ErrorCode::rebalance_in_progress);
  join({.member = "a"});
  EXPECT_EQ((*second)->generation_id, 3);
}

TEST_F(GroupTest, the_protocol_is_the_one_most_like_best_among_those_all_speak) {
  join({.protocols = {"sticky", "range", "robin"}, .version = 3, .new_id = "a"});
  join({.protocols = {"range", "robin"}, .version = 3, .new_id = "b"});
  const auto c = join({.protocols = {"robin", "range"}, .version = 3, .new_id = "c"});
  join({.member = "a", .protocols = {"sticky", "range", "robin"}});
  join({.member = "b", .protocols = {"range", "robin"}});
  ASSERT_TRUE(*c);
  EXPECT_EQ((*c)->protocol_name, "range");
}

TEST_F(GroupTest, members_must_have_a_protocol_in_common) {
  join_new("a");
  EXPECT_EQ((*join({.protocols = {"other"}, .version = 3, .new_id = "b"}))->error_code,
            ErrorCode::inconsistent_group_protocol);
  EXPECT_EQ((*join({.protocols = {}, .version = 3, .new_id = "b"}))->error_code,
            ErrorCode::inconsistent_group_protocol);
}

TEST_F(GroupTest, a_full_group_takes_no_more) {
  options_.members_max = 1;
  join_new("a");
  EXPECT_EQ((*join_new("b"))->error_code, ErrorCode::group_max_size_reached);
  EXPECT_EQ((*join({.member = "a"}))->error_code, ErrorCode::none);
  // Ids given out count too, so that asking for them does not fill the memory.
  options_.members_max = 2;
  EXPECT_EQ((*join({.new_id = "b"}))->error_code, ErrorCode::member_id_required);
  EXPECT_EQ((*join({.new_id = "c"}))->error_code, ErrorCode::group_max_size_reached);
  const auto b = join({.member = "b"});
  join({.member = "a"});
  EXPECT_EQ((*b)->error_code, ErrorCode::none);
}

TEST_F(GroupTest, a_new_group_may_wait_for_further_members) {
  options_.initial_rebalance_delay_ms = 3'000;
  const auto a = join_new("a");
  const auto b = join_new("b");
  EXPECT_FALSE(*a);
  EXPECT_EQ(group_.next_deadline(), now_ + 3'000);
  advance(3'000);
  ASSERT_TRUE(*a && *b);
  EXPECT_EQ((*a)->generation_id, 1);
  EXPECT_EQ((*a)->members.size(), 2U);
}

TEST_F(GroupTest, a_static_member_comes_back_without_a_rebalance) {
  join({.instance = "i1", .new_id = "s1"});
  sync("s1", 1, {{"s1", "all"}});
  join({.instance = "i2", .new_id = "s2"});
  join({.member = "s1", .instance = "i1"});
  const auto old_sync = sync("s2", 2);
  sync("s1", 2, {{"s1", "left"}, {"s2", "right"}});
  ASSERT_EQ(group_.generation(), 2);

  const auto back = join({.instance = "i2", .new_id = "s2-again"});
  ASSERT_TRUE(*back);
  EXPECT_EQ((*back)->error_code, ErrorCode::none);
  EXPECT_EQ((*back)->generation_id, 2);
  EXPECT_EQ((*back)->member_id, "s2-again");
  EXPECT_EQ((*sync("s2-again", 2))->assignment.view(), "right");
  EXPECT_EQ(heartbeat("s2", 2), ErrorCode::unknown_member_id);
  EXPECT_EQ(group_.heartbeat({.generation_id = 2, .member_id = "s2", .group_instance_id = "i2"}, now_),
            ErrorCode::fenced_instance_id);
  EXPECT_EQ(group_.heartbeat({.generation_id = 2, .member_id = "s2", .group_instance_id = "i9"}, now_),
            ErrorCode::unknown_member_id);
}

TEST_F(GroupTest, a_static_leader_that_comes_back_is_kept_from_assigning) {
  join({.instance = "i1", .new_id = "s1"});
  sync("s1", 1, {{"s1", "all"}});
  const auto newer = join({.instance = "i1", .version = 9, .new_id = "s1-b"});
  EXPECT_TRUE((*newer)->skip_assignment);
  EXPECT_EQ((*newer)->leader, "s1-b");
  EXPECT_EQ((*newer)->members.size(), 1U);
  const auto older = join({.instance = "i1", .version = 8, .new_id = "s1-c"});
  EXPECT_FALSE((*older)->skip_assignment);
  EXPECT_EQ((*older)->leader, "s1-b");
  EXPECT_EQ((*older)->member_id, "s1-c");
  EXPECT_EQ(group_.generation(), 1);
}

TEST_F(GroupTest, a_static_member_waiting_under_its_old_id_is_fenced) {
  join({.instance = "i1", .new_id = "s1"});
  sync("s1", 1, {{"s1", "all"}});
  const auto waiting = join({.instance = "i2", .new_id = "s2"});
  const auto back = join({.instance = "i2", .new_id = "s2-again"});
  ASSERT_TRUE(*waiting);
  EXPECT_EQ((*waiting)->error_code, ErrorCode::fenced_instance_id);
  join({.member = "s1", .instance = "i1"});
  EXPECT_EQ((*back)->generation_id, 2);
  EXPECT_EQ(group_.members().size(), 2U);
}

TEST_F(GroupTest, a_static_member_keeps_its_place_until_its_session_ends) {
  join({.instance = "i1", .new_id = "s1"});
  sync("s1", 1, {{"s1", "all"}});
  const auto b = join({.version = 3, .rebalance_ms = 1'000, .new_id = "b"});
  for (int i = 0; i < 7; ++i) {
    EXPECT_FALSE(*b);
    EXPECT_EQ(heartbeat("s1", 1), ErrorCode::rebalance_in_progress);
    advance(9'000);
  }
  ASSERT_TRUE(*b);
  EXPECT_EQ((*b)->leader, "b");
  EXPECT_EQ((*b)->members.size(), 2U);
  EXPECT_EQ(leave("", "i1"), ErrorCode::none);
  EXPECT_EQ(leave("", "i1"), ErrorCode::unknown_member_id);
}

TEST_F(GroupTest, who_may_store_offsets) {
  EXPECT_EQ(commit("", -1), ErrorCode::none);
  EXPECT_EQ(commit("a", 1), ErrorCode::unknown_member_id);
  make_pair();
  EXPECT_EQ(commit("", -1), ErrorCode::unknown_member_id);
  EXPECT_EQ(commit("a", 2), ErrorCode::none);
  EXPECT_EQ(commit("a", 1), ErrorCode::illegal_generation);
  EXPECT_EQ(commit("x", 2), ErrorCode::unknown_member_id);
  join_new("c");
  EXPECT_EQ(commit("a", 2), ErrorCode::none);  // the last of the old generation
  join({.member = "a"});
  join({.member = "b"});
  EXPECT_EQ(commit("a", 3), ErrorCode::rebalance_in_progress);
}

TEST_F(GroupTest, storing_offsets_is_a_sign_of_life) {
  make_pair();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(commit("a", 2), ErrorCode::none);
    EXPECT_EQ(commit("b", 2), ErrorCode::none);
    advance(9'000);
  }
  EXPECT_EQ(group_.members().size(), 2U);
}

TEST_F(GroupTest, calls_of_strangers_and_of_other_generations_are_refused) {
  EXPECT_EQ((*join({.member = "x"}))->error_code, ErrorCode::unknown_member_id);
  make_pair();
  EXPECT_EQ((*join({.member = "x"}))->error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ((*sync("x", 2))->error_code, ErrorCode::unknown_member_id);
  EXPECT_EQ((*sync("a", 1))->error_code, ErrorCode::illegal_generation);
  EXPECT_EQ(heartbeat("a", 3), ErrorCode::illegal_generation);
  SyncGroupRequest other{.generation_id = 2, .member_id = "a", .protocol_name = "sticky"};
  Outbox out;
  ErrorCode code{};
  group_.sync(other, now_, out, [&](const SyncGroupResponse& response) { code = response.error_code; });
  out.deliver();
  EXPECT_EQ(code, ErrorCode::inconsistent_group_protocol);
}

TEST_F(GroupTest, an_image_brings_back_a_stable_group) {
  make_pair();
  join({.instance = "i1", .new_id = "s1"});
  join({.member = "a"});
  join({.member = "b"});
  sync("a", 3, {{"a", "1"}, {"b", "2"}, {"s1", "3"}});
  const auto image = group_image_of(to_bytes(group_.image()));
  ASSERT_TRUE(image) << image.error().message();

  Group again("g", options_);
  again.restore(*image, now_ + 100'000);
  EXPECT_EQ(again.state(), GroupState::stable);
  EXPECT_EQ(again.heartbeat({.generation_id = 3, .member_id = "a"}, now_ + 101'000), ErrorCode::none);
  EXPECT_EQ(again.heartbeat({.generation_id = 3, .member_id = "s1", .group_instance_id = "i1"}, now_ + 101'000),
            ErrorCode::none);
  EXPECT_EQ(again.members().at("b").assignment.view(), "2");
  EXPECT_EQ(again.leader(), "a");
  EXPECT_EQ(again.next_deadline(), now_ + 110'000);
}

}  // namespace
}  // namespace azud::kafka
