#include "simulate/runner.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace azud::simulate {
namespace {

/// Messages 0, 1, .. up to `end`.
class Numbers final : public EventSource {
 public:
  explicit Numbers(uint64_t end) : end_(end) {}
  std::span<const std::string> topics() const override { return topics_; }
  uint32_t key_slots() const override { return 1; }
  double nominal_rate() const override { return 0; }
  bool next(Event& event) override {
    if (made_ == end_) return false;
    value_ = std::to_string(made_++);
    event = {.value = value_};
    return true;
  }

 private:
  std::vector<std::string> topics_{"T"};
  uint64_t end_;
  uint64_t made_ = 0;
  std::string value_;
};

/// Remembers what it took and when; every poll passes a millisecond. Can refuse to take anything for a while.
class Recorder final : public Sender {
 public:
  explicit Recorder(io::ManualClock& clock) : clock_(clock) {}
  Result<bool> send(const Event& event) override {
    if (away_polls > 0) return false;
    values.emplace_back(event.value);
    at_us.push_back(clock_.monotonic_us());
    return true;
  }
  void poll(int timeout_ms) override {
    clock_.advance_ms(timeout_ms);
    if (away_polls > 0) --away_polls;
    if (on_poll) on_poll();
  }
  Status finish(int) override { return finish_status; }
  SendCounts counts() const override { return {.sent = values.size(), .acknowledged = values.size()}; }
  LatencyHistogram latency() const override { return {}; }
  std::string trouble() const override { return {}; }

  std::vector<std::string> values;
  std::vector<int64_t> at_us;
  int away_polls = 0;
  std::function<void()> on_poll;
  Status finish_status;

 private:
  io::ManualClock& clock_;
};

class RunnerTest : public testing::Test {
 protected:
  Result<RunResult> go(uint64_t messages, const RunSettings& settings) {
    Numbers source(messages);
    return run(source, recorder_, settings, clock_, stop_, [&](std::string_view line) { lines_.emplace_back(line); });
  }

  io::ManualClock clock_;
  Recorder recorder_{clock_};
  std::atomic<bool> stop_{false};
  std::vector<std::string> lines_;
};

TEST_F(RunnerTest, SendsAllOfABoundedSource) {
  const auto result = go(1000, {});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->counts.sent, 1000U);
  EXPECT_EQ(recorder_.values.front(), "0");
  EXPECT_EQ(recorder_.values.back(), "999");
}

TEST_F(RunnerTest, KeepsThePace) {
  ASSERT_TRUE(go(1'000'000, {.rate = 400, .count_max = 800}).has_value());
  ASSERT_EQ(recorder_.at_us.size(), 800U);
  for (std::size_t i = 0; i < recorder_.at_us.size(); ++i) {
    const double due_us = static_cast<double>(i) * 2500;
    EXPECT_GE(static_cast<double>(recorder_.at_us[i]) + 1, due_us) << i;
    EXPECT_LE(static_cast<double>(recorder_.at_us[i]), due_us + 1000) << i;
  }
  EXPECT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_.front().find("1 s: "), 0U) << lines_.front();
}

TEST_F(RunnerTest, StopsAtCountAndAtTime) {
  ASSERT_TRUE(go(1'000'000, {.count_max = 10}).has_value());
  EXPECT_EQ(recorder_.values.size(), 10U);
  recorder_.values.clear();
  ASSERT_TRUE(go(1'000'000, {.rate = 100, .duration_ms = 500}).has_value());
  EXPECT_EQ(recorder_.values.size(), 50U);
}

TEST_F(RunnerTest, GoesOnWithAnEarlierRun) {
  ASSERT_TRUE(go(100, {.from = 40, .count_max = 2}).has_value());
  EXPECT_EQ(recorder_.values, (std::vector<std::string>{"40", "41"}));
}

TEST_F(RunnerTest, LosesNothingWhileTheServerIsAway) {
  recorder_.away_polls = 700;
  const auto result = go(1'000'000, {.rate = 100, .count_max = 100});
  ASSERT_TRUE(result.has_value());
  ASSERT_EQ(recorder_.values.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(recorder_.values[i], std::to_string(i));
  EXPECT_EQ(result->elapsed_us, 990'000);  // the pace has caught up
}

TEST_F(RunnerTest, StopsWhenTold) {
  recorder_.on_poll = [this] { stop_ = recorder_.values.size() >= 5; };
  ASSERT_TRUE(go(1'000'000, {.rate = 100}).has_value());
  EXPECT_EQ(recorder_.values.size(), 5U);
}

TEST_F(RunnerTest, SaysThatTheLastWereNotAnswered) {
  recorder_.finish_status = fail(Code::unavailable, "3 messages not acknowledged");
  const auto result = go(5, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), Code::unavailable);
}

TEST(DescribeRun, SaysWhatWasMeasured) {
  RunResult result{.counts = {.sent = 10, .acknowledged = 10}, .elapsed_us = 2'000'000};
  EXPECT_EQ(describe(result), "10 messages in 2.0 s, 5/s; acknowledged 10, refused 0, repeated 0");
  result.latency.record(1500);
  EXPECT_NE(describe(result).find("p99 1.50 ms"), std::string::npos);
}

}  // namespace
}  // namespace azud::simulate
