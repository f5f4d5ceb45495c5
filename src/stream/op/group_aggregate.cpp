#include "stream/op/group_aggregate.h"

#include <algorithm>

#include "base/varint.h"
#include "data/row_codec.h"
#include "sql/plan/physical_state.h"
#include "stream/op/aggregate/aggregate_set.h"
#include "stream/op/key_table.h"
#include "stream/state/expiry_queue.h"

namespace azud::stream {
namespace {

using data::RowKind;

struct Plan {
  const sql::GroupAggregateNode* node;
  AggregateSet aggregates;
  bool retracts;
};

/// The changes that come of one batch: which of its rows each belongs to, what happened, the aggregates' values.
struct Changes {
  std::vector<uint32_t> rows;
  std::vector<RowKind> kinds;
  std::vector<data::ColumnBuilder> results;
};

class GroupAggregate final : public Operator {
 public:
  GroupAggregate(const Plan& plan, OperatorContext& context)
      : plan_(plan),
        node_(*plan.node),
        context_(context),
        feed_(plan.aggregates),
        groups_(sizeof(int64_t) + plan.aggregates.stride()),
        expiries_(node_.state_ttl_ms),
        before_(plan.aggregates.size()) {}
  ~GroupAggregate() override {
    for (KeyTable::Slot slot = 0; slot < groups_.slots(); ++slot)
      if (groups_.is_used(slot)) plan_.aggregates.destroy(states_of(slot));
  }

  Status on_rows(std::size_t, data::Batch batch, Output& out) override;
  TimestampMs next_time() const override { return expiries_.next_time(); }
  Status on_time(TimestampMs wall_ms, Output&) override {
    expiries_.drop_due_by(
        wall_ms, [this](KeyTable::Slot slot) { return groups_.is_used(slot) ? &ages_[slot] : nullptr; },
        [this](KeyTable::Slot slot) { drop(slot); });
    return {};
  }
  void write_changes(StateWriter& writer) override;
  void write_all(StateWriter& writer) override;
  Status read(ByteView payload) override;
  void on_restored() override;
  uint64_t state_bytes() const override { return groups_.state_bytes(); }
  uint64_t state_rows() const override { return groups_.size(); }

 private:
  int64_t& count_of(KeyTable::Slot slot) { return *reinterpret_cast<int64_t*>(groups_.record(slot)); }
  char* states_of(KeyTable::Slot slot) { return groups_.record(slot) + sizeof(int64_t); }

  void change(const data::Batch& batch, uint32_t row, Changes& changes);
  void note_results(KeyTable::Slot slot);
  bool results_differ(KeyTable::Slot slot);
  void add_change(RowKind kind, uint32_t row, Changes& changes);
  void add_before(Changes& changes);
  void touch(KeyTable::Slot slot);
  void drop(KeyTable::Slot slot);
  bool has_expired(KeyTable::Slot slot) const {
    return expiries_.has_ttl() && expiries_.has_expired(ages_[slot], context_.wall_ms());
  }
  void make_room(KeyTable::Slot slot);
  void write_group(StateWriter& writer, KeyTable::Slot slot);

  const Plan& plan_;
  const sql::GroupAggregateNode& node_;
  OperatorContext& context_;
  AggregateSet::Feed feed_;
  KeyTable groups_;  ///< row count, aggregates
  std::vector<char> is_dirty_;
  std::vector<KeyTable::Slot> dirty_;
  std::vector<std::string> dropped_;  ///< keys of groups that the last commit may still have
  std::vector<KeyAge> ages_;          ///< by slot; empty without a TTL
  ExpiryQueue<KeyTable::Slot> expiries_;

  /// A result before a row changed the group.
  struct Before {
    Scalar value;
    std::string text;
  };
  std::vector<Before> before_;
  std::vector<data::ColumnPtr> key_columns_;
  data::EncodedRows keys_;
  std::string scratch_, payload_;
};

Status GroupAggregate::on_rows(std::size_t, data::Batch batch, Output& out) {
  key_columns_.clear();
  for (const int32_t key : node_.keys) key_columns_.push_back(batch.columns[static_cast<std::size_t>(key)]);
  data::encode_rows(key_columns_, batch.rows, keys_);
  feed_.bind(batch);
  Changes changes;
  for (std::size_t i = 0; i < plan_.aggregates.size(); ++i)
    changes.results.emplace_back(plan_.aggregates.type(i), 2 * batch.rows);
  for (uint32_t row = 0; row < batch.rows; ++row) change(batch, row, changes);
  if (changes.rows.empty()) return {};
  data::Batch result{.rows = changes.rows.size(), .kinds = std::move(changes.kinds)};
  for (const data::ColumnPtr& key : key_columns_) result.columns.push_back(data::take(key, changes.rows));
  for (data::ColumnBuilder& builder : changes.results) result.columns.push_back(builder.finish());
  if (!batch.order.empty())
    for (const uint32_t row : changes.rows) result.order.push_back(batch.order[row]);
  if (std::ranges::all_of(result.kinds, [](RowKind kind) { return kind == RowKind::insert; })) result.kinds.clear();
  return out.rows(std::move(result));
}

/// One row of the input, in the order of Flink's own: a group is gone when its count is 0, whatever its results say.
void GroupAggregate::change(const data::Batch& batch, uint32_t row, Changes& changes) {
  const bool adds = data::is_addition(batch.kind(row));
  KeyTable::Slot slot = groups_.find(keys_[row]);
  if (slot != KeyTable::none && has_expired(slot)) {
    drop(slot);
    slot = KeyTable::none;
  }
  const bool is_new = slot == KeyTable::none;
  if (is_new) {
    if (!adds) return;
    bool added = false;
    slot = groups_.insert(keys_[row], added);
    make_room(slot);
  } else {
    note_results(slot);
  }
  touch(slot);
  if (adds) {
    ++count_of(slot);
    feed_.add(states_of(slot), row);
  } else {
    --count_of(slot);
    feed_.retract(states_of(slot), row);
  }
  if (count_of(slot) == 0 && plan_.retracts) {
    add_change(RowKind::remove, row, changes);
    add_before(changes);
    drop(slot);
    return;
  }
  if (!is_new) {
    if (!expiries_.has_ttl() && !results_differ(slot)) return;
    if (node_.emit_update_before) {
      add_change(RowKind::update_before, row, changes);
      add_before(changes);
    }
  }
  add_change(is_new ? RowKind::insert : RowKind::update_after, row, changes);
  plan_.aggregates.append_results(states_of(slot), changes.results, scratch_);
}

void GroupAggregate::note_results(KeyTable::Slot slot) {
  for (std::size_t i = 0; i < before_.size(); ++i) {
    Before& before = before_[i];
    before.value = plan_.aggregates.result(states_of(slot), i, scratch_);
    const ScalarKind kind = scalar_kind_of(plan_.aggregates.type(i).kind());
    if (before.value.null || (kind != ScalarKind::text && kind != ScalarKind::nested)) continue;
    before.text = before.value.text;
    before.value.text = before.text;
  }
}

bool GroupAggregate::results_differ(KeyTable::Slot slot) {
  for (std::size_t i = 0; i < before_.size(); ++i) {
    const Scalar before = before_[i].value;
    const Scalar now = plan_.aggregates.result(states_of(slot), i, scratch_);
    if (before.null || now.null) {
      if (before.null != now.null) return true;
      continue;
    }
    switch (scalar_kind_of(plan_.aggregates.type(i).kind())) {
      case ScalarKind::integer:
        if (before.integer != now.integer) return true;
        break;
      case ScalarKind::number: {
        const bool narrow = plan_.aggregates.type(i).kind() == data::TypeKind::real;
        if (narrow ? static_cast<float>(before.number) != static_cast<float>(now.number) : before.number != now.number)
          return true;
        break;
      }
      case ScalarKind::decimal:
        if (before.decimal != now.decimal) return true;
        break;
      case ScalarKind::text:
      case ScalarKind::nested:
        if (before.text != now.text) return true;
        break;
    }
  }
  return false;
}

void GroupAggregate::add_change(RowKind kind, uint32_t row, Changes& changes) {
  changes.kinds.push_back(kind);
  changes.rows.push_back(row);
}

void GroupAggregate::add_before(Changes& changes) {
  for (std::size_t i = 0; i < before_.size(); ++i) append_scalar(changes.results[i], before_[i].value);
}

void GroupAggregate::make_room(KeyTable::Slot slot) {
  if (slot < is_dirty_.size()) return;
  is_dirty_.resize(slot + 1, 0);
  if (expiries_.has_ttl()) ages_.resize(slot + 1);
}

void GroupAggregate::touch(KeyTable::Slot slot) {
  if (is_dirty_[slot] == 0) {
    is_dirty_[slot] = 1;
    dirty_.push_back(slot);
  }
  if (expiries_.has_ttl()) expiries_.touch(ages_[slot], slot, context_.wall_ms());
}

void GroupAggregate::drop(KeyTable::Slot slot) {
  dropped_.emplace_back(groups_.key(slot));
  plan_.aggregates.destroy(states_of(slot));
  groups_.erase(slot);
  is_dirty_[slot] = 0;
  if (expiries_.has_ttl()) ages_[slot] = {};
}

/// Its key, then count, time of its last row, aggregates; the key alone says that the group is gone.
void GroupAggregate::write_group(StateWriter& writer, KeyTable::Slot slot) {
  is_dirty_[slot] = 0;
  payload_.clear();
  append_sized(payload_, groups_.key(slot));
  append_varint(payload_, zigzag(count_of(slot)));
  append_varint(payload_, zigzag(expiries_.has_ttl() ? ages_[slot].touched : KeyAge::unknown));
  plan_.aggregates.encode(states_of(slot), payload_);
  writer.entry(groups_.group(slot), payload_);
}

void GroupAggregate::write_changes(StateWriter& writer) {
  for (const std::string& key : dropped_) {
    if (groups_.find(key) != KeyTable::none) continue;
    payload_.clear();
    append_sized(payload_, key);
    writer.entry(key_group_of(data::stable_hash(key)), payload_);
  }
  for (const KeyTable::Slot slot : dirty_)
    if (is_dirty_[slot] != 0) write_group(writer, slot);
  dropped_.clear();
  dirty_.clear();
}

void GroupAggregate::write_all(StateWriter& writer) {
  for (KeyTable::Slot slot = 0; slot < groups_.slots(); ++slot)
    if (groups_.is_used(slot)) write_group(writer, slot);
  dropped_.clear();
  dirty_.clear();
}

Status GroupAggregate::read(ByteView payload) {
  const auto broken = [&] { return fail(Code::corrupt, "a group in the state of {} breaks off", node_.id); };
  ByteView key;
  uint64_t count = 0, touched = 0;
  if (!take_sized(payload, key)) return broken();
  KeyTable::Slot slot = groups_.find(key);
  if (payload.empty()) {
    if (slot != KeyTable::none) drop(slot);
    dropped_.clear();
    return {};
  }
  bool added = false;
  slot = groups_.insert(key, added);
  make_room(slot);
  plan_.aggregates.destroy(states_of(slot));
  if (!take_varint(payload, count) || !take_varint(payload, touched) ||
      !plan_.aggregates.decode(payload, states_of(slot)))
    return broken();
  count_of(slot) = unzigzag(count);
  if (expiries_.has_ttl()) ages_[slot].touched = unzigzag(touched);
  return {};
}

void GroupAggregate::on_restored() {
  for (KeyTable::Slot slot = 0; slot < ages_.size(); ++slot)
    if (groups_.is_used(slot)) expiries_.restore(ages_[slot], slot);
  expiries_.sort();
}

class GroupAggregateSpec final : public OperatorSpec {
 public:
  GroupAggregateSpec(sql::NodePtr node, Plan plan) : node_(std::move(node)), plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<GroupAggregate>(plan_, context);
  }

 private:
  sql::NodePtr node_;  ///< keeps what plan_ points to
  Plan plan_;
};

}  // namespace

Result<OperatorSpecPtr> make_group_aggregate(const sql::NodePtr& node) {
  const auto& group = node->as<sql::GroupAggregateNode>();
  const sql::PhysicalNode& input = *group.inputs.front();
  const bool retracts = input.mode != sql::ChangelogMode::insert_only;
  TRY_ASSIGN(AggregateSet aggregates, AggregateSet::make(group.aggregates, input.output, retracts));
  return OperatorSpecPtr(std::make_unique<GroupAggregateSpec>(node, Plan{&group, std::move(aggregates), retracts}));
}

}  // namespace azud::stream
