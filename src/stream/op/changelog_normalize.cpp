#include "stream/op/changelog_normalize.h"

#include <optional>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/varint.h"
#include "data/builder.h"
#include "data/hash.h"
#include "data/row_codec.h"
#include "stream/eval/evaluator.h"
#include "stream/op/encoded_key_hash.h"

namespace azud::stream {
namespace {

class ChangelogNormalize final : public Operator {
 public:
  ChangelogNormalize(const sql::ChangelogNormalizeNode& node, const std::optional<Evaluator>& condition,
                     OperatorContext& context)
      : node_(node), condition_(condition), context_(context) {}

  Status on_rows(std::size_t, data::Batch batch, Output& out) override {
    encode(batch);
    TRY(choose(batch));
    std::vector<data::ColumnBuilder> columns;
    for (const sql::Field& field : node_.output) columns.emplace_back(field.type, batch.rows);
    data::Batch changes;
    const auto add = [&](data::RowKind kind, ByteView row, std::size_t of) -> Status {
      changes.kinds.push_back(kind);
      if (!batch.order.empty()) changes.order.push_back(batch.order[of]);
      ++changes.rows;
      if (!data::take_row(row, columns)) return fail(Code::corrupt, "the last row of a key in {} breaks off", node_.id);
      return {};
    };
    for (std::size_t i = 0; i < batch.rows; ++i) {
      data::RowKind kind = batch.kind(i);
      if (kind == data::RowKind::update_before) continue;
      if (!kept_.empty() && kept_[i] == 0) kind = data::RowKind::remove;
      const auto found = rows_.find(keys_[i]);
      if (kind == data::RowKind::remove) {
        if (found == rows_.end()) continue;
        TRY(add(data::RowKind::remove, found->second, i));
        set(keys_[i], {});
      } else if (found == rows_.end()) {
        TRY(add(data::RowKind::insert, encoded_[i], i));
        set(keys_[i], encoded_[i]);
      } else if (found->second != encoded_[i]) {
        if (node_.mode != sql::ChangelogMode::upsert) TRY(add(data::RowKind::update_before, found->second, i));
        TRY(add(data::RowKind::update_after, encoded_[i], i));
        set(keys_[i], encoded_[i]);
      }
    }
    if (changes.rows == 0) return {};
    for (data::ColumnBuilder& column : columns) changes.columns.push_back(column.finish());
    return out.rows(std::move(changes));
  }

  void write_changes(StateWriter& writer) override {
    for (const std::string& key : changed_) {
      const auto found = rows_.find(key);
      write(writer, key, found == rows_.end() ? ByteView() : ByteView(found->second));
    }
    changed_.clear();
  }
  void write_all(StateWriter& writer) override {
    for (const auto& [key, row] : rows_) write(writer, key, row);
    changed_.clear();
  }
  Status read(ByteView payload) override {
    ByteView key;
    if (!take_sized(payload, key))
      return fail(Code::corrupt, "a key in the state of {} breaks off", context_.node().id);
    set(key, payload);
    changed_.pop_back();
    return {};
  }
  uint64_t state_bytes() const override { return bytes_; }
  uint64_t state_rows() const override { return rows_.size(); }

 private:
  void encode(const data::Batch& batch) {
    std::vector<data::ColumnPtr> key;
    for (const int32_t column : node_.key) key.push_back(batch.columns[static_cast<std::size_t>(column)]);
    data::encode_rows(key, batch.rows, keys_);
    data::encode_rows(batch.columns, batch.rows, encoded_);
  }

  Status choose(const data::Batch& batch) {
    if (!condition_) return {};
    TRY_ASSIGN(const auto kept, condition_->select({.batch = batch, .wall_ms = context_.wall_ms(), .watermarks = {}}));
    kept_.assign(batch.rows, 0);
    for (const uint32_t row : kept) kept_[row] = 1;
    return {};
  }

  /// An empty row: the key is gone.
  void set(ByteView key, ByteView row) {
    changed_.emplace_back(key);
    const auto found = rows_.find(key);
    if (found != rows_.end()) bytes_ -= key.size() + found->second.size();
    if (row.empty()) {
      if (found != rows_.end()) rows_.erase(found);
      return;
    }
    bytes_ += key.size() + row.size();
    if (found != rows_.end())
      found->second = row;
    else
      rows_.emplace(std::string(key), std::string(row));
  }

  static void write(StateWriter& writer, ByteView key, ByteView row) {
    std::string payload;
    append_sized(payload, key);
    payload.append(row);
    writer.entry(key_group_of(data::stable_hash(key)), payload);
  }

  const sql::ChangelogNormalizeNode& node_;
  const std::optional<Evaluator>& condition_;
  OperatorContext& context_;
  absl::flat_hash_map<std::string, std::string, EncodedKeyHash, std::equal_to<>> rows_;
  std::vector<std::string> changed_;
  uint64_t bytes_ = 0;
  data::EncodedRows keys_, encoded_;
  std::vector<char> kept_;  ///< by row, for which the condition holds; empty without a condition
};

class ChangelogNormalizeSpec final : public OperatorSpec {
 public:
  ChangelogNormalizeSpec(sql::NodePtr node, std::optional<Evaluator> condition)
      : node_(std::move(node)), condition_(std::move(condition)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<ChangelogNormalize>(node_->as<sql::ChangelogNormalizeNode>(), condition_, context);
  }

 private:
  sql::NodePtr node_;
  std::optional<Evaluator> condition_;
};

}  // namespace

Result<OperatorSpecPtr> make_changelog_normalize(const sql::NodePtr& node, const EvalSettings& settings) {
  std::optional<Evaluator> condition;
  if (const auto& wanted = node->as<sql::ChangelogNormalizeNode>().condition) {
    TRY_ASSIGN(condition, Evaluator::compile(wanted, settings));
  }
  return OperatorSpecPtr(std::make_unique<ChangelogNormalizeSpec>(node, std::move(condition)));
}

}  // namespace azud::stream
