#include "stream/op/over_sorted.h"

#include <algorithm>

#include <absl/container/flat_hash_map.h>

#include "base/varint.h"
#include "data/builder.h"
#include "data/hash.h"
#include "data/row_codec.h"
#include "sql/plan/physical_state.h"
#include "stream/op/encoded_key_hash.h"
#include "stream/op/sort_key.h"
#include "stream/op/sorted_rows.h"
#include "stream/state/expiry_queue.h"

namespace azud::stream {
namespace {

using data::RowKind;

constexpr char tag_row = 'A';
constexpr char tag_removed = 'R';
constexpr char tag_gone = 'D';

/// Rows of a batch that goes out: one row of the input can change any number of them.
constexpr std::size_t batch_rows_max = 4096;

struct Plan {
  const sql::SortedOverNode* node;
  AggregateSet aggregates;
  ScalarKind order_kind;
};

class OverSorted final : public Operator {
 public:
  OverSorted(const Plan& plan, OperatorContext& context)
      : plan_(plan),
        node_(*plan.node),
        context_(context),
        feed_(plan.aggregates),
        now_(plan.aggregates),
        before_(plan.aggregates),
        expiries_(node_.state_ttl_ms),
        emit_([this](RowKind kind, ByteView row, std::span<const Scalar> results) { emit(kind, row, results); }) {}

  Status on_rows(std::size_t, data::Batch batch, Output& out) override;
  TimestampMs next_time() const override { return expiries_.next_time(); }
  Status on_time(TimestampMs wall_ms, Output&) override;
  void write_changes(StateWriter& writer) override;
  void write_all(StateWriter& writer) override;
  Status read(ByteView payload) override;
  void on_restored() override;
  uint64_t state_bytes() const override { return bytes_ + pending_bytes_; }
  uint64_t state_rows() const override { return rows_; }

 private:
  struct Key {
    SortedRows rows;
    KeyAge age;
  };
  using Keys = absl::flat_hash_map<std::string, Key, EncodedKeyHash, std::equal_to<>>;

  void encode(const data::Batch& batch);
  void change(const data::Batch& batch, std::size_t row);
  void add(Key& key, ByteView name, std::size_t row, RowKind kind);
  void take_away(Keys::iterator key, std::size_t row);
  void emit(RowKind kind, ByteView row, std::span<const Scalar> results);
  Status flush(Output& out);

  Keys::iterator key_of(ByteView name);
  void touch(Keys::iterator key) { expiries_.touch(key->second.age, key->first, context_.wall_ms()); }
  void forget(Keys::iterator key);
  void note_added(uint64_t id, std::string entry);
  void note_removed(uint64_t id, ByteView name, TimestampMs touched);
  void forget_pending();
  static std::string entry_of(char tag, ByteView name, TimestampMs touched, ByteView order, uint64_t id);
  static std::string row_entry(ByteView name, TimestampMs touched, ByteView order, const SortedRows::Row& row);

  const Plan& plan_;
  const sql::SortedOverNode& node_;
  OperatorContext& context_;
  AggregateSet::Feed feed_;
  RunningTotals now_, before_;
  ExpiryQueue<std::string> expiries_;
  SortedRows::Emit emit_;
  Keys keys_;
  uint64_t bytes_ = 0;
  uint64_t rows_ = 0;

  // What the next commit writes: keys that are gone, rows that are, and the entries of rows that are new, by id from
  // first_pending_ on; an empty one is of a row that has gone again.
  std::vector<std::string> gone_, removed_, pending_;
  uint64_t first_pending_ = 0;
  uint64_t pending_bytes_ = 0;

  std::vector<data::ColumnPtr> key_columns_;
  data::EncodedRows encoded_keys_, encoded_;
  std::string order_, scratch_;
  data::Batch changes_;
  std::vector<data::ColumnBuilder> columns_;
  uint64_t cause_ = 0;
  bool broken_ = false;
};

void OverSorted::encode(const data::Batch& batch) {
  key_columns_.clear();
  for (const int32_t key : node_.partition_by) key_columns_.push_back(batch.columns[static_cast<std::size_t>(key)]);
  data::encode_rows(key_columns_, batch.rows, encoded_keys_);
  data::encode_rows(batch.columns, batch.rows, encoded_);
  feed_.bind(batch);
}

Status OverSorted::on_rows(std::size_t, data::Batch batch, Output& out) {
  encode(batch);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    cause_ = batch.order.empty() ? 0 : batch.order[row];
    change(batch, row);
    if (changes_.rows < batch_rows_max && row + 1 < batch.rows) continue;
    if (batch.order.empty()) changes_.order.clear();
    TRY(flush(out));
  }
  return {};
}

void OverSorted::change(const data::Batch& batch, std::size_t row) {
  order_.clear();
  const data::Column& column = *batch.columns[static_cast<std::size_t>(node_.order_by)];
  append_sort_key(order_, plan_.order_kind, read_scalar(column, row, scratch_), node_.nulls_last);
  auto key = keys_.find(encoded_keys_[row]);
  if (key != keys_.end() && expiries_.has_expired(key->second.age, context_.wall_ms())) {
    forget(key);
    key = keys_.end();
  }
  if (!data::is_addition(batch.kind(row))) {
    if (key != keys_.end()) take_away(key, row);
    return;
  }
  if (key == keys_.end()) key = key_of(encoded_keys_[row]);
  touch(key);
  add(key->second, key->first, row, batch.kind(row));
}

void OverSorted::add(Key& key, ByteView name, std::size_t row, RowKind kind) {
  SortedRows::Row added{.id = first_pending_ + pending_.size()};
  feed_.capture(row, added.bytes);
  added.arguments_size = static_cast<uint32_t>(added.bytes.size());
  added.bytes.append(encoded_[row]);
  note_added(added.id, row_entry(name, key.age.touched, order_, added));
  bytes_ -= key.rows.state_bytes();
  key.rows.insert(order_, std::move(added), kind, {now_, before_, emit_});
  bytes_ += key.rows.state_bytes();
  ++rows_;
}

void OverSorted::take_away(Keys::iterator key, std::size_t row) {
  SortedRows& rows = key->second.rows;
  bytes_ -= rows.state_bytes();
  const std::optional<uint64_t> id = rows.remove(order_, encoded_[row], {now_, before_, emit_});
  bytes_ += rows.state_bytes();
  if (!id) return;
  --rows_;
  touch(key);
  note_removed(*id, key->first, key->second.age.touched);
  if (!rows.empty()) return;
  bytes_ -= sizeof(Keys::value_type) + key->first.size();
  keys_.erase(key);
}

void OverSorted::emit(RowKind kind, ByteView row, std::span<const Scalar> results) {
  if (kind == RowKind::update_before && !node_.emit_update_before) return;
  if (columns_.empty())
    for (const sql::Field& field : node_.output) columns_.emplace_back(field.type);
  const std::size_t width = columns_.size() - results.size();
  broken_ |= !data::take_row(row, std::span(columns_).first(width));
  for (std::size_t i = 0; i < results.size(); ++i) append_scalar(columns_[width + i], results[i]);
  changes_.kinds.push_back(kind);
  changes_.order.push_back(cause_);
  ++changes_.rows;
}

Status OverSorted::flush(Output& out) {
  if (broken_) return fail(Code::corrupt, "a row in the state of {} breaks off", node_.id);
  data::Batch batch = std::move(changes_);
  changes_ = {};
  if (batch.rows == 0) return {};
  for (data::ColumnBuilder& column : columns_) batch.columns.push_back(column.finish());
  columns_.clear();
  return out.rows(std::move(batch));
}

OverSorted::Keys::iterator OverSorted::key_of(ByteView name) {
  const auto [key, added] = keys_.try_emplace(std::string(name), Key{.rows = SortedRows(node_.rows)});
  if (added) bytes_ += sizeof(Keys::value_type) + name.size();
  return key;
}

void OverSorted::forget(Keys::iterator key) {
  gone_.push_back(entry_of(tag_gone, key->first, 0, {}, 0));
  key->second.rows.for_each([this](ByteView, const SortedRows::Row& row) {
    if (row.id >= first_pending_) note_removed(row.id, {}, 0);
  });
  rows_ -= key->second.rows.rows();
  bytes_ -= key->second.rows.state_bytes() + sizeof(Keys::value_type) + key->first.size();
  keys_.erase(key);
}

Status OverSorted::on_time(TimestampMs wall_ms, Output&) {
  expiries_.drop_due(wall_ms, keys_, [this](Keys::iterator key) { forget(key); });
  return {};
}

std::string OverSorted::entry_of(char tag, ByteView name, TimestampMs touched, ByteView order, uint64_t id) {
  std::string entry(1, tag);
  append_sized(entry, name);
  append_varint(entry, zigzag(touched));
  append_sized(entry, order);
  append_varint(entry, id);
  return entry;
}

std::string OverSorted::row_entry(ByteView name, TimestampMs touched, ByteView order, const SortedRows::Row& row) {
  std::string entry = entry_of(tag_row, name, touched, order, row.id);
  append_varint(entry, row.arguments_size);
  return entry += row.bytes;
}

void OverSorted::note_added(uint64_t id, std::string entry) {
  AZUD_ASSERT(id == first_pending_ + pending_.size(), "ids are given in order");
  pending_bytes_ += entry.size();
  pending_.push_back(std::move(entry));
}

/// A row that no commit has yet takes nothing but its own entry away.
void OverSorted::note_removed(uint64_t id, ByteView name, TimestampMs touched) {
  if (id < first_pending_) {
    removed_.push_back(entry_of(tag_removed, name, touched, order_, id));
    return;
  }
  std::string& entry = pending_[id - first_pending_];
  pending_bytes_ -= entry.size();
  entry = {};
}

void OverSorted::forget_pending() {
  first_pending_ += pending_.size();
  pending_.clear();
  pending_bytes_ = 0;
  removed_.clear();
  gone_.clear();
}

void OverSorted::write_changes(StateWriter& writer) {
  for (const std::vector<std::string>* entries : {&gone_, &removed_, &pending_}) {
    for (const std::string& entry : *entries) {
      if (entry.empty()) continue;
      ByteView rest = ByteView(entry).substr(1), name;
      const bool whole = take_sized(rest, name);
      AZUD_ASSERT(whole, "an entry begins with its key");
      writer.entry(key_group_of(data::stable_hash(name)), entry);
    }
  }
  forget_pending();
}

void OverSorted::write_all(StateWriter& writer) {
  for (const auto& [name, key] : keys_) {
    const KeyGroup group = key_group_of(data::stable_hash(name));
    key.rows.for_each([&, &touched = key.age.touched, &name = name](ByteView order, const SortedRows::Row& row) {
      writer.entry(group, row_entry(name, touched, order, row));
    });
  }
  forget_pending();
}

Status OverSorted::read(ByteView payload) {
  const auto broken = [&] { return fail(Code::corrupt, "an entry in the state of {} breaks off", node_.id); };
  const char tag = payload.empty() ? '\0' : payload.front();
  if (tag != tag_row && tag != tag_removed && tag != tag_gone)
    return fail(Code::corrupt, "an unknown entry in the state of {}", node_.id);
  payload.remove_prefix(1);
  ByteView name, order;
  uint64_t touched = 0, arguments = 0;
  SortedRows::Row row;
  if (!take_sized(payload, name) || !take_varint(payload, touched) || !take_sized(payload, order) ||
      !take_varint(payload, row.id))
    return broken();
  if (tag == tag_gone) {
    keys_.erase(name);
    return {};
  }
  first_pending_ = std::max(first_pending_, row.id + 1);
  Key& key = key_of(name)->second;
  key.age.touched = std::max(key.age.touched, unzigzag(touched));
  if (tag == tag_removed) {
    key.rows.restore_removal(order, row.id);
    if (key.rows.empty()) keys_.erase(name);
    return {};
  }
  if (!take_varint(payload, arguments) || arguments > payload.size()) return broken();
  row.arguments_size = static_cast<uint32_t>(arguments);
  row.bytes = payload;
  key.rows.restore(order, std::move(row));
  return {};
}

void OverSorted::on_restored() {
  bytes_ = rows_ = 0;
  for (auto& [name, key] : keys_) {
    key.rows.recompute(now_);
    rows_ += key.rows.rows();
    bytes_ += key.rows.state_bytes() + sizeof(Keys::value_type) + name.size();
    expiries_.restore(key.age, name);
  }
  expiries_.sort();
}

class OverSortedSpec final : public OperatorSpec {
 public:
  OverSortedSpec(sql::NodePtr node, Plan plan) : node_(std::move(node)), plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<OverSorted>(plan_, context);
  }

 private:
  sql::NodePtr node_;  ///< keeps what plan_ points to
  Plan plan_;
};

}  // namespace

Result<OperatorSpecPtr> make_over_sorted(const sql::NodePtr& node) {
  const auto& over = node->as<sql::SortedOverNode>();
  const sql::Schema& input = over.inputs.front()->output;
  const ScalarKind kind = scalar_kind_of(input[static_cast<std::size_t>(over.order_by)].type.kind());
  if (kind == ScalarKind::nested) return fail(Code::unsupported, "{} is ordered by a nested value", node->id);
  TRY_ASSIGN(AggregateSet aggregates, AggregateSet::make(over.aggregates, input, false));
  return OperatorSpecPtr(std::make_unique<OverSortedSpec>(node, Plan{&over, std::move(aggregates), kind}));
}

}  // namespace azud::stream
