#include "stream/op/temporal_join.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "data/row_codec.h"
#include "stream/eval/evaluator.h"
#include "stream/op/pending_rows.h"
#include "stream/op/versions.h"

namespace azud::stream {
namespace {

constexpr char tag_left = 'L';
constexpr char tag_version = 'V';

struct Plan {
  const sql::TemporalJoinNode* node;
  std::optional<Evaluator> condition;
};

class TemporalJoin final : public Operator {
 public:
  TemporalJoin(const Plan& plan, OperatorContext& context)
      : plan_(plan),
        context_(context),
        node_(*plan.node),
        pending_(node_.inputs[0]->output, node_.left_keys, node_.left_time, tag_left) {}

  Status on_rows(std::size_t input, data::Batch batch, Output&) override {
    if (input == 1) {
      take_versions(batch);
      return {};
    }
    // A row behind the watermark waits for the next one.
    const data::Column& times = *batch.columns[static_cast<std::size_t>(node_.left_time)];
    in_time_.clear();
    for (uint32_t row = 0; row < batch.rows; ++row) {
      const TimestampMs watermark = context_.watermark_at(batch, row);
      if (row_time_ms(times, row) > watermark)
        in_time_.push_back(row);
      else
        pending_.add(batch, {{row}}, watermark + 1);
    }
    pending_.add(batch, in_time_);
    return {};
  }

  Status on_watermark(TimestampMs watermark, Output& out) override {
    const data::Batch left = pending_.take_until(watermark);
    if (left.rows > 0) TRY(join(left, out));
    versions_.expire(watermark);
    return {};
  }

  TimestampMs next_watermark() const override { return pending_.first(); }
  void write_changes(StateWriter& writer) override {
    pending_.write_changes(writer);
    versions_.write_changes(writer, tag_version);
  }
  void write_all(StateWriter& writer) override {
    pending_.write_all(writer);
    versions_.write_all(writer, tag_version);
  }
  Status read(ByteView payload) override {
    if (pending_.owns(payload)) return pending_.read(payload);
    if (payload.starts_with(tag_version)) return versions_.read(payload.substr(1));
    return fail(Code::corrupt, "an unknown entry in the state of {}", context_.node().id);
  }
  void on_restored() override {
    pending_.on_restored(context_.watermark());
    versions_.expire(context_.watermark());
  }
  uint64_t state_bytes() const override { return pending_.state_bytes() + versions_.state_bytes(); }
  uint64_t state_rows() const override { return pending_.size() + versions_.size(); }

 private:
  void take_versions(const data::Batch& batch) {
    encode_keys(batch, node_.right_keys);
    data::encode_rows(batch.columns, batch.rows, right_rows_);
    const data::Column& times = *batch.columns[static_cast<std::size_t>(node_.right_time)];
    for (std::size_t row = 0; row < batch.rows; ++row) {
      const data::RowKind kind = batch.kind(row);
      if (kind == data::RowKind::update_before) continue;
      if (node_.newest_only && row_time_ms(times, row) < versions_.newest_time(keys_[row])) continue;
      const bool gone = kind == data::RowKind::remove;
      if (gone && normalizes_)
        versions_.remove_newest(keys_[row]);
      else
        versions_.set(keys_[row], row_time_ms(times, row), gone ? ByteView() : right_rows_[row]);
    }
  }

  Status join(const data::Batch& left, Output& out) {
    encode_keys(left, node_.left_keys);
    const data::Column& times = *left.columns[static_cast<std::size_t>(node_.left_time)];
    std::vector<uint32_t> matched, unmatched;
    std::vector<data::ColumnBuilder> right;
    for (const sql::Field& field : node_.inputs[1]->output) right.emplace_back(field.type);
    for (uint32_t row = 0; row < left.rows; ++row) {
      ByteView version;
      if (!has_null_key(left, row)) version = versions_.at(keys_[row], row_time_ms(times, row), watermark_of(row));
      if (version.empty()) {
        unmatched.push_back(row);
        continue;
      }
      matched.push_back(row);
      if (!data::take_row(version, right)) return fail(Code::corrupt, "a version of {} breaks off", node_.id);
    }
    data::Batch joined = data::take(left, matched);
    for (data::ColumnBuilder& builder : right) joined.columns.push_back(builder.finish());
    if (plan_.condition) {
      TRY_ASSIGN(const auto kept,
                 plan_.condition->select({.batch = joined, .wall_ms = context_.wall_ms(), .watermarks = {}}));
      std::vector<bool> keeps(joined.rows, false);
      for (const uint32_t row : kept) keeps[row] = true;
      for (uint32_t row = 0; row < joined.rows; ++row)
        if (!keeps[row]) unmatched.push_back(matched[row]);
      joined = data::take(joined, kept);
      for (std::size_t i = 0; i < kept.size(); ++i) matched[i] = matched[kept[i]];
      matched.resize(kept.size());
    }
    if (!node_.left_outer || unmatched.empty()) return out.rows(std::move(joined));
    if (joined.rows == 0) return out.rows(padded(data::take(left, unmatched)));
    // Both kinds in the order of the left rows.
    std::vector<uint32_t> order(joined.rows + unmatched.size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<uint32_t> left_row = std::move(matched);
    left_row.insert(left_row.end(), unmatched.begin(), unmatched.end());
    std::ranges::sort(order, {}, [&](uint32_t row) { return left_row[row]; });
    const data::Batch parts[] = {std::move(joined), padded(data::take(left, unmatched))};
    return out.rows(data::take(data::concat(parts), order));
  }

  /// The watermark that the left row came behind; timestamp_min for a row that came in time.
  TimestampMs watermark_of(std::size_t row) const {
    const TimestampMs not_before = pending_.not_before()[row];
    return not_before == timestamp_min ? timestamp_min : not_before - 1;
  }

  data::Batch padded(data::Batch rows) const {
    for (const sql::Field& field : node_.inputs[1]->output)
      rows.columns.push_back(data::Column::nulls(field.type.with_nullable(true), rows.rows));
    return rows;
  }

  void encode_keys(const data::Batch& batch, const std::vector<int32_t>& keys) {
    key_columns_.clear();
    for (const int32_t key : keys) key_columns_.push_back(batch.columns[static_cast<std::size_t>(key)]);
    data::encode_rows(key_columns_, batch.rows, keys_);
  }
  bool has_null_key(const data::Batch& left, std::size_t row) const {
    return std::ranges::any_of(node_.left_keys,
                               [&](int32_t key) { return left.columns[static_cast<std::size_t>(key)]->is_null(row); });
  }

  const Plan& plan_;
  OperatorContext& context_;
  const sql::TemporalJoinNode& node_;
  /// A delete of the right side says which key, not which row (sql/rules/drop_normalize.cpp).
  const bool normalizes_ = node_.inputs[1]->mode == sql::ChangelogMode::upsert;
  PendingRows pending_;
  Versions versions_;
  std::vector<uint32_t> in_time_;
  std::vector<data::ColumnPtr> key_columns_;
  data::EncodedRows keys_, right_rows_;
};

class TemporalJoinSpec final : public OperatorSpec {
 public:
  TemporalJoinSpec(sql::NodePtr node, Plan plan) : node_(std::move(node)), plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<TemporalJoin>(plan_, context);
  }

 private:
  sql::NodePtr node_;  ///< keeps what plan_ points to
  Plan plan_;
};

}  // namespace

Result<OperatorSpecPtr> make_temporal_join(const sql::NodePtr& node, const EvalSettings& settings) {
  Plan plan{.node = &node->as<sql::TemporalJoinNode>(), .condition = std::nullopt};
  if (plan.node->condition) {
    TRY_ASSIGN(Evaluator condition, Evaluator::compile(plan.node->condition, settings));
    plan.condition = std::move(condition);
  }
  return OperatorSpecPtr(std::make_unique<TemporalJoinSpec>(node, std::move(plan)));
}

}  // namespace azud::stream
