#include "stream/op/changelog_normalize.h"

#include <optional>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/varint.h"
#include "data/builder.h"
#include "data/hash.h"
#include "data/row_codec.h"
#include "stream/eval/evaluator.h"
#include "stream/op/encoded_key_hash.h"
#include "stream/state/expiry_queue.h"

namespace azud::stream {
namespace {

class ChangelogNormalize final : public Operator {
 public:
  ChangelogNormalize(const sql::ChangelogNormalizeNode& node, const std::optional<Evaluator>& condition,
                     OperatorContext& context)
      : node_(node), condition_(condition), context_(context), expiries_(node.state_ttl_ms) {}

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
      auto found = keys_.find(encoded_keys_[i]);
      if (found != keys_.end() && expiries_.has_expired(found->second.age, context_.wall_ms())) {
        forget(found);
        found = keys_.end();
      }
      if (kind == data::RowKind::remove) {
        if (found == keys_.end()) continue;
        TRY(add(data::RowKind::remove, found->second.row, i));
        forget(found);
      } else if (found == keys_.end()) {
        TRY(add(data::RowKind::insert, encoded_[i], i));
        touch(keep(encoded_keys_[i], encoded_[i]));
      } else if (expiries_.has_ttl() || found->second.row != encoded_[i]) {
        if (node_.mode != sql::ChangelogMode::upsert) TRY(add(data::RowKind::update_before, found->second.row, i));
        TRY(add(data::RowKind::update_after, encoded_[i], i));
        touch(keep(encoded_keys_[i], encoded_[i]));
      }
    }
    if (changes.rows == 0) return {};
    for (data::ColumnBuilder& column : columns) changes.columns.push_back(column.finish());
    return out.rows(std::move(changes));
  }

  TimestampMs next_time() const override { return expiries_.next_time(); }
  Status on_time(TimestampMs wall_ms, Output&) override {
    expiries_.drop_due(wall_ms, keys_, [this](Keys::iterator key) { forget(key); });
    return {};
  }

  void write_changes(StateWriter& writer) override {
    for (const std::string& name : changed_) {
      const auto key = keys_.find(name);
      write(writer, name, key == keys_.end() ? gone_ : key->second);
    }
    changed_.clear();
  }
  void write_all(StateWriter& writer) override {
    for (const auto& [name, key] : keys_) write(writer, name, key);
    changed_.clear();
  }
  Status read(ByteView payload) override {
    ByteView name;
    uint64_t touched = 0;
    if (!take_sized(payload, name) || !take_varint(payload, touched))
      return fail(Code::corrupt, "a key in the state of {} breaks off", node_.id);
    if (payload.empty()) {
      if (const auto key = keys_.find(name); key != keys_.end()) forget(key);
    } else {
      keep(name, payload)->second.age.touched = unzigzag(touched);
    }
    changed_.clear();
    return {};
  }
  void on_restored() override {
    for (auto& [name, key] : keys_) expiries_.restore(key.age, name);
    expiries_.sort();
  }
  uint64_t state_bytes() const override { return bytes_; }
  uint64_t state_rows() const override { return keys_.size(); }

 private:
  struct Key {
    std::string row;  ///< empty only in gone_
    KeyAge age;
  };
  using Keys = absl::flat_hash_map<std::string, Key, EncodedKeyHash, std::equal_to<>>;

  void encode(const data::Batch& batch) {
    std::vector<data::ColumnPtr> key;
    for (const int32_t column : node_.key) key.push_back(batch.columns[static_cast<std::size_t>(column)]);
    data::encode_rows(key, batch.rows, encoded_keys_);
    data::encode_rows(batch.columns, batch.rows, encoded_);
  }

  Status choose(const data::Batch& batch) {
    if (!condition_) return {};
    TRY_ASSIGN(const auto kept, condition_->select({.batch = batch, .wall_ms = context_.wall_ms(), .watermarks = {}}));
    kept_.assign(batch.rows, 0);
    for (const uint32_t row : kept) kept_[row] = 1;
    return {};
  }

  Keys::iterator keep(ByteView name, ByteView row) {
    changed_.emplace(name);
    const auto [key, added] = keys_.try_emplace(name);
    bytes_ += row.size() - key->second.row.size() + (added ? name.size() : 0);
    key->second.row = row;
    return key;
  }

  void touch(Keys::iterator key) { expiries_.touch(key->second.age, key->first, context_.wall_ms()); }

  void forget(Keys::iterator key) {
    changed_.insert(key->first);
    bytes_ -= key->first.size() + key->second.row.size();
    keys_.erase(key);
  }

  static void write(StateWriter& writer, ByteView name, const Key& key) {
    std::string payload;
    append_sized(payload, name);
    append_varint(payload, zigzag(key.age.touched));
    payload.append(key.row);
    writer.entry(key_group_of(data::stable_hash(name)), payload);
  }

  const sql::ChangelogNormalizeNode& node_;
  const std::optional<Evaluator>& condition_;
  OperatorContext& context_;
  Keys keys_;
  const Key gone_;  ///< what is written of a key that is not there any more
  ExpiryQueue<std::string> expiries_;
  absl::flat_hash_set<std::string, EncodedKeyHash, std::equal_to<>> changed_;
  uint64_t bytes_ = 0;
  data::EncodedRows encoded_keys_, encoded_;
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
