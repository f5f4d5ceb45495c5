#include "stream/run/runtime.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "sql/plan/physical_rows.h"
#include "sql/plan/physical_state.h"
#include "stream/run/testing/flow.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::Value;
using sql::Expression;
using sql::Function;
using testing::Flow;
using testing::MemoryTables;

const DataType int_type = DataType::integer(), time_type = DataType::timestamp(3), text_type = DataType::string();
const sql::Schema schema = {{"id", int_type}, {"v", text_type}, {"ts", time_type, sql::TimeAttribute::rowtime}};

sql::TablePtr table_of(const std::string& name, const sql::Schema& columns) {
  auto table = std::make_shared<sql::TableDefinition>();
  table->name = name;
  for (const sql::Field& field : columns) table->columns.push_back({.name = field.name, .type = field.type});
  return table;
}

sql::NodePtr scan(const std::string& name) {
  auto node = std::make_shared<sql::ScanNode>();
  node->id = "scan " + name;
  node->table = table_of(name, schema);
  node->read = {0, 1, 2};
  node->output = schema;
  return node;
}

/// WATERMARK FOR ts AS ts - delay.
sql::NodePtr watermark(const sql::NodePtr& input, int64_t delay_ms, int64_t idle_ms = 0, bool record_time = false) {
  auto node = std::make_shared<sql::WatermarkNode>();
  node->id = "watermark " + input->id;
  node->inputs = {input};
  node->output = schema;
  node->rowtime = 2;
  node->idle_timeout_ms = idle_ms;
  node->rowtime_is_record_timestamp = record_time;
  node->watermark = Expression::call(
      Function::minus_interval,
      {Expression::column(2, time_type), Expression::constant(delay_ms, DataType::of(data::TypeKind::interval_ms))},
      time_type);
  return node;
}

sql::NodePtr both(const sql::NodePtr& a, const sql::NodePtr& b) {
  auto node = std::make_shared<sql::UnionNode>();
  node->id = "union";
  node->inputs = {a, b};
  node->output = schema;
  return node;
}

/// LAG(v) OVER (PARTITION BY id ORDER BY ts), with its exchange.
sql::NodePtr lag(const sql::NodePtr& input) {
  auto exchange = std::make_shared<sql::ExchangeNode>();
  exchange->id = "exchange";
  exchange->inputs = {input};
  exchange->output = schema;
  exchange->keys = {0};
  auto node = std::make_shared<sql::OverNode>();
  node->id = "over";
  node->inputs = {exchange};
  node->output = schema;
  node->output.push_back({"before", text_type});
  node->partition_by = {0};
  node->order_by = 2;
  node->aggregates = {{.function = sql::Aggregate::lag, .arguments = {1}, .type = text_type, .name = "before"}};
  return node;
}

sql::PhysicalPlan plan_of(const sql::NodePtr& input, std::vector<int32_t> key = {}) {
  auto node = std::make_shared<sql::SinkNode>();
  node->id = "sink";
  node->table = table_of("out", input->output);
  node->inputs = {input};
  for (std::size_t i = 0; i < input->output.size(); ++i) node->written.push_back(static_cast<int32_t>(i));
  node->key = std::move(key);
  return {.sinks = {node}};
}

testing::MemoryRow row(int id, const std::string& v, int64_t ms, data::RowKind kind = data::RowKind::insert) {
  return {kind, {id, v, ms * 1000}};
}

struct World {
  MemoryTables tables;
  io::ManualClock clock{1'000'000};
  std::vector<std::string>& written() { return tables.table("out").written; }
};

void must(const Status& status) { ASSERT_TRUE(status) << status.error().to_text(); }
template <class T>
T must(Result<T> result) {
  EXPECT_TRUE(result) << result.error().to_text();
  return *std::move(result);
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  return lines;
}

TEST(Runtime, rows_come_out_with_the_commit_in_order) {
  World world;
  world.tables.add("t", 2);
  world.tables.add("out");
  Flow flow(plan_of(scan("t")), world.tables, world.clock);
  must(flow.start(1));
  for (int i = 0; i < 4; ++i) world.tables.append("t", row(i, "x", i), static_cast<std::size_t>(i % 2));
  EXPECT_FALSE(must(flow.run()));
  EXPECT_TRUE(world.written().empty());
  must(flow.commit());
  EXPECT_EQ(world.written().size(), 4U);
  EXPECT_EQ(world.written()[3], "+I[3, x, 1970-01-01T00:00:00.003]");
}

/// Each row of t, 2^levels times, to a sink in a later stage.
sql::PhysicalPlan many_times(int levels) {
  sql::NodePtr node = scan("t");
  for (int i = 0; i < levels; ++i) {
    node = both(node, node);
    std::const_pointer_cast<sql::PhysicalNode>(node)->id = "union" + std::to_string(i);
  }
  return plan_of(lag(node));
}

TEST(Runtime, rows_without_measure_fail_the_epoch) {
  World world;
  world.tables.add("t", 1);
  world.tables.add("out");
  Flow flow(many_times(16), world.tables, world.clock);
  flow.options.waiting_bytes_max = 1 << 20;
  must(flow.start(1));
  world.tables.append("t", row(1, "x", 1), 0);
  const auto swept = flow.sweep();
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error().message(), "one step makes more than 1 MiB of rows at once");
}

TEST(Runtime, an_epoch_can_be_given_up) {
  World world;
  world.tables.add("t", 1);
  world.tables.add("out");
  Flow flow(many_times(2), world.tables, world.clock);
  std::atomic<int64_t> give_up_at_us = 0;
  flow.options.give_up_at_us = &give_up_at_us;
  must(flow.start(1));
  world.tables.append("t", row(1, "x", 1), 0);
  must(flow.run());
  world.clock.advance_ms(1);
  give_up_at_us = world.clock.monotonic_us();
  world.tables.append("t", row(2, "x", 2), 0);
  const auto swept = flow.sweep();
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error().code(), Code::cancelled);
}

TEST(Runtime, what_was_not_committed_is_done_again) {
  World world;
  world.tables.add("t");
  world.tables.add("out");
  Flow flow(plan_of(scan("t")), world.tables, world.clock);
  must(flow.start(1));
  world.tables.append("t", row(1, "x", 1));
  must(flow.run());
  must(flow.commit());
  world.tables.append("t", row(2, "x", 2));
  must(flow.run());
  must(flow.start(2));
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(world.written(),
            (std::vector<std::string>{"+I[1, x, 1970-01-01T00:00:00.001]", "+I[2, x, 1970-01-01T00:00:00.002]"}));
}

TEST(Runtime, a_row_goes_before_the_watermark_it_causes) {
  World world;
  world.tables.add("t");
  world.tables.add("out");
  Flow flow(plan_of(lag(watermark(scan("t"), 0))), world.tables, world.clock);
  must(flow.start(1));
  for (const auto& [v, ms] : {std::pair("a", 10), {"b", 5}, {"c", 10}, {"d", 11}})
    world.tables.append("t", row(1, v, ms));
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(world.written(), (std::vector<std::string>{"+I[1, a, 1970-01-01T00:00:00.010, null]",
                                                       "+I[1, d, 1970-01-01T00:00:00.011, a]"}));
  EXPECT_EQ(flow.late(), (std::vector<std::string>{"[1, b, 1970-01-01T00:00:00.005] at watermark 10",
                                                   "[1, c, 1970-01-01T00:00:00.010] at watermark 10"}));
}

TEST(Runtime, the_slowest_split_and_the_slower_input_hold_all_back) {
  World world;
  world.tables.add("a", 2);
  world.tables.add("b");
  world.tables.add("out");
  Flow flow(plan_of(lag(both(watermark(scan("a"), 0), watermark(scan("b"), 0)))), world.tables, world.clock);
  must(flow.start(2));
  world.tables.append("a", row(1, "x", 10), 0);
  world.tables.append("b", row(1, "y", 9));
  must(flow.run());
  must(flow.commit());
  EXPECT_TRUE(world.written().empty());  // split a-1 has said nothing
  world.tables.append("a", row(1, "z", 20), 1);
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(world.written(), (std::vector<std::string>{"+I[1, y, 1970-01-01T00:00:00.009, null]"}));
  world.tables.end_all();
  EXPECT_TRUE(must(flow.run()));
  must(flow.commit());
  EXPECT_EQ(world.written().size(), 3U);
  EXPECT_EQ(world.written()[2], "+I[1, z, 1970-01-01T00:00:00.020, x]");
}

TEST(Runtime, idle_splits_are_left_out_after_their_time) {
  World world;
  world.tables.add("t", 2);
  world.tables.add("out");
  Flow flow(plan_of(lag(watermark(scan("t"), 0, 1000))), world.tables, world.clock);
  must(flow.start(1));
  world.tables.append("t", row(1, "x", 10), 0);
  must(flow.run());
  world.clock.advance_ms(900);
  world.tables.append("t", row(1, "y", 12), 0);
  must(flow.run());
  must(flow.commit());
  EXPECT_TRUE(world.written().empty());
  world.clock.advance_ms(200);
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(world.written().size(), 2U);
}

TEST(Runtime, the_logs_clock_moves_the_watermark_without_rows) {
  World world;
  world.tables.add("t", 2);
  world.tables.add("out");
  world.tables.follows_clock["t"] = true;
  Flow flow(plan_of(lag(watermark(scan("t"), 1, 0, true))), world.tables, world.clock);
  must(flow.start(1));
  world.tables.append("t", row(1, "x", 5000), 0);
  world.tables.clock = 4999;
  must(flow.run());
  must(flow.commit());
  EXPECT_TRUE(world.written().empty());
  world.tables.clock = 5002;
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(world.written().size(), 1U);
}

TEST(Runtime, rejected_records_are_handed_back_once_with_the_commit) {
  World world;
  world.tables.add("t");
  world.tables.add("out");
  world.tables.reject_text = "bad";
  auto texts = std::make_shared<sql::ScanNode>();
  texts->id = "scan t";
  texts->output = {{"line", text_type}};
  texts->table = table_of("t", texts->output);
  texts->read = {0};
  Flow flow(plan_of(texts), world.tables, world.clock);
  must(flow.start(1));
  for (const char* line : {"one", "bad", "two"}) world.tables.append("t", {.values = {line}});
  must(flow.run());
  must(flow.start(1));
  must(flow.run());
  must(flow.commit());
  must(flow.commit());
  EXPECT_EQ(world.written(), (std::vector<std::string>{"+I[one]", "+I[two]"}));
  EXPECT_EQ(world.tables.rejected, std::vector<std::string>{"t-0:1"});
}

TEST(Runtime, a_sink_with_a_key_gets_one_row_a_key_and_commit) {
  using data::RowKind;
  World world;
  world.tables.add("t");
  world.tables.add("out");
  Flow flow(plan_of(scan("t"), {0}), world.tables, world.clock);
  must(flow.start(1));
  world.tables.append("t", row(1, "a", 1));
  world.tables.append("t", row(2, "a", 1));
  world.tables.append("t", row(1, "a", 1, RowKind::update_before));
  world.tables.append("t", row(1, "b", 1, RowKind::update_after));
  world.tables.append("t", row(3, "gone", 1));
  world.tables.append("t", row(3, "gone", 1, RowKind::remove));
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(sorted(world.written()),
            (std::vector<std::string>{"+I[2, a, 1970-01-01T00:00:00.001]", "+U[1, b, 1970-01-01T00:00:00.001]"}));
  world.tables.append("t", row(2, "a", 1, RowKind::remove));
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(world.written().back(), "-D[2, a, 1970-01-01T00:00:00.001]");
  // The old half of an update alone: its new half went to another key, or a filter kept it.
  world.tables.append("t", row(1, "b", 1, RowKind::update_before));
  world.tables.append("t", row(4, "b", 1, RowKind::update_after));
  must(flow.run());
  must(flow.commit());
  EXPECT_EQ(world.written().size(), 5U);
  EXPECT_EQ(sorted({world.written()[3], world.written()[4]}),
            (std::vector<std::string>{"+U[4, b, 1970-01-01T00:00:00.001]", "-D[1, b, 1970-01-01T00:00:00.001]"}));
}

TEST(Runtime, current_watermark_is_that_of_the_row) {
  for (const std::size_t poll_rows : {1, 100}) {
    World world;
    world.tables.add("t");
    world.tables.add("out");
    world.tables.poll_rows = {poll_rows};
    auto calc = std::make_shared<sql::CalcNode>();
    calc->id = "calc";
    calc->inputs = {watermark(scan("t"), 0)};
    calc->projections = {Expression::column(1, text_type),
                         Expression::call(Function::current_watermark, {Expression::column(2, time_type)}, time_type)};
    calc->output = {{"v", text_type}, {"wm", time_type}};
    Flow flow(plan_of(calc), world.tables, world.clock);
    must(flow.start(1));
    for (const auto& [v, ms] : {std::pair("a", 10), {"b", 20}, {"c", 15}, {"d", 30}})
      world.tables.append("t", row(1, v, ms));
    must(flow.run());
    must(flow.commit());
    EXPECT_EQ(world.written(),
              (std::vector<std::string>{"+I[a, null]", "+I[b, 1970-01-01T00:00:00.010]",
                                        "+I[c, 1970-01-01T00:00:00.020]", "+I[d, 1970-01-01T00:00:00.020]"}));
  }
}

/// Two tables of three splits, keys over all of them, times that go back and forth.
void feed(World& world, uint32_t seed, int rows) {
  std::mt19937 random(seed);
  int64_t now = 1000;
  for (int i = 0; i < rows; ++i) {
    now += static_cast<int64_t>(random() % 4);
    const int64_t back = random() % 3 == 0 ? static_cast<int64_t>(random() % 40) : 0;
    world.tables.append(random() % 2 == 0 ? "a" : "b",
                        row(static_cast<int>(random() % 7), "r" + std::to_string(i), now - back), random() % 3);
  }
}

/// What was written and what was late, as one sorted list.
using Outcome = std::vector<std::string>;

/// The lines that only one of the two has.
std::string difference(const Outcome& expected, const Outcome& got) {
  std::vector<std::string> missing, more;
  std::ranges::set_difference(expected, got, std::back_inserter(missing));
  std::ranges::set_difference(got, expected, std::back_inserter(more));
  std::string out;
  for (const std::string& line : missing) out += "- " + line + "\n";
  for (const std::string& line : more) out += "+ " + line + "\n";
  return out;
}

/// How a job is disturbed while it computes.
struct Disturbance {
  std::size_t workers = 1;
  bool random_polls = false;
  bool restarts = false;
};

Outcome run_disturbed(uint32_t seed, const Disturbance& how) {
  World world;
  world.tables.add("a", 3);
  world.tables.add("b", 3);
  world.tables.add("out");
  Flow flow(plan_of(lag(both(watermark(scan("a"), 3), watermark(scan("b"), 0)))), world.tables, world.clock);
  std::mt19937 random(seed + 1);
  if (!how.random_polls) world.tables.poll_rows = {how.restarts ? 5U : 1U};
  must(flow.start(how.workers));
  for (int step = 0; step < 8; ++step) {
    feed(world, seed + static_cast<uint32_t>(step), 40);
    if (how.random_polls) {
      world.tables.poll_rows.clear();
      for (int i = 0; i < 20; ++i) world.tables.poll_rows.push_back(1 + random() % 30);
    }
    must(flow.run());
    must(flow.commit(how.restarts && step == 4));
    if (how.restarts) must(flow.start(1 + random() % 4));
  }
  world.tables.end_all();
  EXPECT_TRUE(must(flow.run()));
  must(flow.commit());
  Outcome outcome = world.written();
  for (const std::string& line : flow.late()) outcome.push_back("late " + line);
  return sorted(outcome);
}

TEST(Runtime, neither_batches_nor_workers_nor_restarts_change_anything) {
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    const Outcome expected = run_disturbed(seed, {});
    EXPECT_EQ(expected.size(), 320U);
    EXPECT_GT(std::ranges::count_if(expected, [](const std::string& line) { return line.starts_with("late"); }), 5);
    for (const Disturbance& how :
         {Disturbance{.workers = 3}, Disturbance{.random_polls = true}, Disturbance{.workers = 4, .random_polls = true},
          Disturbance{.workers = 2, .restarts = true},
          Disturbance{.workers = 3, .random_polls = true, .restarts = true}})
      EXPECT_EQ(difference(expected, run_disturbed(seed, how)), "")
          << "seed " << seed << ", workers " << how.workers << ", polls " << how.random_polls << ", restarts "
          << how.restarts;
  }
}

}  // namespace
}  // namespace azud::stream
