#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/physical_state.h"
#include "stream/op/testing/operator_run.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::Value;
using sql::Aggregate;
using sql::AggregateCall;
using ::testing::ElementsAre;
using testing::input_of;
using ::testing::IsEmpty;
using testing::OperatorRun;

const sql::Schema readings = {{"id", DataType::integer()},
                              {"ts", DataType::timestamp(3), sql::TimeAttribute::rowtime},
                              {"v", DataType::integer()},
                              {"d", DataType::double_precision()},
                              {"s", DataType::string()}};

AggregateCall call(Aggregate function, int32_t argument, DataType type) {
  AggregateCall made{.function = function, .type = std::move(type), .name = "x"};
  if (argument >= 0) made.arguments = {argument};
  return made;
}
const AggregateCall sum_v = call(Aggregate::sum, 2, DataType::integer());
const AggregateCall count = call(Aggregate::count_star, -1, DataType::bigint());
/// Not of the kind that short frames have an operator of their own for.
const AggregateCall last_s = call(Aggregate::last_value, 4, DataType::string());

sql::NodePtr over(bool rows, std::optional<int64_t> preceding, std::vector<AggregateCall> calls) {
  auto node = std::make_shared<sql::OverNode>();
  node->id = "over";
  node->inputs = {input_of(readings)};
  node->output = readings;
  for (const AggregateCall& one : calls) node->output.push_back({one.name, one.type});
  node->partition_by = {0};
  node->order_by = 1;
  node->rows = rows;
  node->preceding = preceding;
  node->aggregates = std::move(calls);
  return node;
}

std::vector<Value> reading(int id, int64_t ms, int v) { return {id, ms * 1000, v, v * 0.1, std::to_string(v)}; }

/// The results only: what follows the input's columns.
std::vector<std::string> results(const std::vector<std::string>& rows) {
  std::vector<std::string> cut;
  for (const std::string& row : rows) {
    std::size_t at = 0;
    for (int i = 0; i < 5; ++i) at = row.find(", ", at) + 2;
    cut.push_back(row.substr(at, row.size() - at - 1));
  }
  return cut;
}

const OperatorRun::Options by_id{.parallelism = 1, .keys = {0}};

TEST(Over, ShortRowsFrame) {
  OperatorRun run(over(true, 2, {sum_v, count}), by_id);
  run.row(reading(1, 10, 1)).row(reading(1, 12, 3)).row(reading(1, 11, 2)).row(reading(2, 10, 7)).watermark(11);
  run.end_epoch();
  EXPECT_THAT(results(run.take_output()), ElementsAre("1, 1", "7, 1", "3, 2"));
  run.row(reading(1, 13, 4)).row(reading(1, 13, 5)).watermark(20);
  run.end_epoch();
  EXPECT_THAT(results(run.take_output()), ElementsAre("6, 3", "9, 3", "12, 3"));
}

TEST(Over, ShortFrameOfEveryFunction) {
  std::vector<AggregateCall> calls;
  for (const Aggregate function : {Aggregate::count, Aggregate::avg, Aggregate::min, Aggregate::max,
                                   Aggregate::first_value, Aggregate::last_value, Aggregate::sum0})
    calls.push_back(call(function, 2, function == Aggregate::count ? DataType::bigint() : DataType::integer()));
  OperatorRun run(over(true, 1, calls), by_id);
  std::vector<Value> null = reading(1, 2, 0);
  null[2] = Value();
  run.row(reading(1, 1, -5)).row(null).row(null).row(reading(1, 3, -8)).row(reading(1, 4, 1)).watermark(9);
  run.end_epoch();
  EXPECT_THAT(results(run.output()), ElementsAre("1, -5, -5, -5, -5, -5, -5", "1, -5, -5, -5, -5, -5, -5",
                                                 "0, null, null, null, null, null, 0", "1, -8, -8, -8, -8, -8, -8",
                                                 "2, -3, -8, 1, -8, 1, -7"));
}

TEST(Over, RangeFrameHasPeers) {
  OperatorRun run(over(false, 5, {sum_v, count}), by_id);
  run.row(reading(1, 10, 1)).row(reading(1, 12, 2)).row(reading(1, 12, 4)).row(reading(1, 15, 8)).watermark(14);
  run.end_epoch();
  EXPECT_THAT(results(run.take_output()), ElementsAre("1, 1", "7, 3", "7, 3"));
  run.row(reading(1, 16, 16)).watermark(20);
  run.end_epoch();
  EXPECT_THAT(results(run.take_output()), ElementsAre("15, 4", "30, 4"));
}

TEST(Over, UnboundedRangeAndRows) {
  for (const bool rows : {false, true}) {
    OperatorRun run(over(rows, std::nullopt, {sum_v, call(Aggregate::row_number, -1, DataType::bigint())}), by_id);
    run.row(reading(1, 1, 1)).row(reading(1, 1, 2)).row(reading(1, 2, 4)).watermark(5);
    run.end_epoch();
    if (rows)
      EXPECT_THAT(results(run.output()), ElementsAre("1, 1", "3, 2", "7, 3"));
    else
      EXPECT_THAT(results(run.output()), ElementsAre("3, 2", "3, 2", "7, 3"));
  }
}

TEST(Over, LateByTheWatermarkIfUnbounded) {
  OperatorRun run(over(true, std::nullopt, {sum_v}), by_id);
  run.row(reading(1, 10, 1)).watermark(10).row(reading(1, 10, 2)).row(reading(1, 11, 4)).watermark(20);
  run.end_epoch();
  EXPECT_THAT(results(run.output()), ElementsAre("1", "5"));
  EXPECT_EQ(run.late_rows(), 1);
}

TEST(Over, LateByTheKeysLastRowIfBounded) {
  for (const auto& calls : {std::vector{sum_v}, std::vector{sum_v, last_s}}) {
    OperatorRun run(over(true, 1, calls), by_id);
    run.row(reading(1, 10, 1)).row(reading(2, 30, 9)).watermark(30);
    run.row(reading(1, 10, 2)).row(reading(1, 11, 4)).row(reading(2, 30, 9)).row(reading(3, 1, 5));
    run.end_epoch();
    EXPECT_EQ(run.late_rows(), 2);
    EXPECT_EQ(run.take_output().size(), 2);
    // They wait for the next watermark and leave in the order of their time.
    run.commit();
    auto again = run.restored(2);
    again->row(reading(1, 9, 100)).watermark(31);
    again->end_epoch();
    EXPECT_EQ(again->late_rows(), 1);
    const auto rows = results(again->output());
    ASSERT_EQ(rows.size(), 2);
    EXPECT_THAT(again->sorted_output()[0], ::testing::HasSubstr("11, 4"));
  }
}

TEST(Over, AHealthySensorCostsACommitNothing) {
  OperatorRun run(over(true, 2, {sum_v}), {.parallelism = 1, .keys = {0}, .in_order = true});
  for (int i = 1; i < 4; ++i) run.row(reading(1, i, 0));
  run.watermark(3);
  run.commit();
  EXPECT_GT(run.last_commit_bytes(), 0);
  run.row(reading(1, 5, 0)).watermark(5);
  run.commit();
  EXPECT_EQ(run.last_commit_bytes(), 0);
  run.row(reading(1, 6, 1)).watermark(6);
  run.commit();
  EXPECT_GT(run.last_commit_bytes(), 0);
}

TEST(Over, WhereRowsMayBeLateTheTimeOfAKeysLastRowOutlivesARestart) {
  OperatorRun run(over(true, 2, {sum_v}), by_id);
  run.row(reading(1, 10, 1)).row(reading(2, 30, 9)).watermark(30);
  run.commit();
  run.row(reading(1, 12, 1)).row(reading(2, 31, 9)).watermark(31);
  run.commit();
  auto again = run.restored(2);
  again->row(reading(1, 12, 1)).row(reading(1, 13, 4)).row(reading(2, 31, 1)).watermark(32);
  again->end_epoch();
  EXPECT_EQ(again->late_rows(), 2);
  EXPECT_EQ(again->output().size(), 1);
}

struct Feed {
  std::vector<std::vector<Value>> rows;
  std::vector<TimestampMs> watermarks;
};

std::vector<std::string> difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> only_a;
  std::ranges::set_difference(a, b, std::back_inserter(only_a));
  return only_a;
}

Feed random_feed(std::mt19937& random, int count_of_rows) {
  Feed feed;
  int64_t time = 100;
  TimestampMs watermark = 0;
  for (int i = 0; i < count_of_rows; ++i) {
    time += random() % 4;
    const int64_t behind = random() % 5 == 0 ? random() % 20 : random() % 3;
    feed.rows.push_back(reading(static_cast<int>(random() % 5), time - behind, static_cast<int>(random() % 10)));
    watermark = std::max<TimestampMs>(watermark, time - 4);
    feed.watermarks.push_back(watermark);
  }
  return feed;
}

/// However rows are cut into batches and epochs, whatever the number of workers, with a restart in the middle.
TEST(Over, SameResultsHoweverRun) {
  std::mt19937 random(7);
  const std::vector<std::vector<AggregateCall>> lists = {
      {sum_v, call(Aggregate::max, 2, DataType::integer())},
      {sum_v, last_s, call(Aggregate::avg, 3, DataType::double_precision())}};
  for (const auto& calls : lists)
    for (const bool rows : {false, true})
      for (const std::optional<int64_t> preceding : {std::optional<int64_t>(3), std::optional<int64_t>()}) {
        const Feed feed = random_feed(random, 300);
        const sql::NodePtr node = over(rows, preceding, calls);
        OperatorRun one(node, by_id);
        for (std::size_t i = 0; i < feed.rows.size(); ++i) {
          one.row(feed.rows[i]).watermark(feed.watermarks[i]);
          one.end_epoch();
        }
        auto many = std::make_unique<OperatorRun>(node, OperatorRun::Options{.parallelism = 2, .keys = {0}});
        std::vector<std::string> output;
        std::size_t late = 0;
        for (std::size_t i = 0; i < feed.rows.size(); ++i) {
          many->row(feed.rows[i]).watermark(feed.watermarks[i]);
          if (random() % 10 == 0) many->end_epoch(1 + random() % 7);
          if (random() % 20 == 0) many->commit();
          if (i % 60 == 50) {
            random() % 2 == 0 ? many->commit() : many->snapshot();
            output.insert(output.end(), many->output().begin(), many->output().end());
            late += many->late_rows();
            many = many->restored(1 + random() % 4);
          }
        }
        many->end_epoch();
        output.insert(output.end(), many->output().begin(), many->output().end());
        std::ranges::sort(output);
        EXPECT_THAT(difference(output, one.sorted_output()), IsEmpty()) << rows << " " << calls.size();
        EXPECT_THAT(difference(one.sorted_output(), output), IsEmpty());
        EXPECT_EQ(late + many->late_rows(), one.late_rows());
        EXPECT_GT(one.late_rows(), 0);
      }
}

TEST(Over, LagCountsBackFromTheLastRowOfATime) {
  auto lag = call(Aggregate::lag, 2, DataType::integer());
  lag.constants = {int64_t{1}, Value()};
  auto lag2 = call(Aggregate::lag, 2, DataType::integer());
  lag2.constants = {int64_t{2}, Value(-1)};
  for (const auto& calls : {std::vector{lag, lag2}, std::vector{lag, lag2, last_s}}) {
    OperatorRun run(over(false, std::nullopt, calls), by_id);
    run.row(reading(1, 1, 1)).row(reading(1, 2, 2)).row(reading(2, 2, 9)).row(reading(1, 2, 3)).watermark(2);
    run.commit();
    auto rows = results(run.take_output());
    auto again = run.restored(2);
    again->row(reading(1, 3, 4)).watermark(3).end_epoch();
    rows.push_back(results(again->output()).at(0));
    std::vector<std::string> cut;
    for (const std::string& one : rows) cut.push_back(one.substr(0, one.find(", ", one.find(", ") + 2)));
    EXPECT_THAT(cut, ElementsAre("null, -1", "2, 1", "null, -1", "2, 1", "3, 2"));
  }
}

sql::NodePtr over_proctime(bool rows, std::optional<int64_t> preceding, std::vector<AggregateCall> calls) {
  auto node = std::make_shared<sql::OverNode>(over(rows, preceding, std::move(calls))->as<sql::OverNode>());
  node->proctime = true;
  return node;
}

TEST(Over, OnTheWallClockRowsGoOnAtOnce) {
  auto lag = call(Aggregate::lag, 2, DataType::integer());
  lag.constants = {int64_t{1}, Value()};
  OperatorRun run(over_proctime(false, std::nullopt, {sum_v, lag}), by_id);
  run.row(reading(1, 5, 1)).row(reading(1, 5, 2)).row(reading(2, 5, 7)).end_epoch();
  EXPECT_THAT(results(run.take_output()), ElementsAre("1, null", "3, 1", "7, null"));
  run.commit();
  auto again = run.restored(2);
  again->row(reading(1, 5, 4)).end_epoch();
  EXPECT_THAT(results(again->output()), ElementsAre("7, 2"));
}

TEST(Over, OnTheWallClockWithABound) {
  OperatorRun rows(over_proctime(true, 1, {sum_v}), by_id);
  rows.row(reading(1, 5, 1)).row(reading(1, 5, 2)).row(reading(1, 5, 4)).end_epoch();
  EXPECT_THAT(results(rows.output()), ElementsAre("1", "3", "6"));
  // The rows of an epoch are of one time.
  OperatorRun range(over_proctime(false, 10, {sum_v}), by_id);
  range.set_wall_ms(100);
  range.row(reading(1, 100, 1)).row(reading(1, 100, 2)).end_epoch(1);
  EXPECT_THAT(results(range.take_output()), ElementsAre("3", "3"));
  range.set_wall_ms(110);
  range.row(reading(1, 110, 4)).commit();
  EXPECT_THAT(results(range.take_output()), ElementsAre("7"));
  auto again = range.restored(2);
  again->set_wall_ms(111);
  again->row(reading(1, 111, 8)).commit();
  EXPECT_THAT(results(again->take_output()), ElementsAre("12"));
  again->set_wall_ms(1000);
  again->commit();
  EXPECT_EQ(again->op(0).state_rows() + again->op(1).state_rows(), 0);
  EXPECT_EQ(again->restored(1)->op().state_rows(), 0);
}

TEST(Over, AKeyWithoutRowsIsDroppedAfterTheTtl) {
  for (const bool rows : {false, true}) {
    auto node = std::make_shared<sql::OverNode>(
        over(rows, rows ? std::optional<int64_t>(5) : std::nullopt, {sum_v})->as<sql::OverNode>());
    node->state_ttl_ms = 1000;
    OperatorRun run(node, by_id);
    run.set_wall_ms(10'000);
    run.row(reading(1, 1, 1)).row(reading(2, 1, 1)).watermark(1).commit();
    auto again = run.restored(1);
    again->set_wall_ms(10'600);
    again->row(reading(2, 2, 2)).watermark(2).commit();
    EXPECT_THAT(results(again->take_output()), ElementsAre("3"));
    again->set_wall_ms(11'500);
    again->commit();
    auto third = again->restored(1);
    third->set_wall_ms(11'501);
    third->row(reading(1, 3, 4)).row(reading(2, 3, 4)).watermark(3).commit();
    EXPECT_THAT(results(third->take_output()), ElementsAre("4", "7"));
  }
}

}  // namespace
}  // namespace azud::stream
