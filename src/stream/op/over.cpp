#include "stream/op/over.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/varint.h"
#include "stream/op/aggregate/aggregate_set.h"
#include "stream/op/key_table.h"
#include "stream/op/over_input.h"

namespace azud::stream {
namespace {

constexpr char tag_record = 'A';
constexpr char tag_row = 'H';
constexpr char tag_gone = 'D';

struct Plan {
  const sql::OverNode* node;
  AggregateSet aggregates;
};

/// A row that is still in the frame of a key.
struct Framed {
  TimestampMs time;
  std::string arguments;
  bool written;
};

class Over final : public OverInput {
 public:
  Over(const Plan& plan, OperatorContext& context)
      : OverInput(*plan.node, context),
        plan_(plan),
        feed_(plan.aggregates),
        keys_(std::max<std::size_t>(plan.aggregates.stride(), 8)),
        bounded_(plan.node->preceding.has_value()),
        // The rows of a RANGE of some length leave by themselves.
        ttl_ms_(bounded_ && !plan.node->rows ? 0 : plan.node->state_ttl_ms) {}
  ~Over() override {
    for (KeyTable::Slot slot = 0; slot < keys_.slots(); ++slot) plan_.aggregates.destroy(keys_.record(slot));
  }

  void write_changes(StateWriter& writer) override {
    pending_.write_changes(writer);
    for (const std::string& key : dropped_) {
      std::string payload(1, tag_gone);
      append_sized(payload, key);
      writer.entry(key_group_of(data::stable_hash(key)), payload);
    }
    dropped_.clear();
    for (const KeyTable::Slot slot : dirty_)
      if (is_dirty_[slot] != 0) write_slot(writer, slot, false);
    dirty_.clear();
  }
  void write_all(StateWriter& writer) override {
    pending_.write_all(writer);
    for (KeyTable::Slot slot = 0; slot < keys_.slots(); ++slot)
      if (keys_.is_used(slot)) write_slot(writer, slot, true);
    dirty_.clear();
    dropped_.clear();
  }
  TimestampMs next_time() const override;
  Status on_time(TimestampMs wall_ms, Output& out) override;
  Status read(ByteView payload) override;
  void on_restored() override;
  uint64_t state_bytes() const override { return pending_.state_bytes() + keys_.state_bytes() + frame_bytes_; }
  uint64_t state_rows() const override { return keys_.size(); }

 protected:
  Status fire(data::Batch rows, Output& out) override;
  void forget_idle(TimestampMs watermark) override;
  TimestampMs last_fired(ByteView key) override {
    const KeyTable::Slot slot = keys_.find(key);
    return slot == KeyTable::none ? timestamp_min : last_times_[slot];
  }

 private:
  KeyTable::Slot touch(ByteView key) {
    bool added = false;
    const KeyTable::Slot slot = keys_.insert(key, added);
    if (slot >= is_dirty_.size()) {
      is_dirty_.push_back(0);
      last_times_.push_back(timestamp_min);
      cleanups_.push_back(0);
      frames_.emplace_back();
    }
    return slot;
  }
  void note_changed(KeyTable::Slot slot) {
    if (is_dirty_[slot] != 0) return;
    is_dirty_[slot] = 1;
    dirty_.push_back(slot);
  }
  void drop_first(KeyTable::Slot slot) {
    auto& frame = frames_[slot];
    plan_.aggregates.retract_captured(keys_.record(slot), frame.front().arguments);
    frame_bytes_ -= sizeof(Framed) + frame.front().arguments.size();
    frame.pop_front();
  }
  /// How long after a row of a key of a bounded RANGE nothing of it can be needed any more.
  TimestampMs reach() const { return *node_.preceding + *node_.preceding / 2 + 1; }
  void forget(KeyTable::Slot slot);
  void postpone_cleanup(KeyTable::Slot slot, TimestampMs wall_ms);
  void add(KeyTable::Slot slot, std::size_t row, TimestampMs time);
  void expire(KeyTable::Slot slot, TimestampMs time);
  void note_time(TimestampMs time, KeyTable::Slot slot) {
    auto at = idle_.end();
    while (at != idle_.begin() && std::prev(at)->first > time) --at;
    idle_.emplace(at, time, slot);
  }
  void write_slot(StateWriter& writer, KeyTable::Slot slot, bool all);

  const Plan& plan_;
  AggregateSet::Feed feed_;
  KeyTable keys_;
  bool bounded_;
  int64_t ttl_ms_;
  std::vector<TimestampMs> last_times_;
  std::vector<std::deque<Framed>> frames_;
  uint64_t frame_bytes_ = 0;
  std::vector<char> is_dirty_;
  std::vector<KeyTable::Slot> dirty_;
  std::vector<KeyTable::Slot> slots_;
  /// Bounded RANGE: keys by the time of a row of theirs, to find those whose rows have all left their frame.
  std::deque<std::pair<TimestampMs, KeyTable::Slot>> idle_;
  /// With a TTL: the wall clock at which a key is dropped, 0 if that is not known yet.
  std::vector<TimestampMs> cleanups_;
  std::set<std::pair<TimestampMs, KeyTable::Slot>> cleanup_queue_;
  std::vector<std::string> dropped_;
  std::string scratch_;
};

void Over::add(KeyTable::Slot slot, std::size_t row, TimestampMs time) {
  feed_.add(keys_.record(slot), row);
  last_times_[slot] = time;
  note_changed(slot);
  if (!bounded_) return;
  Framed& framed = frames_[slot].emplace_back(Framed{time, {}, false});
  feed_.capture(row, framed.arguments);
  frame_bytes_ += sizeof(Framed) + framed.arguments.size();
}

/// Takes out the rows that the frame of a row of this time does not reach.
void Over::expire(KeyTable::Slot slot, TimestampMs time) {
  const auto& frame = frames_[slot];
  while (!frame.empty() && frame.front().time < time - *node_.preceding) drop_first(slot);
}

Status Over::fire(data::Batch rows, Output& out) {
  feed_.bind(rows);
  const data::EncodedRows& keys = encode_keys(rows);
  const data::Column& times = *rows.columns[static_cast<std::size_t>(node_.order_by)];
  std::vector<data::ColumnBuilder> results;
  for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) results.emplace_back(plan_.aggregates.type(i), rows.rows);
  slots_.resize(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    slots_[row] = touch(keys[row]);
    if (ttl_ms_ > 0) postpone_cleanup(slots_[row], context_.wall_ms());
  }
  // As in Flink: on PROCTIME() rows without a bound count one by one, whatever the frame is called.
  const bool singly = node_.rows || (node_.proctime && !bounded_);
  for (std::size_t from = 0, to = 0; from < rows.rows; from = to) {
    const TimestampMs time = row_time_ms(times, from);
    while (to < rows.rows && row_time_ms(times, to) == time) ++to;
    if (singly) {
      for (std::size_t row = from; row < to; ++row) {
        const KeyTable::Slot slot = slots_[row];
        add(slot, row, time);
        plan_.aggregates.append_results(keys_.record(slot), results, scratch_);
        if (bounded_ && std::cmp_greater(frames_[slot].size(), *node_.preceding)) drop_first(slot);
      }
      continue;
    }
    for (std::size_t row = from; row < to; ++row) {
      if (bounded_) expire(slots_[row], time);
      add(slots_[row], row, time);
      if (bounded_) note_time(time, slots_[row]);
    }
    for (std::size_t row = from; row < to; ++row)
      plan_.aggregates.append_results(keys_.record(slots_[row]), results, scratch_);
  }
  for (data::ColumnBuilder& builder : results) rows.columns.push_back(builder.finish());
  return out.rows(std::move(rows));
}

/// As Flink: a key of a RANGE frame is dropped half a frame after its last row has left every frame.
void Over::forget_idle(TimestampMs watermark) {
  if (idle_.empty()) return;
  while (!idle_.empty() && idle_.front().first + reach() < watermark) {
    const auto [time, slot] = idle_.front();
    idle_.pop_front();
    if (!keys_.is_used(slot) || last_times_[slot] != time) continue;
    if (node_.proctime) dropped_.emplace_back(keys_.key(slot));
    forget(slot);
  }
}

void Over::forget(KeyTable::Slot slot) {
  for (const Framed& framed : frames_[slot]) frame_bytes_ -= sizeof(Framed) + framed.arguments.size();
  frames_[slot].clear();
  plan_.aggregates.destroy(keys_.record(slot));
  keys_.erase(slot);
  last_times_[slot] = timestamp_min;
  cleanups_[slot] = 0;
  is_dirty_[slot] = 0;
}

/// As Flink: a key is dropped between one and one and a half TTL after its last row.
void Over::postpone_cleanup(KeyTable::Slot slot, TimestampMs wall_ms) {
  TimestampMs& cleanup = cleanups_[slot];
  if (wall_ms + ttl_ms_ <= cleanup) return;
  cleanup_queue_.erase({cleanup, slot});
  cleanup = wall_ms + ttl_ms_ + ttl_ms_ / 2;
  cleanup_queue_.emplace(cleanup, slot);
}

TimestampMs Over::next_time() const {
  if (!cleanup_queue_.empty()) return cleanup_queue_.begin()->first;
  return node_.proctime && !idle_.empty() ? idle_.front().first + reach() + 1 : timestamp_max;
}

Status Over::on_time(TimestampMs wall_ms, Output&) {
  if (node_.proctime) forget_idle(wall_ms);
  while (!cleanup_queue_.empty() && cleanup_queue_.begin()->first <= wall_ms) {
    const auto [time, slot] = *cleanup_queue_.begin();
    if (time == 0) {
      postpone_cleanup(slot, wall_ms);
      continue;
    }
    cleanup_queue_.erase(cleanup_queue_.begin());
    dropped_.emplace_back(keys_.key(slot));
    forget(slot);
  }
  return {};
}

void Over::write_slot(StateWriter& writer, KeyTable::Slot slot, bool all) {
  is_dirty_[slot] = 0;
  const KeyGroup group = keys_.group(slot);
  std::string payload;
  for (Framed& framed : frames_[slot]) {
    if (framed.written && !all) continue;
    payload.assign(1, tag_row);
    append_sized(payload, keys_.key(slot));
    append_varint(payload, zigzag(framed.time));
    payload += framed.arguments;
    writer.entry(group, payload);
    framed.written = true;
  }
  payload.assign(1, tag_record);
  append_sized(payload, keys_.key(slot));
  append_varint(payload, zigzag(last_times_[slot]));
  append_varint(payload, zigzag(cleanups_[slot]));
  append_varint(payload, frames_[slot].size());
  // What a bounded frame's lists and sets hold comes back with its rows.
  plan_.aggregates.encode(keys_.record(slot), payload,
                          bounded_ ? AggregateSet::Extent::plain : AggregateSet::Extent::all);
  writer.entry(group, payload);
}

Status Over::read(ByteView payload) {
  if (pending_.owns(payload)) return pending_.read(payload);
  const char tag = payload.empty() ? '\0' : payload.front();
  if (tag != tag_record && tag != tag_row && tag != tag_gone)
    return fail(Code::corrupt, "an unknown entry in the state of {}", node_.id);
  payload.remove_prefix(1);
  ByteView key;
  uint64_t time = 0, cleanup = 0, framed = 0;
  if (!take_sized(payload, key) || (tag != tag_gone && !take_varint(payload, time)))
    return fail(Code::corrupt, "an entry in the state of {} breaks off", node_.id);
  if (tag == tag_gone) {
    if (const KeyTable::Slot gone = keys_.find(key); gone != KeyTable::none) forget(gone);
    return {};
  }
  const KeyTable::Slot slot = touch(key);
  auto& frame = frames_[slot];
  if (tag == tag_row) {
    frame.push_back({unzigzag(time), std::string(payload), true});
    frame_bytes_ += sizeof(Framed) + payload.size();
    return {};
  }
  last_times_[slot] = unzigzag(time);
  plan_.aggregates.destroy(keys_.record(slot));
  if (!take_varint(payload, cleanup) || !take_varint(payload, framed) ||
      !plan_.aggregates.decode(payload, keys_.record(slot),
                               bounded_ ? AggregateSet::Extent::plain : AggregateSet::Extent::all))
    return fail(Code::corrupt, "the aggregates in the state of {} break off", node_.id);
  cleanups_[slot] = unzigzag(cleanup);
  while (frame.size() > framed) {
    frame_bytes_ -= sizeof(Framed) + frame.front().arguments.size();
    frame.pop_front();
  }
  return {};
}

void Over::on_restored() {
  restore_input();
  for (KeyTable::Slot slot = 0; ttl_ms_ > 0 && slot < keys_.slots(); ++slot)
    if (keys_.is_used(slot)) cleanup_queue_.emplace(cleanups_[slot], slot);
  if (!bounded_) return;
  std::string plain;
  for (KeyTable::Slot slot = 0; slot < keys_.slots(); ++slot) {
    char* record = keys_.record(slot);
    if (plan_.aggregates.owns_memory()) {
      plain.clear();
      plan_.aggregates.encode(record, plain, AggregateSet::Extent::plain);
      plan_.aggregates.destroy(record);
      for (const Framed& framed : frames_[slot]) plan_.aggregates.add_captured(record, framed.arguments);
      ByteView in = plain;
      plan_.aggregates.decode(in, record, AggregateSet::Extent::plain);
    }
    if (!node_.rows && keys_.is_used(slot)) idle_.emplace_back(last_times_[slot], slot);
  }
  std::ranges::sort(idle_);
  if (!node_.proctime) forget_idle(context_.watermark());
}

class OverSpec final : public OperatorSpec {
 public:
  OverSpec(sql::NodePtr node, Plan plan) : node_(std::move(node)), plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<Over>(plan_, context);
  }

 private:
  sql::NodePtr node_;  ///< keeps what plan_ points to
  Plan plan_;
};

}  // namespace

Result<OperatorSpecPtr> make_over(const sql::NodePtr& node) {
  const auto& over = node->as<sql::OverNode>();
  TRY_ASSIGN(AggregateSet aggregates,
             AggregateSet::make(over.aggregates, over.inputs.front()->output, over.preceding.has_value()));
  return OperatorSpecPtr(std::make_unique<OverSpec>(node, Plan{&over, std::move(aggregates)}));
}

}  // namespace azud::stream
