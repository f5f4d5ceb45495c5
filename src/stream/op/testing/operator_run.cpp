#include "stream/op/testing/operator_run.h"

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "data/builder.h"
#include "data/hash.h"
#include "data/row_codec.h"
#include "data/text.h"
#include "sql/plan/physical_io.h"
#include "stream/eval/kernel.h"
#include "stream/state/state_codec.h"

namespace azud::stream::testing {

class OperatorRun::Late final : public LateRows {
 public:
  explicit Late(std::size_t& rows) : rows_(rows) {}
  void keep(const sql::PhysicalNode&, const data::Batch&, std::size_t, TimestampMs) override { ++rows_; }

 private:
  std::size_t& rows_;
};

class OperatorRun::Collector final : public Output {
 public:
  explicit Collector(std::vector<std::string>& to) : to_(to) {}
  Status rows(data::Batch batch) override {
    for (std::size_t row = 0; row < batch.rows; ++row) to_.push_back(data::to_text(batch, row));
    return {};
  }

 private:
  std::vector<std::string>& to_;
};

struct OperatorRun::Instance {
  Instance(const sql::PhysicalNode& node, std::size_t index, std::size_t parallelism, LateRows& late)
      : context(node, index, parallelism, late) {}
  OperatorContext context;
  std::unique_ptr<Operator> op;
};

namespace {

void check(const Status& status) { AZUD_ASSERT(status.has_value(), status.error().message().c_str()); }

}  // namespace

OperatorRun::OperatorRun(sql::NodePtr node, Options options, std::string_view zone)
    : node_(std::move(node)), options_(std::move(options)), zone_(zone), late_(std::make_unique<Late>(late_rows_)) {
  EvalSettings settings;
  auto found = Zone::find(zone);
  AZUD_ASSERT(found.has_value(), "the zone exists");
  settings.zone = *found;
  auto spec = make_operator(node_, settings);
  AZUD_ASSERT(spec.has_value(), spec ? "" : spec.error().message().c_str());
  spec_ = std::move(*spec);
  for (std::size_t i = 0; i < options_.parallelism; ++i) {
    auto& instance = instances_.emplace_back(std::make_unique<Instance>(*node_, i, options_.parallelism, *late_));
    instance->op = spec_->open(instance->context);
  }
}

OperatorRun::~OperatorRun() = default;

Operator& OperatorRun::op(std::size_t instance) { return *instances_[instance]->op; }

OperatorRun& OperatorRun::row(std::vector<data::Value> values, data::RowKind kind) {
  steps_.push_back({.is_row = true, .row = {std::move(values), kind}});
  return *this;
}

OperatorRun& OperatorRun::watermark(TimestampMs watermark) {
  steps_.push_back({.watermark = watermark});
  return *this;
}

void OperatorRun::end_epoch(std::size_t batch_rows) {
  const sql::Schema& schema = node_->inputs.empty() ? node_->output : node_->inputs.front()->output;
  std::vector<data::ColumnBuilder> builders;
  for (const sql::Field& field : schema) builders.emplace_back(field.type);
  data::Batch all;
  WatermarkSchedule schedule;
  TimestampMs next = watermark_;
  for (Step& step : steps_) {
    if (!step.is_row) {
      if (step.watermark > next) schedule.add(order_, next = step.watermark);
      continue;
    }
    for (std::size_t i = 0; i < builders.size(); ++i) builders[i].append_value(step.row.values[i]);
    all.kinds.push_back(step.row.kind);
    all.order.push_back(++order_);
    ++all.rows;
  }
  steps_.clear();
  if (std::ranges::all_of(all.kinds, [](data::RowKind kind) { return kind == data::RowKind::insert; }))
    all.kinds.clear();
  for (data::ColumnBuilder& builder : builders) all.columns.push_back(builder.finish());
  Collector out(output_);
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    Instance& here = *instances_[i];
    here.context.begin_epoch(wall_ms_);
    here.context.set_watermark(watermark_);
    here.context.set_schedule(schedule);
    here.context.set_in_order(options_.in_order);
    for (std::size_t from = 0; from < all.rows; from += batch_rows) {
      const data::Batch part = data::slice(all, from, std::min(batch_rows, all.rows - from));
      std::vector<uint32_t> mine;
      std::vector<data::ColumnPtr> keys;
      for (const int32_t key : options_.keys) keys.push_back(part.columns[static_cast<std::size_t>(key)]);
      for (uint32_t row = 0; row < part.rows; ++row) {
        std::string key;
        data::append_row(key, keys, row);
        if (owner_of(key_group_of(data::stable_hash(key)), instances_.size()) == i) mine.push_back(row);
      }
      if (!mine.empty()) check(here.op->on_rows(0, data::take(part, mine), out));
    }
    if (here.op->next_time() <= wall_ms_) check(here.op->on_time(wall_ms_, out));
    if (next > watermark_) {
      here.context.set_watermark(next);
      check(here.op->on_watermark(next, out));
    }
    check(here.op->on_epoch_end(out));
  }
  watermark_ = next;
}

void OperatorRun::keep_state(bool everything) {
  end_epoch();
  std::string entries;
  StateWriter writer(entries);
  for (auto& instance : instances_) everything ? instance->op->write_all(writer) : instance->op->write_changes(writer);
  if (everything) committed_.clear();
  last_commit_bytes_ = entries.size();
  committed_.push_back(std::move(entries));
  committed_watermark_ = watermark_;
}

void OperatorRun::commit() { keep_state(false); }
void OperatorRun::snapshot() { keep_state(true); }

std::unique_ptr<OperatorRun> OperatorRun::restored(std::size_t parallelism) const {
  Options options = options_;
  options.parallelism = parallelism;
  auto run = std::make_unique<OperatorRun>(node_, std::move(options), zone_);
  for (auto& instance : run->instances_) instance->context.set_watermark(committed_watermark_);
  for (const std::string& entries : committed_) {
    StateReader reader(entries);
    while (true) {
      auto entry = reader.next();
      AZUD_ASSERT(entry.has_value(), "the state can be read");
      if (!*entry) break;
      check(run->instances_[owner_of((*entry)->group, parallelism)]->op->read((*entry)->payload));
    }
  }
  for (auto& instance : run->instances_) instance->op->on_restored();
  run->watermark_ = committed_watermark_;
  run->committed_ = committed_;
  run->committed_watermark_ = committed_watermark_;
  run->order_ = order_;
  run->wall_ms_ = wall_ms_;
  return run;
}

std::vector<std::string> OperatorRun::sorted_output() const {
  std::vector<std::string> sorted = output_;
  std::ranges::sort(sorted);
  return sorted;
}

std::vector<std::string> OperatorRun::take_output() {
  std::vector<std::string> taken(output_.begin() + static_cast<std::ptrdiff_t>(taken_), output_.end());
  taken_ = output_.size();
  return taken;
}

sql::NodePtr input_of(sql::Schema schema, sql::ChangelogMode mode) {
  auto node = std::make_shared<sql::ValuesNode>();
  node->id = "input";
  node->output = std::move(schema);
  node->mode = mode;
  return node;
}

}  // namespace azud::stream::testing
