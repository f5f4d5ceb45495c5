#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/physical_state.h"
#include "stream/op/testing/operator_run.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::Value;
using sql::WindowSpec;
using ::testing::ElementsAre;
using testing::input_of;
using ::testing::IsEmpty;
using testing::OperatorRun;

constexpr OperatorRun::Options (*by_key)() = [] { return OperatorRun::Options{.parallelism = 1, .keys = {0}}; };

sql::NodePtr window(WindowSpec spec) {
  auto node = std::make_shared<sql::WindowAggregateNode>();
  node->id = "window";
  node->inputs = {input_of({{"k", DataType::string()}, {"ts", DataType::timestamp(3)}, {"v", DataType::integer()}})};
  spec.time_column = 1;
  node->window = spec;
  node->keys = {0};
  node->aggregates = {{.function = sql::Aggregate::sum, .arguments = {2}, .type = DataType::integer(), .name = "n"}};
  using Column = sql::WindowAggregateNode::WindowColumn;
  node->window_columns = {Column::start, Column::end};
  node->output = {{"k", DataType::string()},
                  {"n", DataType::integer()},
                  {"window_start", DataType::timestamp(3)},
                  {"window_end", DataType::timestamp(3)}};
  return node;
}

std::vector<Value> row(const char* key, int64_t ms, int v) { return {key, ms * 1000, v}; }

TEST(WindowAggregate, TumbleFiresAtEndMinusOneAndDropsLateRows) {
  OperatorRun run(window({.size_ms = 1000}), by_key());
  run.row(row("a", 10, 1)).row(row("a", 999, 2)).row(row("b", 1000, 4)).watermark(998);
  run.commit();
  EXPECT_THAT(run.output(), IsEmpty());
  auto again = run.restored(2);
  again->row(row("a", 0, 8)).watermark(999).row(row("a", 500, 16));
  again->end_epoch();
  EXPECT_THAT(again->output(), ElementsAre("+I[a, 11, 1970-01-01T00:00, 1970-01-01T00:00:01]"));
  EXPECT_EQ(again->late_rows(), 1);
}

TEST(WindowAggregate, HopCountsALateRowInTheWindowsStillOpen) {
  OperatorRun run(window({.kind = WindowSpec::Kind::hop, .size_ms = 2000, .slide_ms = 1000}), by_key());
  run.row(row("a", 10, 1)).watermark(999).row(row("a", 20, 2)).watermark(1999).row(row("a", 30, 4));
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1, 1969-12-31T23:59:59, 1970-01-01T00:00:01]",
                                        "+I[a, 3, 1970-01-01T00:00, 1970-01-01T00:00:02]"));
  EXPECT_EQ(run.late_rows(), 1);
}

TEST(WindowAggregate, CumulateGivesEveryStep) {
  OperatorRun run(window({.kind = WindowSpec::Kind::cumulate, .size_ms = 3000, .slide_ms = 1000}), by_key());
  run.row(row("a", 10, 1)).watermark(999).row(row("a", 20, 2)).watermark(1999);
  run.commit();
  auto again = run.restored(1);
  again->row(row("a", 2500, 4)).watermark(2999);
  again->end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1, 1970-01-01T00:00, 1970-01-01T00:00:01]",
                                        "+I[a, 3, 1970-01-01T00:00, 1970-01-01T00:00:02]"));
  EXPECT_THAT(again->output(), ElementsAre("+I[a, 7, 1970-01-01T00:00, 1970-01-01T00:00:03]"));
}

std::vector<std::string> fired(WindowSpec spec, const std::vector<std::vector<Value>>& rows) {
  OperatorRun run(window(spec), by_key());
  for (const auto& one : rows) run.row(one);
  run.watermark(timestamp_max).end_epoch();
  return run.output();
}

TEST(WindowAggregate, OffsetsMoveTheWindows) {
  EXPECT_THAT(fired({.size_ms = 1000, .offset_ms = 300}, {row("a", 299, 1), row("a", 300, 2)}),
              ElementsAre("+I[a, 1, 1969-12-31T23:59:59.300, 1970-01-01T00:00:00.300]",
                          "+I[a, 2, 1970-01-01T00:00:00.300, 1970-01-01T00:00:01.300]"));
  EXPECT_THAT(fired({.kind = WindowSpec::Kind::hop, .size_ms = 2000, .slide_ms = 1000, .offset_ms = -100},
                    {row("a", 899, 1), row("a", 900, 2)}),
              ElementsAre("+I[a, 1, 1969-12-31T23:59:58.900, 1970-01-01T00:00:00.900]",
                          "+I[a, 3, 1969-12-31T23:59:59.900, 1970-01-01T00:00:01.900]",
                          "+I[a, 2, 1970-01-01T00:00:00.900, 1970-01-01T00:00:02.900]"));
  EXPECT_THAT(fired({.kind = WindowSpec::Kind::cumulate, .size_ms = 2000, .slide_ms = 1000, .offset_ms = 500},
                    {row("a", 500, 1), row("a", 1500, 2)}),
              ElementsAre("+I[a, 1, 1970-01-01T00:00:00.500, 1970-01-01T00:00:01.500]",
                          "+I[a, 3, 1970-01-01T00:00:00.500, 1970-01-01T00:00:02.500]"));
}

TEST(WindowAggregate, AKeyOfHopFiresUntilItsSlicesAreGone) {
  EXPECT_THAT(fired({.kind = WindowSpec::Kind::hop, .size_ms = 3000, .slide_ms = 1000}, {row("a", 5000, 1)}),
              ElementsAre("+I[a, 1, 1970-01-01T00:00:03, 1970-01-01T00:00:06]",
                          "+I[a, 1, 1970-01-01T00:00:04, 1970-01-01T00:00:07]",
                          "+I[a, 1, 1970-01-01T00:00:05, 1970-01-01T00:00:08]"));
}

TEST(WindowAggregate, CumulateCountsALateRowInTheStepsThatRemain) {
  OperatorRun run(window({.kind = WindowSpec::Kind::cumulate, .size_ms = 3000, .slide_ms = 1000}), by_key());
  run.row(row("a", 10, 1)).watermark(1999).row(row("a", 20, 2)).row(row("b", 1500, 4)).watermark(2999);
  run.row(row("a", 2999, 8));
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1, 1970-01-01T00:00, 1970-01-01T00:00:01]",
                                        "+I[a, 1, 1970-01-01T00:00, 1970-01-01T00:00:02]",
                                        "+I[a, 3, 1970-01-01T00:00, 1970-01-01T00:00:03]",
                                        "+I[b, 4, 1970-01-01T00:00, 1970-01-01T00:00:03]"));
  EXPECT_EQ(run.late_rows(), 1);
}

/// Sums of windows that the input brings along, as [k, ts, v, window_start, window_end].
sql::NodePtr cascade(bool zoned = false) {
  auto node = std::make_shared<sql::WindowAggregateNode>(window({.size_ms = 1000})->as<sql::WindowAggregateNode>());
  const DataType boundary = DataType::timestamp(3);
  node->inputs = {input_of({{"k", DataType::string()},
                            {"window_time", boundary},
                            {"v", DataType::integer()},
                            {"window_start", boundary},
                            {"window_end", boundary}})};
  node->window.zoned = zoned;
  node->input_window_start = 3;
  node->input_window_end = 4;
  return node;
}

TEST(WindowAggregate, WindowsOfTheInputAreUsedAsTheyAre) {
  OperatorRun run(cascade(), by_key());
  const auto windowed = [](const char* key, int v, int64_t start_s, int64_t end_s) {
    return std::vector<Value>{key, end_s * 1'000'000 - 1000, v, start_s * 1'000'000, end_s * 1'000'000};
  };
  run.row(windowed("a", 1, 0, 2)).row(windowed("a", 2, 0, 3)).row(windowed("a", 4, 1, 3)).row(windowed("a", 8, 0, 2));
  run.watermark(1999).row(windowed("a", 16, 0, 2)).row(windowed("a", 32, 0, 3)).watermark(2999);
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 9, 1970-01-01T00:00, 1970-01-01T00:00:02]",
                                        "+I[a, 34, 1970-01-01T00:00, 1970-01-01T00:00:03]",
                                        "+I[a, 4, 1970-01-01T00:00:01, 1970-01-01T00:00:03]"));
  EXPECT_EQ(run.late_rows(), 1);
}

TEST(WindowAggregate, WindowsOfTheInputEndInItsZone) {
  OperatorRun run(cascade(true), by_key(), "Asia/Tokyo");
  run.row({"a", int64_t{0}, 1, int64_t{0}, int64_t{1'000'000}}).watermark(999 - 9 * 3'600'000).end_epoch();
  EXPECT_EQ(run.output().size(), 1);
}

TEST(WindowAggregate, DaysOfAZoneWithAChangeOfTheClock) {
  constexpr int64_t hour_ms = 3'600'000;
  const auto ends_of = [](int64_t start_ms, int64_t hours) {
    auto node = std::make_shared<sql::WindowAggregateNode>(
        window({.size_ms = 24 * hour_ms, .zoned = true})->as<sql::WindowAggregateNode>());
    OperatorRun run(node, by_key(), "Europe/Madrid");
    run.row(row("a", start_ms, 1)).row(row("a", start_ms + hours * hour_ms - 1, 2));
    run.row(row("a", start_ms - 1, 4)).row(row("a", start_ms + hours * hour_ms, 8));
    run.watermark(start_ms + hours * hour_ms - 2).end_epoch();
    EXPECT_EQ(run.take_output().size(), 1) << "the day before";
    run.watermark(start_ms + hours * hour_ms - 1).end_epoch();
    return run.take_output();
  };
  // 31 March 2024 has 23 hours in Madrid, 27 October 25.
  EXPECT_THAT(ends_of(1711839600000, 23), ElementsAre("+I[a, 3, 2024-03-31T00:00, 2024-04-01T00:00]"));
  EXPECT_THAT(ends_of(1729980000000, 25), ElementsAre("+I[a, 3, 2024-10-27T00:00, 2024-10-28T00:00]"));
}

TEST(WindowAggregate, WhatIsTakenBackBeforeTheEndDoesNotCount) {
  auto node = std::make_shared<sql::WindowAggregateNode>(window({.size_ms = 1000})->as<sql::WindowAggregateNode>());
  node->inputs = {input_of(node->inputs[0]->output, sql::ChangelogMode::retract)};
  OperatorRun run(node, by_key());
  run.row(row("a", 1, 1)).row(row("b", 1, 2)).row(row("a", 1, 1), data::RowKind::update_before);
  run.row(row("a", 2, 7), data::RowKind::update_after).row(row("b", 1, 2), data::RowKind::remove);
  run.watermark(999).end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 7, 1970-01-01T00:00, 1970-01-01T00:00:01]"));
}

TEST(WindowAggregate, OnTheWallClock) {
  for (const bool restart : {false, true}) {
    auto run = std::make_unique<OperatorRun>(
        window({.kind = WindowSpec::Kind::hop, .size_ms = 2000, .slide_ms = 1000, .proctime = true}), by_key());
    std::vector<std::string> output;
    const auto at = [&](int64_t wall_ms, int v) {
      run->set_wall_ms(wall_ms);
      if (v > 0) run->row(row("a", wall_ms, v));
      run->commit();
      for (std::string& line : run->take_output()) output.push_back(std::move(line));
      if (restart) run = run->restored(3);
    };
    at(500, 1);
    at(999, 2);
    EXPECT_THAT(output, IsEmpty());
    at(1000, 4);
    EXPECT_THAT(output, ElementsAre("+I[a, 3, 1969-12-31T23:59:59, 1970-01-01T00:00:01]"));
    at(1500, 0);
    EXPECT_EQ(output.size(), 1);
    at(3500, 0);
    EXPECT_EQ(output.size(), 3);
    EXPECT_EQ(output.back(), "+I[a, 4, 1970-01-01T00:00:01, 1970-01-01T00:00:03]");
    at(9000, 0);
    EXPECT_EQ(output.size(), 3);
    run->watermark(timestamp_max).end_epoch();
    EXPECT_THAT(run->take_output(), IsEmpty());
  }
}

/// Rows out of order with late ones among them, by the definition: a row counts in the windows that end after the
/// watermark at its arrival.
TEST(WindowAggregate, SameResultsHoweverRun) {
  constexpr int64_t size_ms = 4000, slide_ms = 1000;
  for (const auto kind : {WindowSpec::Kind::tumble, WindowSpec::Kind::hop, WindowSpec::Kind::cumulate}) {
    std::mt19937 random(static_cast<unsigned>(kind) + 3);
    struct Step {
      const char* key;
      int64_t ms;
      int v;
      int64_t watermark;  ///< after it
    };
    std::vector<Step> steps;
    std::map<std::pair<int64_t, int64_t>, std::map<std::string, int>> sums;
    std::size_t late = 0;
    int64_t watermark = -1;
    for (int i = 0; i < 300; ++i) {
      const int64_t ms = std::max<int64_t>(0, watermark + static_cast<int64_t>(random() % 12000) - 9000);
      const char* key = random() % 2 == 0 ? "a" : "b";
      const int64_t before = watermark;
      if (random() % 3 == 0) watermark += static_cast<int64_t>(random() % 900);
      steps.push_back({key, ms, i, watermark});
      bool counted = false;
      const int64_t width = kind == WindowSpec::Kind::tumble ? size_ms : slide_ms;
      for (int64_t end = (ms / width + 1) * width; end <= ms + size_ms; end += width) {
        int64_t start = end - size_ms;
        if (kind == WindowSpec::Kind::cumulate) start = ms / size_ms * size_ms;
        if (end > start + size_ms || before >= end - 1) continue;
        sums[{end, start}][key] += i;
        counted = true;
      }
      late += counted ? 0 : 1;
    }
    // CUMULATE repeats a key's sum in the steps that bring nothing new.
    std::vector<std::string> expected;
    if (kind != WindowSpec::Kind::cumulate)
      for (const auto& [span, keys] : sums)
        for (const auto& [key, sum] : keys) expected.push_back(key + " " + std::to_string(sum));
    std::vector<std::string> first;
    for (const std::size_t every : {300, 1, 7}) {
      auto run =
          std::make_unique<OperatorRun>(window({.kind = kind, .size_ms = size_ms, .slide_ms = slide_ms}), by_key());
      std::vector<std::string> output;
      std::size_t late_rows = 0;
      const auto gather = [&] {
        for (std::string& line : run->take_output()) output.push_back(std::move(line));
      };
      for (std::size_t i = 0; i < steps.size(); ++i) {
        run->row(row(steps[i].key, steps[i].ms, steps[i].v)).watermark(steps[i].watermark);
        if (i % every != every - 1) continue;
        i % 2 == 0 ? run->commit() : run->snapshot();
        gather();
        late_rows += run->late_rows();
        run = run->restored(1 + i % 3);
      }
      run->watermark(timestamp_max).end_epoch(3);
      gather();
      EXPECT_EQ(late_rows + run->late_rows(), late);
      std::ranges::sort(output);
      if (first.empty()) first = output;
      EXPECT_EQ(output, first) << "a restart every " << every;
    }
    EXPECT_GT(late, 0);
    if (expected.empty()) continue;
    std::vector<std::string> sums_only;
    for (const std::string& line : first)
      sums_only.push_back(line.substr(3, 1) + " " + line.substr(6, line.find(',', 6) - 6));
    std::ranges::sort(sums_only);
    std::ranges::sort(expected);
    EXPECT_EQ(sums_only, expected);
  }
}

}  // namespace
}  // namespace azud::stream
