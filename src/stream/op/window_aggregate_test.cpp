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

}  // namespace
}  // namespace azud::stream
