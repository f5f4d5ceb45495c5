#include "kafka/broker/fetch/fetch_session.h"

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

FetchRequest request_for(std::vector<int32_t> partitions, int32_t session = 0, int32_t epoch = 0) {
  FetchRequest request{.session_id = session, .session_epoch = epoch};
  auto& topic = request.topics.emplace_back();
  topic.topic = "t";
  for (const int32_t number : partitions) topic.partitions.push_back({.partition = number});
  return request;
}

std::vector<int32_t> numbers(const std::vector<FetchTarget>& targets) {
  std::vector<int32_t> all;
  for (const FetchTarget& target : targets) all.push_back(target.partition);
  return all;
}

using Numbers = std::vector<int32_t>;

TEST(FetchSessions, a_final_epoch_stands_alone_and_ends_a_session) {
  FetchSessions sessions({});
  auto plan = sessions.plan(request_for({1, 2}, 0, -1), 11, 0);
  EXPECT_EQ(plan.session, nullptr);
  EXPECT_EQ(numbers(plan.targets), (Numbers{1, 2}));
  plan = sessions.plan(request_for({1}), 11, 0);
  ASSERT_NE(plan.session, nullptr);
  EXPECT_FALSE(plan.incremental);
  EXPECT_EQ(sessions.size(), 1U);
  sessions.plan(request_for({1}, plan.session->id(), -1), 11, 0);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST(FetchSessions, busy_partitions_go_to_the_end_of_the_line) {
  FetchSessions sessions({});
  const auto first = sessions.plan(request_for({1, 2, 3}), 11, 0);
  FetchResponse::Partition busy{.high_watermark = 5};
  busy.records.emplace().pieces.push_back(SharedBytes::own("records"));
  EXPECT_TRUE(first.session->is_news(first.targets[0], busy));
  FetchResponse::Partition idle{.high_watermark = 5};
  EXPECT_TRUE(first.session->is_news(first.targets[1], idle));
  EXPECT_FALSE(first.session->is_news(first.targets[1], idle));
  idle.log_start_offset = 2;
  EXPECT_TRUE(first.session->is_news(first.targets[1], idle));
  const auto next = sessions.plan(FetchRequest{.session_id = first.session->id(), .session_epoch = 1}, 11, 0);
  EXPECT_TRUE(next.incremental);
  EXPECT_EQ(numbers(next.targets), (Numbers{2, 3, 1}));
}

TEST(FetchSessions, an_error_and_its_end_are_news) {
  FetchSessions sessions({});
  const auto plan = sessions.plan(request_for({1}), 11, 0);
  FetchResponse::Partition partition{.error_code = ErrorCode::offset_out_of_range};
  EXPECT_TRUE(plan.session->is_news(plan.targets[0], partition));
  EXPECT_TRUE(plan.session->is_news(plan.targets[0], partition));
  partition.error_code = ErrorCode::none;
  EXPECT_TRUE(plan.session->is_news(plan.targets[0], partition));
  EXPECT_FALSE(plan.session->is_news(plan.targets[0], partition));
}

TEST(FetchSessions, there_are_only_so_many_and_idle_ones_make_room) {
  FetchSessions sessions({.sessions_max = 2, .session_eviction_ms = 1000});
  const auto one = sessions.plan(request_for({1}), 11, 0);
  const auto two = sessions.plan(request_for({1}), 11, 10);
  EXPECT_EQ(sessions.plan(request_for({1}), 11, 999).session, nullptr);
  EXPECT_EQ(sessions.plan(FetchRequest{.session_id = one.session->id(), .session_epoch = 1}, 11, 1000).error,
            ErrorCode::none);
  EXPECT_NE(sessions.plan(request_for({1}), 11, 1010).session, nullptr);
  EXPECT_EQ(sessions.plan(FetchRequest{.session_id = two.session->id(), .session_epoch = 1}, 11, 1010).error,
            ErrorCode::fetch_session_id_not_found);
  EXPECT_EQ(sessions.plan(FetchRequest{.session_id = one.session->id(), .session_epoch = 2}, 11, 1010).error,
            ErrorCode::none);
  EXPECT_EQ(sessions.size(), 2U);
}

TEST(FetchSessions, epochs_wrap_to_one) {
  FetchSession session(1, false, std::make_shared<std::atomic<std::size_t>>(0));
  EXPECT_EQ(session.advance(2), ErrorCode::invalid_fetch_session_epoch);
  EXPECT_EQ(session.advance(1), ErrorCode::none);
  EXPECT_EQ(session.advance(2), ErrorCode::none);
}

TEST(FetchSessions, share_a_bound_of_partitions) {
  FetchSessions sessions({.session_partitions_max = 5, .session_eviction_ms = 100});
  const auto first = sessions.plan(request_for({1, 2, 3}), 11, 0);
  ASSERT_NE(first.session, nullptr);
  EXPECT_EQ(sessions.plan(request_for({1, 2, 3}), 11, 50).session, nullptr);
  EXPECT_EQ(sessions.plan(request_for({1, 2, 3, 4, 5, 6}), 11, 50).session, nullptr);
  const auto more = sessions.plan(request_for({4, 5, 6}, first.session->id(), 1), 11, 50);
  EXPECT_EQ(more.error, ErrorCode::fetch_session_id_not_found);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST(FetchSessions, one_that_was_not_used_for_long_makes_room_for_partitions) {
  FetchSessions sessions({.session_partitions_max = 5, .session_eviction_ms = 100});
  const int32_t first = sessions.plan(request_for({1, 2, 3}), 11, 0).session->id();
  EXPECT_NE(sessions.plan(request_for({1, 2, 3}), 11, 150).session, nullptr);
  EXPECT_EQ(sessions.plan(request_for({}, first, 1), 11, 150).error, ErrorCode::fetch_session_id_not_found);
}

}  // namespace
}  // namespace azud::kafka
