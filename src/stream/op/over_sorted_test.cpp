#include "stream/op/over_sorted.h"

#include <algorithm>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/physical_state.h"
#include "stream/op/testing/operator_run.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::RowKind;
using data::Value;
using sql::Aggregate;
using sql::AggregateCall;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::OperatorRun;

/// Key, order, value.
const sql::Schema columns = {{"k", DataType::integer()}, {"o", DataType::integer()}, {"v", DataType::integer()}};

const AggregateCall sum{.function = Aggregate::sum, .arguments = {2}, .type = DataType::integer(), .name = "s"};
const AggregateCall greatest{.function = Aggregate::max, .arguments = {2}, .type = DataType::integer(), .name = "m"};
const AggregateCall count{.function = Aggregate::count_star, .type = DataType::bigint(), .name = "n"};

struct How {
  bool rows = false;
  bool nulls_last = false;
  int64_t ttl_ms = 0;
};

sql::NodePtr sorted_over(std::vector<AggregateCall> calls, How how = {}) {
  auto node = std::make_shared<sql::SortedOverNode>();
  node->id = "sorted-over";
  node->inputs = {testing::input_of(columns, sql::ChangelogMode::retract)};
  node->output = columns;
  for (const AggregateCall& call : calls) node->output.push_back({call.name, call.type});
  node->partition_by = {0};
  node->order_by = 1;
  node->rows = how.rows;
  node->nulls_last = how.nulls_last;
  node->state_ttl_ms = how.ttl_ms;
  node->aggregates = std::move(calls);
  return node;
}

const OperatorRun::Options by_key{.parallelism = 1, .keys = {0}};

std::vector<std::string> step(OperatorRun& run, std::vector<Value> row, RowKind kind = RowKind::insert) {
  run.row(std::move(row), kind);
  run.end_epoch();
  return run.take_output();
}

TEST(OverSorted, ANewRowUpdatesThoseAfterIt) {
  OperatorRun run(sorted_over({sum}), by_key);
  EXPECT_THAT(step(run, {1, 30, 3}), ElementsAre("+I[1, 30, 3, 3]"));
  EXPECT_THAT(step(run, {1, 10, 1}), ElementsAre("+I[1, 10, 1, 1]", "-U[1, 30, 3, 3]", "+U[1, 30, 3, 4]"));
  EXPECT_THAT(step(run, {2, 5, 9}), ElementsAre("+I[2, 5, 9, 9]"));
  EXPECT_THAT(step(run, {1, 20, 2}), ElementsAre("+I[1, 20, 2, 3]", "-U[1, 30, 3, 4]", "+U[1, 30, 3, 6]"));
}

TEST(OverSorted, PeersOfARangeShareTheirResult) {
  OperatorRun run(sorted_over({sum}), by_key);
  step(run, {1, 10, 1});
  EXPECT_THAT(step(run, {1, 10, 2}), ElementsAre("-U[1, 10, 1, 1]", "+U[1, 10, 1, 3]", "+I[1, 10, 2, 3]"));
  EXPECT_THAT(step(run, {1, 10, 1}, RowKind::remove),
              ElementsAre("-D[1, 10, 1, 3]", "-U[1, 10, 2, 3]", "+U[1, 10, 2, 2]"));
}

TEST(OverSorted, EachRowOfRowsHasItsOwn) {
  OperatorRun run(sorted_over({sum}, {.rows = true}), by_key);
  step(run, {1, 10, 1});
  EXPECT_THAT(step(run, {1, 10, 2}), ElementsAre("+I[1, 10, 2, 3]"));
  EXPECT_THAT(step(run, {1, 10, 4}), ElementsAre("+I[1, 10, 4, 7]"));
  EXPECT_THAT(step(run, {1, 10, 2}, RowKind::update_before),
              ElementsAre("-D[1, 10, 2, 3]", "-U[1, 10, 4, 7]", "+U[1, 10, 4, 5]"));
  EXPECT_THAT(step(run, {1, 10, 2}, RowKind::update_after), ElementsAre("+U[1, 10, 2, 7]"));
}

TEST(OverSorted, NothingAfterUnchangedAggregatesIsTouched) {
  OperatorRun run(sorted_over({greatest}), by_key);
  step(run, {1, 10, 5});
  step(run, {1, 20, 3});
  EXPECT_THAT(step(run, {1, 15, 4}), ElementsAre("+I[1, 15, 4, 5]"));
  EXPECT_THAT(step(run, {1, 10, 2}), ElementsAre("+I[1, 10, 2, 5]"));
  EXPECT_THAT(step(run, {1, 15, 4}, RowKind::remove), ElementsAre("-D[1, 15, 4, 5]"));
  EXPECT_THAT(
      step(run, {1, 10, 5}, RowKind::remove),
      ElementsAre("-D[1, 10, 5, 5]", "-U[1, 10, 2, 5]", "+U[1, 10, 2, 2]", "-U[1, 20, 3, 5]", "+U[1, 20, 3, 3]"));
}

TEST(OverSorted, ASumThatLooksTheSameIsUpdated) {
  OperatorRun run(sorted_over({sum}), by_key);
  step(run, {1, 20, 7});
  EXPECT_THAT(step(run, {1, 10, 0}), ElementsAre("+I[1, 10, 0, 0]", "-U[1, 20, 7, 7]", "+U[1, 20, 7, 7]"));
  EXPECT_THAT(step(run, {1, 10, Value()}), ElementsAre("+I[1, 10, null, 0]"));
}

TEST(OverSorted, NullsStandFirstOrLast) {
  for (const bool last : {false, true}) {
    OperatorRun run(sorted_over({count}, {.nulls_last = last}), by_key);
    step(run, {1, -5, 1});
    const auto out = step(run, {1, Value(), 1});
    if (last)
      EXPECT_THAT(out, ElementsAre("+I[1, null, 1, 2]"));
    else
      EXPECT_THAT(out, ElementsAre("+I[1, null, 1, 1]", "-U[1, -5, 1, 1]", "+U[1, -5, 1, 2]"));
  }
}

TEST(OverSorted, ARowThatWasNeverThereIsNotTakenAway) {
  OperatorRun run(sorted_over({sum}), by_key);
  EXPECT_THAT(step(run, {1, 10, 1}, RowKind::remove), IsEmpty());
  step(run, {1, 10, 1});
  EXPECT_THAT(step(run, {1, 10, 2}, RowKind::remove), IsEmpty());
  EXPECT_THAT(step(run, {1, 11, 1}, RowKind::remove), IsEmpty());
  EXPECT_THAT(step(run, {1, 10, 1}, RowKind::remove), ElementsAre("-D[1, 10, 1, 1]"));
  EXPECT_EQ(run.op().state_rows(), 0);
  EXPECT_EQ(run.op().state_bytes(), 0);
}

TEST(OverSorted, ARowThatComesAndGoesIsNotCommitted) {
  OperatorRun run(sorted_over({sum}), by_key);
  run.row({1, 10, 1}).row({1, 10, 1}, RowKind::remove);
  run.commit();
  EXPECT_EQ(run.last_commit_bytes(), 0);
}

TEST(OverSorted, AKeyIsDroppedAfterItsTtl) {
  OperatorRun run(sorted_over({sum}, {.ttl_ms = 1000}), by_key);
  run.set_wall_ms(10'000);
  step(run, {1, 10, 1});
  run.set_wall_ms(10'600);
  step(run, {1, 20, 2});
  run.commit();
  const auto again = run.restored(1);
  again->set_wall_ms(11'500);
  EXPECT_THAT(step(*again, {1, 30, 4}), ElementsAre("+I[1, 30, 4, 7]"));
  again->set_wall_ms(12'500);
  EXPECT_THAT(step(*again, {1, 40, 8}), ElementsAre("+I[1, 40, 8, 8]"));
  again->commit();
  const auto third = again->restored(1);
  third->set_wall_ms(12'600);
  EXPECT_THAT(step(*third, {1, 50, 16}), ElementsAre("+I[1, 50, 16, 24]"));
}

TEST(OverSorted, ATtlThatIsSetLaterBeginsThen) {
  auto node = std::const_pointer_cast<sql::PhysicalNode>(sorted_over({sum}));
  OperatorRun run(node, by_key);
  run.set_wall_ms(10'000);
  step(run, {1, 10, 1});
  run.commit();
  static_cast<sql::SortedOverNode&>(*node).state_ttl_ms = 1000;
  const auto later = run.restored(1);
  later->set_wall_ms(50'000);
  EXPECT_THAT(step(*later, {1, 20, 2}), ElementsAre("+I[1, 20, 2, 3]"));
  later->set_wall_ms(51'000);
  EXPECT_THAT(step(*later, {1, 30, 4}), ElementsAre("+I[1, 30, 4, 4]"));
}

/// What a table of all rows gives: each key's rows in order, each with the sum and the count up to it.
std::vector<std::string> expected(const std::vector<std::array<int, 3>>& table, bool rows) {
  std::vector<std::array<int, 3>> sorted = table;
  std::ranges::stable_sort(sorted, {}, [](const auto& row) { return std::pair(row[0], row[1]); });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    int total = 0, n = 0;
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      const bool before = sorted[j][0] == sorted[i][0] && (rows ? j <= i : sorted[j][1] <= sorted[i][1]);
      total += before ? sorted[j][2] : 0;
      n += before ? 1 : 0;
    }
    out.push_back(fmt::format("[{}, {}, {}, {}, {}]", sorted[i][0], sorted[i][1], sorted[i][2], total, n));
  }
  std::ranges::sort(out);
  return out;
}

/// The table that the changes make; each must take away only what is there.
std::vector<std::string> folded(const std::vector<std::string>& changes) {
  std::map<std::string, int> table;
  for (const std::string& change : changes) {
    int& times = table[change.substr(2)];
    times += change.starts_with("-") ? -1 : 1;
    EXPECT_GE(times, 0) << change;
  }
  std::vector<std::string> out;
  for (const auto& [row, times] : table) out.insert(out.end(), static_cast<std::size_t>(times), row);
  return out;
}

/// Rows that come and go at random, over restarts on one, two and three workers: the changes make what the table gives.
TEST(OverSorted, ChangesMakeTheTableOverRestarts) {
  for (const bool rows : {false, true}) {
    std::mt19937 random(rows ? 5 : 7);
    const auto below = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
    auto run = std::make_unique<OperatorRun>(sorted_over({sum, count}, {.rows = rows}), by_key);
    std::vector<std::array<int, 3>> table;
    std::vector<std::string> changes;
    for (int round = 0; round < 40; ++round) {
      for (int i = below(30); i > 0; --i) {
        if (!table.empty() && below(3) == 0) {
          const auto gone = table.begin() + below(static_cast<int>(table.size()));
          // Of equal rows the first is taken away: only then ROWS goes by the order of arrival.
          const auto first = std::ranges::find(table, *gone);
          run->row({(*first)[0], (*first)[1], (*first)[2]}, RowKind::remove);
          table.erase(first);
        } else {
          table.push_back({below(4), below(6), below(5) - 2});
          run->row({table.back()[0], table.back()[1], table.back()[2]});
        }
      }
      if (round % 5 == 4)
        run->snapshot();
      else
        run->commit();
      const auto more = run->take_output();
      changes.insert(changes.end(), more.begin(), more.end());
      ASSERT_EQ(folded(changes), expected(table, rows)) << round;
      if (round % 3 == 2) run = run->restored(1 + static_cast<std::size_t>(round) % 3);
    }
  }
}

}  // namespace
}  // namespace azud::stream
