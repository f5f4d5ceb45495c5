// What a row costs in each operator, on one thread and without a log or formats around it:
// azud_stream_bench [--benchmark_filter=…]. Batches of 1,024 rows of 50,000 sensors; event time goes on by a
// millisecond every 10 rows, the watermark after each batch. items_per_second is rows a second
// into the operator, row the time that one takes, rows_out rows a second out of it.

#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "data/builder.h"
#include "sql/plan/physical_rows.h"
#include "sql/plan/physical_state.h"
#include "stream/eval/kernel.h"
#include "stream/op/operator.h"
#include "stream/op/testing/operator_run.h"

namespace azud::stream {
namespace {

using data::DataType;
using sql::Aggregate;
using sql::Expression;
using sql::Function;

constexpr std::size_t batch_rows = 1024;
constexpr int sensors = 50'000;

const DataType int_type = DataType::integer(), moment = DataType::timestamp(3),
               real_type = DataType::double_precision(), text_type = DataType::string(),
               bool_type = DataType::boolean();
const sql::Schema readings = {{"id", int_type},
                              {"ts", moment, sql::TimeAttribute::rowtime},
                              {"hot", bool_type},
                              {"value", real_type},
                              {"kind", text_type}};

class Drain final : public Output {
 public:
  Status rows(data::Batch batch) override {
    rows_ += batch.rows;
    benchmark::DoNotOptimize(batch.columns.data());
    return {};
  }
  std::size_t rows_ = 0;
};

class NoLateRows final : public LateRows {
 public:
  void keep(const sql::PhysicalNode&, const data::Batch&, std::size_t, TimestampMs) override {}
};

/// Some batches made beforehand; only their times are made anew, so that time goes on for ever.
class Readings {
 public:
  Readings() {
    std::mt19937 random(1);
    for (int i = 0; i < 64; ++i) {
      std::vector<data::ColumnBuilder> builders;
      for (const sql::Field& field : readings) builders.emplace_back(field.type, batch_rows);
      for (std::size_t row = 0; row < batch_rows; ++row) {
        builders[0].append(static_cast<int32_t>(random() % sensors));
        builders[1].append(int64_t{0});
        builders[2].append(static_cast<int8_t>(random() % 100 == 0));
        builders[3].append(static_cast<double>(random() % 1000) / 10);
        builders[4].append_text(random() % 2 == 0 ? "humo" : "movimiento");
      }
      data::Batch batch{.rows = batch_rows};
      for (data::ColumnBuilder& builder : builders) batch.columns.push_back(builder.finish());
      batches_.push_back(std::move(batch));
    }
  }
  data::Batch next() {
    data::Batch batch = batches_[number_++ % batches_.size()];
    std::vector<int64_t> times(batch_rows);
    for (int64_t& time : times) time = row_++ / 10 * 1000;
    batch.columns[1] = std::make_shared<data::Column>(moment, batch_rows, std::move(times));
    return batch;
  }
  TimestampMs watermark() const { return row_ / 10 - 1; }

 private:
  std::vector<data::Batch> batches_;
  std::size_t number_ = 0;
  int64_t row_ = 10'000;
};

/// `begin` gets the operator before the rows.
template <class Begin>
void run(benchmark::State& state, const sql::NodePtr& node, Begin&& begin) {
  const EvalSettings settings;
  const auto spec = make_operator(node, settings);
  if (!spec) return state.SkipWithError(spec.error().message().c_str());
  NoLateRows late;
  OperatorContext context(*node, 0, 1, late);
  const auto op = (*spec)->open(context);
  Drain out;
  Readings input;
  begin(*op, out);
  for (auto _ : state) {
    context.begin_epoch(input.watermark());
    bool good = op->on_rows(0, input.next(), out).has_value();
    context.set_watermark(input.watermark());
    good = good && op->on_watermark(input.watermark(), out).has_value() && op->on_epoch_end(out).has_value();
    if (!good) return state.SkipWithError("the operator failed");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(batch_rows));
  state.counters["row"] = benchmark::Counter(static_cast<double>(state.iterations()) * batch_rows,
                                             benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["rows_out"] = benchmark::Counter(static_cast<double>(out.rows_), benchmark::Counter::kIsRate);
}
void run(benchmark::State& state, const sql::NodePtr& node) {
  run(state, node, [](Operator&, Output&) {});
}

template <class Node>
std::shared_ptr<Node> over_readings() {
  auto node = std::make_shared<Node>();
  node->id = "bench";
  node->inputs = {testing::input_of(readings)};
  return node;
}

sql::AggregateCall call(Aggregate function, int32_t argument, DataType type, bool distinct = false) {
  std::vector<int32_t> arguments;
  if (argument >= 0) arguments.push_back(argument);
  return {function, std::move(arguments), {}, distinct, -1, std::move(type), "x"};
}
const sql::AggregateCall count = call(Aggregate::count_star, -1, DataType::bigint());
const sql::AggregateCall sum = call(Aggregate::sum, 3, real_type), most = call(Aggregate::max, 3, real_type);

void calc(benchmark::State& state) {
  auto node = over_readings<sql::CalcNode>();
  const auto value = Expression::column(3, real_type);
  node->condition = Expression::call(Function::greater, {value, Expression::constant(20.0, real_type)}, bool_type);
  node->projections = {Expression::column(0, int_type), Expression::column(1, moment),
                       Expression::call(Function::multiply, {value, Expression::constant(1.8, real_type)}, real_type)};
  for (const auto& one : node->projections) node->output.push_back({"x", one->type});
  run(state, node);
}
BENCHMARK(calc);

std::shared_ptr<sql::OverNode> over(std::vector<sql::AggregateCall> calls, bool rows,
                                    std::optional<int64_t> preceding) {
  auto node = over_readings<sql::OverNode>();
  node->partition_by = {0};
  node->order_by = 1;
  node->rows = rows;
  node->preceding = preceding;
  node->output = readings;
  for (const auto& one : calls) node->output.push_back({"x", one.type});
  node->aggregates = std::move(calls);
  return node;
}
void over_lag(benchmark::State& state) {
  auto lag = call(Aggregate::lag, 2, bool_type);
  lag.constants = {int64_t{1}, data::Value()};
  run(state, over({lag}, false, std::nullopt));
}
BENCHMARK(over_lag);
void over_short_rows(benchmark::State& state) { run(state, over({count, sum}, true, 3)); }
BENCHMARK(over_short_rows);
void over_range(benchmark::State& state) { run(state, over({count, sum}, false, 60'000)); }
BENCHMARK(over_range);

void group_aggregate(benchmark::State& state, std::vector<int32_t> keys, bool before,
                     std::vector<sql::AggregateCall> calls) {
  auto node = over_readings<sql::GroupAggregateNode>();
  node->keys = std::move(keys);
  node->emit_update_before = before;
  for (const int32_t key : node->keys) node->output.push_back(readings[static_cast<std::size_t>(key)]);
  for (const auto& one : calls) node->output.push_back({"x", one.type});
  node->aggregates = std::move(calls);
  run(state, node);
}
BENCHMARK_CAPTURE(group_aggregate, by_sensor, {0}, true, {count, sum, most});
BENCHMARK_CAPTURE(group_aggregate, by_sensor_upsert, {0}, false, {count, sum, most});
BENCHMARK_CAPTURE(group_aggregate, by_kind, {4}, false, {count, sum, most});
BENCHMARK_CAPTURE(group_aggregate, distinct, {4}, false, {call(Aggregate::count, 0, DataType::bigint(), true)});

void window_aggregate(benchmark::State& state, sql::WindowSpec window, std::vector<int32_t> keys) {
  auto node = over_readings<sql::WindowAggregateNode>();
  node->window = window;
  node->window.time_column = 1;
  node->keys = std::move(keys);
  node->aggregates = {count, sum, most};
  node->window_columns = {sql::WindowAggregateNode::WindowColumn::start, sql::WindowAggregateNode::WindowColumn::end};
  for (const int32_t key : node->keys) node->output.push_back(readings[static_cast<std::size_t>(key)]);
  for (const auto& one : node->aggregates) node->output.push_back({"x", one.type});
  for (int i = 0; i < 2; ++i) node->output.push_back({"boundary", moment});
  run(state, node);
}
constexpr int64_t minute_ms = 60'000;
const sql::WindowSpec tumble{.size_ms = minute_ms};
const sql::WindowSpec hop{.kind = sql::WindowSpec::Kind::hop, .size_ms = 5 * minute_ms, .slide_ms = minute_ms};
BENCHMARK_CAPTURE(window_aggregate, tumble_by_sensor, tumble, {0});
BENCHMARK_CAPTURE(window_aggregate, tumble_by_kind, tumble, {4});
BENCHMARK_CAPTURE(window_aggregate, hop_by_sensor, hop, {0});

void window_assign(benchmark::State& state) {
  auto node = over_readings<sql::WindowAssignNode>();
  node->window = hop;
  node->window.time_column = 1;
  node->output = readings;
  for (int i = 0; i < 3; ++i) node->output.push_back({"boundary", moment});
  run(state, node);
}
BENCHMARK(window_assign);

void temporal_join(benchmark::State& state) {
  auto node = over_readings<sql::TemporalJoinNode>();
  const sql::Schema customers = {{"id", int_type}, {"at", moment}, {"name", text_type}, {"city", text_type}};
  node->inputs.push_back(testing::input_of(customers, sql::ChangelogMode::upsert));
  node->left_outer = true;
  node->left_keys = node->right_keys = {0};
  node->left_time = node->right_time = 1;
  node->output = readings;
  node->output.insert(node->output.end(), customers.begin(), customers.end());
  run(state, node, [&](Operator& op, Output& out) {
    std::vector<data::ColumnBuilder> builders;
    for (const sql::Field& field : customers) builders.emplace_back(field.type);
    for (int id = 0; id < sensors; ++id) {
      builders[0].append(int32_t{id});
      builders[1].append(int64_t{1000});
      builders[2].append_text("Alberta de la Torre " + std::to_string(id));
      builders[3].append_text("Ciudad Real");
    }
    data::Batch batch{.rows = sensors};
    for (data::ColumnBuilder& builder : builders) batch.columns.push_back(builder.finish());
    if (!op.on_rows(1, std::move(batch), out)) state.SkipWithError("the customers were refused");
  });
}
BENCHMARK(temporal_join);

}  // namespace
}  // namespace azud::stream
