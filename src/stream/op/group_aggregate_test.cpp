#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/physical_state.h"
#include "stream/op/testing/operator_rig.h"
#include "stream/op/testing/operator_run.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::RowKind;
using data::Value;
using sql::Aggregate;
using sql::ChangelogMode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::OperatorRun;

const DataType int_type = DataType::integer(), text_type = DataType::string(), bool_type = DataType::boolean(),
               long_type = DataType::bigint(), double_type = DataType::double_precision();

enum Column : int32_t { key, number, text, hot, real };

sql::AggregateCall call(Aggregate function, int32_t argument, DataType type, bool distinct = false,
                        int32_t filter = -1) {
  std::vector<int32_t> arguments;
  if (argument >= 0) arguments.push_back(argument);
  return {function, std::move(arguments), {}, distinct, filter, std::move(type), "x"};
}

const sql::AggregateCall count_star = call(Aggregate::count_star, -1, long_type);

/// Over (key, number, text, hot, real), by key.
std::shared_ptr<sql::GroupAggregateNode> group(std::vector<sql::AggregateCall> calls,
                                               ChangelogMode mode = ChangelogMode::retract) {
  auto node = std::make_shared<sql::GroupAggregateNode>();
  node->id = "group";
  node->mode = ChangelogMode::retract;
  node->inputs = {testing::input_of(
      {{"k", text_type}, {"n", int_type}, {"t", text_type}, {"h", bool_type}, {"r", double_type}}, mode)};
  node->keys = {key};
  node->output = {{"k", text_type}};
  for (const auto& one : calls) node->output.push_back({"x", one.type});
  node->aggregates = std::move(calls);
  return node;
}

OperatorRun::Options by_key() { return {.keys = {key}}; }

std::vector<Value> row(Value k, Value n, Value t = {}, Value h = {}, Value r = {}) { return {k, n, t, h, r}; }

TEST(GroupAggregate, each_row_updates_its_group) {
  OperatorRun run(group({count_star, call(Aggregate::sum, number, int_type)}, ChangelogMode::insert_only), by_key());
  run.row(row("a", 1)).row(row("b", 5)).row(row("a", 2)).row(row(Value(), Value())).row(row(Value(), 7));
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1, 1]", "+I[b, 1, 5]", "-U[a, 1, 1]", "+U[a, 2, 3]", "+I[null, 1, null]",
                                        "-U[null, 1, null]", "+U[null, 2, 7]"));
}

TEST(GroupAggregate, nothing_comes_out_when_the_result_stays) {
  OperatorRun run(group({call(Aggregate::max, number, int_type), call(Aggregate::min, text, text_type)}), by_key());
  run.row(row("a", 5, "m")).row(row("a", 3, "z")).row(row("a", 3, "z"), RowKind::remove).row(row("a", Value()));
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 5, m]"));
}

TEST(GroupAggregate, leaves_the_old_row_out_where_nobody_needs_it) {
  auto node = group({count_star});
  node->emit_update_before = false;
  OperatorRun run(node, by_key());
  run.row(row("a", 1)).row(row("a", 1)).row(row("a", 1), RowKind::remove).row(row("a", 1), RowKind::remove);
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1]", "+U[a, 2]", "+U[a, 1]", "-D[a, 1]"));
}

TEST(GroupAggregate, a_group_ends_with_its_last_row_and_begins_anew) {
  OperatorRun run(group({call(Aggregate::count, number, long_type)}), by_key());
  run.row(row("a", 1), RowKind::remove).row(row("a", 1), RowKind::update_before);
  run.row(row("a", Value())).row(row("a", Value()), RowKind::update_before).row(row("a", 2), RowKind::update_after);
  run.end_epoch();
  // Rows taken back before there is a group are passed over.
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 0]", "-D[a, 0]", "+I[a, 1]"));
}

TEST(GroupAggregate, extremes_come_back_when_the_best_is_taken_away) {
  OperatorRun run(group({call(Aggregate::max, number, int_type), call(Aggregate::min, text, text_type)}), by_key());
  run.row(row("a", 1, "b")).row(row("a", 9, "a")).row(row("a", 9, "a"));
  run.row(row("a", 9, "a"), RowKind::remove).row(row("a", 9, "a"), RowKind::remove);
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1, b]", "-U[a, 1, b]", "+U[a, 9, a]", "-U[a, 9, a]", "+U[a, 1, b]"));
}

TEST(GroupAggregate, distinct_and_filter) {
  OperatorRun run(group({call(Aggregate::count, number, long_type, true), call(Aggregate::sum, number, int_type, true),
                         call(Aggregate::count_star, -1, long_type, false, hot)}),
                  by_key());
  run.row(row("a", 4, "", true)).row(row("a", 4, "", Value())).row(row("a", 5, "", false));
  run.row(row("a", 4, "", true), RowKind::remove).row(row("a", 4, "", Value()), RowKind::remove);
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1, 4, 1]", "-U[a, 1, 4, 1]", "+U[a, 2, 9, 1]", "-U[a, 2, 9, 1]",
                                        "+U[a, 2, 9, 0]", "-U[a, 2, 9, 0]", "+U[a, 1, 5, 0]"));
}

TEST(GroupAggregate, first_last_and_lists_follow_what_is_taken_back) {
  OperatorRun run(group({call(Aggregate::first_value, number, int_type), call(Aggregate::last_value, number, int_type),
                         call(Aggregate::listagg, text, text_type)}),
                  by_key());
  run.row(row("a", 1, "x")).row(row("a", Value(), Value())).row(row("a", 2, "y"));
  run.row(row("a", 1, "x"), RowKind::remove).row(row("a", 2, "y"), RowKind::remove);
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1, 1, x]", "-U[a, 1, 1, x]", "+U[a, 1, 2, x,y]", "-U[a, 1, 2, x,y]",
                                        "+U[a, 2, 2, y]", "-U[a, 2, 2, y]", "+U[a, null, null, null]"));
}

TEST(GroupAggregate, averages) {
  OperatorRun run(group({call(Aggregate::avg, number, int_type), call(Aggregate::avg, real, double_type)}), by_key());
  run.row(row("a", -1, "", false, 1.0))
      .row(row("a", -2, "", false, 2.0))
      .row(row("a", -1, "", false, 1.0), RowKind::remove);
  run.end_epoch();
  EXPECT_THAT(run.output(),
              ElementsAre("+I[a, -1, 1.0]", "-U[a, -1, 1.0]", "+U[a, -1, 1.5]", "-U[a, -1, 1.5]", "+U[a, -2, 2.0]"));
}

TEST(GroupAggregate, select_distinct_has_no_aggregates) {
  OperatorRun run(group({}), by_key());
  run.row(row("a", 1)).row(row("a", 2)).row(row("a", 1), RowKind::remove).row(row("a", 2), RowKind::remove);
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a]", "-D[a]"));
}

TEST(GroupAggregate, without_keys_there_is_one_group) {
  auto node = group({count_star});
  node->keys = {};
  node->output.erase(node->output.begin());
  OperatorRun run(node, {.parallelism = 3});
  run.end_epoch();
  EXPECT_THAT(run.output(), IsEmpty());
  run.row(row("a", 1)).row(row("b", 1)).row(row("a", 1), RowKind::remove).row(row("b", 1), RowKind::remove);
  run.end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[1]", "-U[1]", "+U[2]", "-U[2]", "+U[1]", "-D[1]"));
}

TEST(GroupAggregate, state_that_no_row_touched_for_the_ttl_is_gone) {
  auto node = group({count_star});
  node->state_ttl_ms = 1000;
  OperatorRun run(node, by_key());
  run.set_wall_ms(5000);
  run.row(row("a", 1)).row(row("b", 1)).end_epoch();
  run.set_wall_ms(5999);
  run.row(row("a", 1)).end_epoch();
  EXPECT_EQ(run.op().state_rows(), 2);
  run.set_wall_ms(6000);
  run.end_epoch();
  EXPECT_EQ(run.op().state_rows(), 1);
  EXPECT_EQ(run.op().next_time(), 6999);
  run.set_wall_ms(6999);
  run.row(row("a", 1)).row(row("b", 1), RowKind::remove).end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 1]", "+I[b, 1]", "-U[a, 1]", "+U[a, 2]", "+I[a, 1]"));
}

TEST(GroupAggregate, with_a_ttl_a_row_that_changes_nothing_is_told_too) {
  auto node = group({call(Aggregate::max, number, int_type)});
  node->state_ttl_ms = 1000;
  OperatorRun run(node, by_key());
  run.set_wall_ms(1);
  run.row(row("a", 2)).row(row("a", 1)).end_epoch();
  EXPECT_THAT(run.output(), ElementsAre("+I[a, 2]", "-U[a, 2]", "+U[a, 2]"));
}

TEST(GroupAggregate, the_ttl_goes_on_after_a_restart) {
  auto node = group({count_star});
  node->state_ttl_ms = 1000;
  OperatorRun run(node, by_key());
  run.set_wall_ms(5000);
  run.row(row("a", 1)).commit();
  auto again = run.restored(2);
  again->set_wall_ms(5500);
  again->row(row("b", 1)).end_epoch();
  again->set_wall_ms(6000);
  again->row(row("a", 1)).row(row("b", 1)).end_epoch();
  EXPECT_THAT(again->sorted_output(), ElementsAre("+I[a, 1]", "+I[b, 1]", "+U[b, 2]", "-U[b, 1]"));
}

TEST(GroupAggregate, a_commit_has_only_what_changed) {
  OperatorRun run(group({count_star}), by_key());
  for (int i = 0; i < 100; ++i) run.row(row(std::to_string(i), i));
  run.commit();
  const uint64_t all = run.last_commit_bytes();
  run.row(row("7", 1)).commit();
  EXPECT_LT(run.last_commit_bytes(), all / 50);
  run.row(row("new", 1)).row(row("new", 1), RowKind::remove).row(row("7", 1), RowKind::remove).commit();
  auto again = run.restored(3);
  again->row(row("new", 1)).row(row("7", 1)).end_epoch();
  EXPECT_THAT(again->sorted_output(), ElementsAre("+I[new, 1]", "+U[7, 2]", "-U[7, 1]"));
}

/// All functions over random changes: equal output however the input is cut, and with a restart at every place.
TEST(GroupAggregate, batches_and_restarts_change_nothing) {
  std::vector<sql::AggregateCall> calls = {count_star,
                                           call(Aggregate::sum, number, int_type),
                                           call(Aggregate::avg, number, int_type),
                                           call(Aggregate::min, number, int_type),
                                           call(Aggregate::max, text, text_type),
                                           call(Aggregate::count, text, long_type, true),
                                           call(Aggregate::listagg, text, text_type, true),
                                           call(Aggregate::first_value, text, text_type),
                                           call(Aggregate::last_value, number, int_type, false, hot),
                                           call(Aggregate::array_agg, number, DataType::array(int_type)),
                                           call(Aggregate::collect, text, DataType::multiset(text_type)),
                                           call(Aggregate::stddev_pop, number, int_type)};
  std::mt19937 random(11);
  struct Step {
    std::vector<Value> values;
    RowKind kind;
  };
  std::vector<Step> steps, held;
  for (int i = 0; i < 200; ++i) {
    if (!held.empty() && random() % 5 < 2) {
      const auto at = held.begin() + static_cast<std::ptrdiff_t>(random() % held.size());
      steps.push_back({at->values, random() % 2 == 0 ? RowKind::remove : RowKind::update_before});
      held.erase(at);
      continue;
    }
    const auto maybe = [&](Value value) { return random() % 6 == 0 ? Value() : value; };
    const std::string letter(1, static_cast<char>('a' + random() % 4));
    steps.push_back({row(maybe(letter), maybe(static_cast<int>(random() % 9)), maybe("t" + letter + letter),
                         maybe(random() % 2 == 0)),
                     random() % 2 == 0 ? RowKind::insert : RowKind::update_after});
    held.push_back(steps.back());
  }
  OperatorRun whole(group(calls), by_key());
  for (const Step& step : steps) whole.row(step.values, step.kind);
  whole.end_epoch();
  for (const std::size_t every : {1, 3, 17}) {
    auto run = std::make_unique<OperatorRun>(group(calls), by_key());
    std::vector<std::string> output;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      run->row(steps[i].values, steps[i].kind);
      if (i % every != 0) continue;
      i % 2 == 0 ? run->commit() : run->snapshot();
      for (std::string& line : run->take_output()) output.push_back(std::move(line));
      run = run->restored(1);
    }
    run->end_epoch(2);
    for (std::string& line : run->take_output()) output.push_back(std::move(line));
    EXPECT_EQ(output, whole.output()) << "a restart every " << every;
  }
}

}  // namespace
}  // namespace azud::stream
