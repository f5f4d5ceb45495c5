#include "log/producer_state.h"

#include <limits>

#include "log/log_fixture.h"

namespace azud::log {
namespace {

constexpr int32_t sequence_max = std::numeric_limits<int32_t>::max();

ProducerStamp stamp(int32_t first, int32_t count, int16_t epoch = 0) {
  return {ProducerId(7), epoch, first, advance_sequence(first, count - 1)};
}

ProduceRefusal refusal(const ProducerEntry& entry, const ProducerStamp& next) {
  ProducerEntry::Batch original;
  const auto verdict = check_producer(&entry, next, original);
  return verdict ? ProduceRefusal::none : refusal_of(verdict.error());
}

ProducerEntry entry_with(std::vector<ProducerStamp> stamps) {
  ProducerEntry entry;
  Offset offset(0);
  for (const ProducerStamp& s : stamps) {
    entry.add(s.epoch, {s.first_sequence, s.last_sequence, offset, offset + 1, -1}, 0);
    offset += 2;
  }
  return entry;
}

TEST(CheckProducer, any_sequence_begins_when_nothing_is_known) {
  ProducerEntry::Batch original;
  EXPECT_EQ(check_producer(nullptr, stamp(1234, 1), original).value(), ProducerVerdict::append);
}

TEST(CheckProducer, the_next_sequence_follows_and_gaps_do_not) {
  const auto entry = entry_with({stamp(0, 10)});
  EXPECT_EQ(refusal(entry, stamp(10, 1)), ProduceRefusal::none);
  EXPECT_EQ(refusal(entry, stamp(11, 1)), ProduceRefusal::out_of_order_sequence);
}

TEST(CheckProducer, one_of_the_last_five_is_answered_as_the_first_time) {
  const auto entry = entry_with({stamp(0, 1), stamp(1, 1), stamp(2, 1), stamp(3, 1), stamp(4, 1), stamp(5, 1)});
  ProducerEntry::Batch original;
  for (int32_t sequence = 1; sequence <= 5; ++sequence) {
    EXPECT_EQ(check_producer(&entry, stamp(sequence, 1), original).value(), ProducerVerdict::repeat);
    EXPECT_EQ(original.base, Offset(2 * sequence));
  }
  EXPECT_EQ(refusal(entry, stamp(0, 1)), ProduceRefusal::duplicate_sequence) << "older than the last five";
  EXPECT_EQ(refusal(entry, stamp(4, 2)), ProduceRefusal::duplicate_sequence) << "cut otherwise than the first time";
}

TEST(CheckProducer, epochs_fence_and_begin_at_zero) {
  const auto entry = entry_with({stamp(0, 3, 4)});
  EXPECT_EQ(refusal(entry, stamp(3, 1, 3)), ProduceRefusal::stale_epoch);
  EXPECT_EQ(refusal(entry, stamp(3, 1, 5)), ProduceRefusal::out_of_order_sequence);
  EXPECT_EQ(refusal(entry, stamp(0, 1, 5)), ProduceRefusal::none);
}

TEST(CheckProducer, sequences_wrap) {
  const auto at_end = entry_with({stamp(sequence_max - 1, 2)});
  EXPECT_EQ(at_end.newest().last_sequence, sequence_max);
  EXPECT_EQ(refusal(at_end, stamp(0, 1)), ProduceRefusal::none);
  const auto across = entry_with({stamp(sequence_max, 3)});
  EXPECT_EQ(across.newest().last_sequence, 1);
  EXPECT_EQ(refusal(across, stamp(2, 1)), ProduceRefusal::none);
  EXPECT_EQ(refusal(across, stamp(sequence_max - 5, 2)), ProduceRefusal::duplicate_sequence);
}

TEST(ProducerTable, notes_a_batch_once_and_expires_by_time) {
  ProducerTable table;
  table.add(stamp(0, 1), {0, 0, Offset(0), Offset(0), -1}, 100);
  table.add(stamp(0, 1), {0, 0, Offset(0), Offset(0), -1}, 100);
  EXPECT_EQ(table.find(ProducerId(7))->count, 1);
  table.expire(100);
  EXPECT_EQ(table.size(), 1U);
  table.expire(101);
  EXPECT_EQ(table.size(), 0U);
}

class ProducerTest : public LogFixture {
 protected:
  Result<Appended> produce(int32_t sequence, const std::string& value, int16_t epoch = 0) {
    return append(partition("a"), batch_of(std::vector<std::string>{value},
                                           {.producer_id = 7, .producer_epoch = epoch, .base_sequence = sequence}));
  }
};

TEST_F(ProducerTest, a_repeat_is_not_appended_again_before_and_after_a_restart) {
  open();
  ASSERT_TRUE(create("a", 1, {{"message.timestamp.type", "LogAppendTime"}}));
  const auto first = produce(0, "x");
  ASSERT_TRUE(produce(1, "y"));
  for (int round = 0; round < 2; ++round) {
    clock_.advance_ms(50);
    EXPECT_EQ(produce(0, "x")->base, first->base);
    EXPECT_EQ(produce(0, "x")->log_append_time, first->log_append_time);
    EXPECT_EQ(refusal_of(produce(3, "gap").error()), ProduceRefusal::out_of_order_sequence);
    EXPECT_EQ(partition("a")->high_watermark(), Offset(2));
    cut_power_and_open();
  }
  EXPECT_EQ(produce(2, "z")->base, Offset(2));
  EXPECT_EQ(produce(0, "new", 1)->base, Offset(3));
  EXPECT_EQ(refusal_of(produce(3, "old", 0).error()), ProduceRefusal::stale_epoch);
}

TEST_F(ProducerTest, a_repeat_in_the_same_group_gets_the_first_answer) {
  open();
  ASSERT_TRUE(create("a"));
  // The first append's sync is held until the others are queued, so that they make one group.
  std::promise<void> queued;
  std::atomic<bool> hold = true;
  files_.set_before_sync([&](const auto&) {
    if (hold.exchange(false)) queued.get_future().wait();
  });
  std::vector<std::future<Result<Appended>>> answers;
  for (const int32_t sequence : {0, 1, 2, 1, 4}) {
    auto promise = std::make_shared<std::promise<Result<Appended>>>();
    answers.push_back(promise->get_future());
    log_->append(
        partition("a"),
        batch_of(std::vector<std::string>{"v"}, {.producer_id = 7, .producer_epoch = 0, .base_sequence = sequence}),
        [promise](Result<Appended> result) { promise->set_value(std::move(result)); });
  }
  queued.set_value();
  EXPECT_EQ(answers[0].get()->base, Offset(0));
  EXPECT_EQ(answers[1].get()->base, Offset(1));
  EXPECT_EQ(answers[2].get()->base, Offset(2));
  EXPECT_EQ(answers[3].get()->base, Offset(1));
  EXPECT_EQ(refusal_of(answers[4].get().error()), ProduceRefusal::out_of_order_sequence);
  EXPECT_EQ(partition("a")->high_watermark(), Offset(3));
  files_.set_before_sync(nullptr);
}

}  // namespace
}  // namespace azud::log
