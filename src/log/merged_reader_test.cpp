#include "log/merged_reader.h"

#include "log/log_fixture.h"

namespace azud::log {
namespace {

using Values = std::vector<std::string>;

class MergedReaderTest : public LogFixture {
 protected:
  Values poll_values(MergedReader& reader, std::size_t bytes_max = 1 << 20) {
    const auto poll = reader.poll(bytes_max);
    EXPECT_TRUE(poll);
    at_end_ = poll->at_end;
    told_ = poll->clock;
    Values values;
    for (const auto& item : poll->items) {
      for (const auto& value : values_of(item.batch.bytes)) values.push_back(std::to_string(item.partition) + value);
    }
    return values;
  }
  bool at_end_ = false;
  TimestampMs told_ = 0;
};

TEST_F(MergedReaderTest, gives_batches_in_the_order_of_the_journal) {
  open();
  ASSERT_TRUE(create("a", 2));
  ASSERT_TRUE(create("b"));
  ASSERT_TRUE(append(partition("b"), batch_of({"1"})));
  ASSERT_TRUE(append(partition("a", 1), batch_of({"2"})));
  ASSERT_TRUE(append(partition("a", 0), batch_of({"3", "4"})));
  ASSERT_TRUE(append(partition("b"), batch_of({"5"})));
  const auto check = [&] {
    MergedReader reader(*log_,
                        {{partition("a", 0), Offset(0)}, {partition("a", 1), Offset(0)}, {partition("b"), Offset(0)}});
    EXPECT_EQ(poll_values(reader), (Values{"21", "12", "03", "04", "25"}));
    EXPECT_TRUE(at_end_);
    EXPECT_EQ(reader.position(0), Offset(2));
    EXPECT_EQ(reader.position(2), Offset(2));
    EXPECT_TRUE(poll_values(reader).empty());
    EXPECT_TRUE(at_end_);
  };
  check();
  cut_power_and_open();
  check();
}

TEST_F(MergedReaderTest, gives_about_as_much_as_asked_for_and_goes_on_after_it) {
  open();
  ASSERT_TRUE(create("a"));
  for (const char* value : {"1", "2", "3"}) ASSERT_TRUE(append("a", {value}));
  MergedReader reader(*log_, {{partition("a"), Offset(1)}});
  EXPECT_EQ(poll_values(reader, 1), (Values{"02"}));
  EXPECT_FALSE(at_end_);
  ASSERT_TRUE(append("a", {"4"}));
  EXPECT_EQ(poll_values(reader), (Values{"03", "04"}));
  EXPECT_TRUE(at_end_);
}

TEST_F(MergedReaderTest, goes_on_at_the_log_start_when_records_are_gone) {
  open();
  ASSERT_TRUE(create("a"));
  for (const char* value : {"1", "2", "3"}) ASSERT_TRUE(append("a", {value}));
  MergedReader reader(*log_, {{partition("a"), Offset(0)}});
  ASSERT_TRUE(delete_records(partition("a"), Offset(2)));
  EXPECT_EQ(poll_values(reader), (Values{"03"}));
  EXPECT_EQ(reader.skipped(), 2U);
}

TEST_F(MergedReaderTest, the_clock_is_before_everything_still_to_come) {
  open();
  ASSERT_TRUE(create("a", 1, {{"message.timestamp.type", "LogAppendTime"}}));
  MergedReader reader(*log_, {{partition("a"), Offset(0)}});
  EXPECT_TRUE(poll_values(reader).empty());
  EXPECT_EQ(told_, clock_.wall_ms() - 1) << "the current millisecond is not over";
  const TimestampMs promised = told_;
  clock_.set_wall_ms(promised - 1000);  // somebody sets the clock back
  EXPECT_GT(append("a", {"x"})->log_append_time, promised);
  EXPECT_EQ(poll_values(reader), (Values{"0x"}));
  EXPECT_GE(told_, promised) << "a promise is not taken back";
  const TimestampMs stamped = append("a", {"y"})->log_append_time;
  EXPECT_GT(stamped, told_);
  cut_power_and_open();
  EXPECT_GE(append("a", {"z"})->log_append_time, stamped) << "time does not go back over a restart";
}

TEST_F(MergedReaderTest, behind_the_end_the_clock_is_that_of_what_was_read) {
  open();
  ASSERT_TRUE(create("a", 1, {{"message.timestamp.type", "LogAppendTime"}}));
  ASSERT_TRUE(create("b"));
  const TimestampMs first = append("a", {"1"})->log_append_time;
  ASSERT_TRUE(append("b", {"2"})) << "its timestamp is its producer's and tells nothing";
  clock_.set_wall_ms(first + 500);
  const TimestampMs second = append("a", {"3"})->log_append_time;
  clock_.set_wall_ms(first + 2000);
  ASSERT_TRUE(append("a", {"4"}));
  MergedReader reader(*log_, {{partition("a"), Offset(0)}, {partition("b"), Offset(0)}});
  EXPECT_EQ(poll_values(reader, 1), (Values{"01"}));
  EXPECT_EQ(told_, first - 1) << "another record of the same millisecond may follow";
  EXPECT_EQ(poll_values(reader, 1), (Values{"12"}));
  EXPECT_EQ(told_, first - 1);
  EXPECT_EQ(poll_values(reader, 1), (Values{"03"}));
  EXPECT_EQ(told_, second - 1);
  EXPECT_EQ(poll_values(reader, 1), (Values{"04"}));
  EXPECT_TRUE(at_end_);
  EXPECT_GE(told_, first + 1999);
}

TEST_F(MergedReaderTest, waits_for_any_of_its_partitions) {
  open();
  ASSERT_TRUE(create("a", 3));
  MergedReader reader(*log_, {{partition("a", 0), Offset(0)}, {partition("a", 2), Offset(0)}});
  std::atomic<int> woken = 0;
  const auto wait = reader.wait([&] { ++woken; });
  ASSERT_TRUE(append(partition("a", 1), batch_of({"no"})));
  EXPECT_EQ(woken, 0);
  ASSERT_TRUE(append(partition("a", 2), batch_of({"yes"})));
  ASSERT_TRUE(append(partition("a", 0), batch_of({"yes"})));
  EXPECT_EQ(woken, 1);
}

}  // namespace
}  // namespace azud::log
