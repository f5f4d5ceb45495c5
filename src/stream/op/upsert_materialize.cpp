#include "stream/op/upsert_materialize.h"

#include <algorithm>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/varint.h"
#include "data/builder.h"
#include "data/hash.h"
#include "data/row_codec.h"
#include "stream/op/encoded_key_hash.h"
#include "stream/state/expiry_queue.h"

namespace azud::stream {
namespace {

class UpsertMaterialize final : public Operator {
 public:
  UpsertMaterialize(const sql::UpsertMaterializeNode& node, OperatorContext& context)
      : node_(node), context_(context), expiries_(node.state_ttl_ms) {}

  Status on_rows(std::size_t, data::Batch batch, Output& out) override {
    encode(batch);
    for (const sql::Field& field : node_.output) columns_.emplace_back(field.type, batch.rows);
    changes_ = {};
    for (std::size_t i = 0; i < batch.rows; ++i) {
      const uint64_t order = batch.order.empty() ? 0 : batch.order[i];
      TRY(data::is_addition(batch.kind(i)) ? add(i, order) : take_away(i, order));
    }
    if (batch.order.empty()) changes_.order.clear();
    for (data::ColumnBuilder& column : columns_) changes_.columns.push_back(column.finish());
    columns_.clear();
    return changes_.rows == 0 ? Status() : out.rows(std::move(changes_));
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
    uint64_t touched = 0, count = 0;
    Rows rows;
    bool whole = take_sized(payload, name) && take_varint(payload, touched) && take_varint(payload, count) &&
                 count <= payload.size();
    for (uint64_t i = 0; whole && i < count; ++i) {
      ByteView identity, row;
      whole = take_sized(payload, identity) && take_sized(payload, row);
      rows.push_back({std::string(identity), std::string(row)});
    }
    if (!whole) return fail(Code::corrupt, "the rows of a key in the state of {} break off", node_.id);
    if (const auto key = keys_.find(name); key != keys_.end()) forget(key);
    for (const Row& row : rows) bytes_ += row.bytes();
    if (!rows.empty()) keys_.emplace(name, Key{std::move(rows), {.touched = unzigzag(touched)}});
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
  struct Row {
    std::string identity;  ///< the query's key of it; empty if that has none
    std::string row;
    uint64_t bytes() const { return sizeof(Row) + identity.size() + row.size(); }
  };
  using Rows = std::vector<Row>;
  struct Key {
    Rows rows;  ///< none only in gone_
    KeyAge age;
  };
  using Keys = absl::flat_hash_map<std::string, Key, EncodedKeyHash, std::equal_to<>>;

  void encode(const data::Batch& batch) {
    const auto encode_columns = [&](const std::vector<int32_t>& columns, data::EncodedRows& into) {
      std::vector<data::ColumnPtr> chosen;
      for (const int32_t column : columns) chosen.push_back(batch.columns[static_cast<std::size_t>(column)]);
      data::encode_rows(chosen, batch.rows, into);
    };
    encode_columns(node_.key, encoded_keys_);
    encode_columns(node_.input_key, identities_);
    data::encode_rows(batch.columns, batch.rows, encoded_);
  }

  Status emit(data::RowKind kind, ByteView row, uint64_t order) {
    changes_.kinds.push_back(kind);
    changes_.order.push_back(order);
    ++changes_.rows;
    if (!data::take_row(row, columns_)) return fail(Code::corrupt, "a row in the state of {} breaks off", node_.id);
    return {};
  }

  Rows::iterator find(Rows& rows, std::size_t i) {
    if (node_.input_key.empty()) return std::ranges::find(rows, encoded_[i], &Row::row);
    return std::ranges::find(rows, identities_[i], &Row::identity);
  }

  Status add(std::size_t i, uint64_t order) {
    forget_expired(encoded_keys_[i]);
    const auto key = keys_.try_emplace(encoded_keys_[i]).first;
    touch(key);
    Rows& rows = key->second.rows;
    const data::RowKind kind = rows.empty() ? data::RowKind::insert : data::RowKind::update_after;
    Row row{std::string(identities_[i]), std::string(encoded_[i])};
    bytes_ += row.bytes();
    const auto old = node_.input_key.empty() ? rows.end() : find(rows, i);
    if (old == rows.end()) {
      rows.push_back(std::move(row));
    } else {
      bytes_ -= old->bytes();
      *old = std::move(row);
    }
    return emit(kind, encoded_[i], order);
  }

  Status take_away(std::size_t i, uint64_t order) {
    forget_expired(encoded_keys_[i]);
    const auto key = keys_.find(encoded_keys_[i]);
    if (key == keys_.end()) return {};
    Rows& rows = key->second.rows;
    const auto gone = find(rows, i);
    if (gone == rows.end()) return {};
    touch(key);
    bytes_ -= gone->bytes();
    const bool last = std::next(gone) == rows.end();
    const std::string row = gone->row;
    rows.erase(gone);
    if (rows.empty()) {
      keys_.erase(key);
      return emit(data::RowKind::remove, row, order);
    }
    return last ? emit(data::RowKind::update_after, rows.back().row, order) : Status();
  }

  void touch(Keys::iterator key) {
    changed_.insert(key->first);
    expiries_.touch(key->second.age, key->first, context_.wall_ms());
  }

  void forget(Keys::iterator key) {
    changed_.insert(key->first);
    for (const Row& row : key->second.rows) bytes_ -= row.bytes();
    keys_.erase(key);
  }

  void forget_expired(ByteView name) {
    if (!expiries_.has_ttl()) return;
    const auto key = keys_.find(name);
    if (key != keys_.end() && expiries_.has_expired(key->second.age, context_.wall_ms())) forget(key);
  }

  static void write(StateWriter& writer, ByteView name, const Key& key) {
    std::string payload;
    append_sized(payload, name);
    append_varint(payload, zigzag(key.age.touched));
    append_varint(payload, key.rows.size());
    for (const Row& row : key.rows) {
      append_sized(payload, row.identity);
      append_sized(payload, row.row);
    }
    writer.entry(key_group_of(data::stable_hash(name)), payload);
  }

  const sql::UpsertMaterializeNode& node_;
  OperatorContext& context_;
  Keys keys_;
  const Key gone_;  ///< what is written of a key that is not there any more
  ExpiryQueue<std::string> expiries_;
  absl::flat_hash_set<std::string, EncodedKeyHash, std::equal_to<>> changed_;
  uint64_t bytes_ = 0;
  data::EncodedRows encoded_keys_, identities_, encoded_;
  data::Batch changes_;
  std::vector<data::ColumnBuilder> columns_;
};

class UpsertMaterializeSpec final : public OperatorSpec {
 public:
  explicit UpsertMaterializeSpec(sql::NodePtr node) : node_(std::move(node)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<UpsertMaterialize>(node_->as<sql::UpsertMaterializeNode>(), context);
  }

 private:
  sql::NodePtr node_;
};

}  // namespace

Result<OperatorSpecPtr> make_upsert_materialize(const sql::NodePtr& node) {
  return OperatorSpecPtr(std::make_unique<UpsertMaterializeSpec>(node));
}

}  // namespace azud::stream
