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

namespace azud::stream {
namespace {

class UpsertMaterialize final : public Operator {
 public:
  UpsertMaterialize(const sql::UpsertMaterializeNode& node, OperatorContext&) : node_(node) {}

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

  void write_changes(StateWriter& writer) override {
    for (const std::string& key : changed_) write(writer, key);
    changed_.clear();
  }
  void write_all(StateWriter& writer) override {
    for (const auto& [key, rows] : keys_) write(writer, key);
    changed_.clear();
  }
  Status read(ByteView payload) override {
    ByteView key;
    uint64_t count = 0;
    Rows rows;
    bool whole = take_sized(payload, key) && take_varint(payload, count) && count <= payload.size();
    for (uint64_t i = 0; whole && i < count; ++i) {
      ByteView identity, row;
      whole = take_sized(payload, identity) && take_sized(payload, row);
      rows.push_back({std::string(identity), std::string(row)});
    }
    if (!whole) return fail(Code::corrupt, "the rows of a key in the state of {} break off", node_.id);
    forget(key);
    for (const Row& row : rows) bytes_ += row.bytes();
    if (!rows.empty()) keys_.emplace(key, std::move(rows));
    return {};
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
    Rows& rows = keys_.try_emplace(std::string(encoded_keys_[i])).first->second;
    changed_.emplace(encoded_keys_[i]);
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
    const auto found = keys_.find(encoded_keys_[i]);
    if (found == keys_.end()) return {};
    Rows& rows = found->second;
    const auto gone = find(rows, i);
    if (gone == rows.end()) return {};
    changed_.emplace(encoded_keys_[i]);
    bytes_ -= gone->bytes();
    const bool last = std::next(gone) == rows.end();
    const std::string row = gone->row;
    rows.erase(gone);
    if (rows.empty()) {
      keys_.erase(found);
      return emit(data::RowKind::remove, row, order);
    }
    return last ? emit(data::RowKind::update_after, rows.back().row, order) : Status();
  }

  void forget(ByteView key) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return;
    for (const Row& row : found->second) bytes_ -= row.bytes();
    keys_.erase(found);
  }

  void write(StateWriter& writer, const std::string& key) {
    const auto found = keys_.find(key);
    std::string payload;
    append_sized(payload, key);
    append_varint(payload, found == keys_.end() ? 0 : found->second.size());
    if (found != keys_.end())
      for (const Row& row : found->second) {
        append_sized(payload, row.identity);
        append_sized(payload, row.row);
      }
    writer.entry(key_group_of(data::stable_hash(key)), payload);
  }

  const sql::UpsertMaterializeNode& node_;
  absl::flat_hash_map<std::string, Rows, EncodedKeyHash, std::equal_to<>> keys_;
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
