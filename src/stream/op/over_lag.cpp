#include "stream/op/over_lag.h"

#include <algorithm>

#include "stream/op/lag_state.h"
#include "stream/op/pending_rows.h"

namespace azud::stream {
namespace {

constexpr char tag_values = 'V';
constexpr char tag_row = 'R';

/// One LAG of the node: which series it reads, how far back, and what stands for rows before the first.
struct Lag {
  std::size_t series = 0;
  uint32_t back = 1;
  data::Value otherwise;
  data::DataType type;
};

struct Plan {
  const sql::OverNode* node;
  std::vector<Lag> lags;
  std::vector<LagState::Series> series;
  std::vector<int32_t> series_columns;
};

class OverLag final : public Operator {
 public:
  OverLag(const Plan& plan, OperatorContext& context)
      : plan_(plan),
        context_(context),
        pending_(plan.node->inputs.front()->output, plan.node->partition_by, plan.node->order_by, tag_row),
        values_(plan.series) {}

  Status on_rows(std::size_t, data::Batch batch, Output&) override {
    const data::Column& times = *batch.columns[static_cast<std::size_t>(plan_.node->order_by)];
    rows_.clear();
    for (uint32_t row = 0; row < batch.rows; ++row) {
      if (row_time_ms(times, row) <= context_.watermark_at(batch, row))
        context_.late(batch, row);
      else
        rows_.push_back(row);
    }
    pending_.add(batch, rows_);
    return {};
  }

  Status on_watermark(TimestampMs watermark, Output& out) override {
    data::Batch rows = pending_.take_until(watermark);
    if (rows.rows == 0) return {};
    std::vector<data::ColumnBuilder> lagged;
    lagged.reserve(plan_.lags.size());
    for (const Lag& lag : plan_.lags) lagged.emplace_back(lag.type, rows.rows);
    key_columns_.clear();
    for (const int32_t key : plan_.node->partition_by)
      key_columns_.push_back(rows.columns[static_cast<std::size_t>(key)]);
    data::encode_rows(key_columns_, rows.rows, keys_);
    const data::Column& times = *rows.columns[static_cast<std::size_t>(plan_.node->order_by)];
    for (std::size_t from = 0, to = 0; from < rows.rows; from = to) {
      const TimestampMs time = row_time_ms(times, from);
      while (to < rows.rows && row_time_ms(times, to) == time) ++to;
      push(rows, from, to);
      for (std::size_t row = from; row < to; ++row)
        for (std::size_t i = 0; i < lagged.size(); ++i) {
          const Lag& lag = plan_.lags[i];
          // The newest value is that of the last row of this time.
          if (!values_.append(slots_[row - from], lag.series, lag.back + 1, lagged[i]))
            lagged[i].append_value(lag.otherwise);
        }
    }
    for (data::ColumnBuilder& builder : lagged) rows.columns.push_back(builder.finish());
    return out.rows(std::move(rows));
  }

  TimestampMs next_watermark() const override { return pending_.first(); }
  void write_changes(StateWriter& writer) override {
    values_.write_changes(writer, tag_values);
    pending_.write_changes(writer);
  }
  void write_all(StateWriter& writer) override {
    values_.write_all(writer, tag_values);
    pending_.write_all(writer);
  }
  Status read(ByteView payload) override {
    if (payload.starts_with(tag_values)) return values_.read(payload.substr(1));
    if (pending_.owns(payload)) return pending_.read(payload);
    return fail(Code::corrupt, "an unknown entry in the state of {}", context_.node().id);
  }
  void on_restored() override { pending_.on_restored(context_.watermark()); }
  uint64_t state_bytes() const override { return values_.state_bytes() + pending_.state_bytes(); }
  uint64_t state_rows() const override { return values_.size(); }

 private:
  /// The rows [from, to), all of one time: their values, and their keys' slots in `slots_`.
  void push(const data::Batch& rows, std::size_t from, std::size_t to) {
    slots_.clear();
    for (std::size_t row = from; row < to; ++row) {
      slots_.push_back(values_.touch(keys_[row]));
      for (std::size_t s = 0; s < plan_.series_columns.size(); ++s)
        values_.push(slots_.back(), s, *rows.columns[static_cast<std::size_t>(plan_.series_columns[s])], row);
    }
  }

  const Plan& plan_;
  OperatorContext& context_;
  PendingRows pending_;
  LagState values_;
  std::vector<uint32_t> rows_;
  std::vector<LagState::Slot> slots_;
  std::vector<data::ColumnPtr> key_columns_;
  data::EncodedRows keys_;
};

class OverLagSpec final : public OperatorSpec {
 public:
  OverLagSpec(sql::NodePtr node, Plan plan) : node_(std::move(node)), plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<OverLag>(plan_, context);
  }

 private:
  sql::NodePtr node_;  ///< keeps what plan_ points to
  Plan plan_;
};

}  // namespace

bool is_lag_only(const sql::OverNode& node) {
  return !node.proctime && node.state_ttl_ms == 0 &&
         std::ranges::all_of(node.aggregates, [](const sql::AggregateCall& call) {
           if (call.function != sql::Aggregate::lag || call.filter >= 0) return false;
           return call.constants.empty() || call.constants.front().as_int() > 0;
         });
}

Result<OperatorSpecPtr> make_over_lag(const sql::NodePtr& node) {
  const auto& over = node->as<sql::OverNode>();
  Plan plan{.node = &over};
  for (const sql::AggregateCall& call : over.aggregates) {
    const int64_t back = call.constants.empty() ? 1 : call.constants.front().as_int();
    if (back > 10'000) return fail(Code::unsupported, "LAG reaches back at most 10000 rows, not {}", back);
    const int32_t column = call.arguments.front();
    const auto known = std::ranges::find(plan.series_columns, column);
    const auto series = static_cast<std::size_t>(known - plan.series_columns.begin());
    if (known == plan.series_columns.end()) {
      plan.series_columns.push_back(column);
      plan.series.push_back({over.inputs.front()->output[static_cast<std::size_t>(column)].type, 1});
    }
    plan.series[series].depth = std::max(plan.series[series].depth, static_cast<uint32_t>(back) + 1);
    plan.lags.push_back({series, static_cast<uint32_t>(back),
                         call.constants.size() > 1 ? call.constants[1] : data::Value(), call.type});
  }
  return OperatorSpecPtr(std::make_unique<OverLagSpec>(node, std::move(plan)));
}

}  // namespace azud::stream
