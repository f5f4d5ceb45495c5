#include "stream/op/window_aggregate.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/varint.h"
#include "data/row_codec.h"
#include "data/time_text.h"
#include "sql/plan/physical_state.h"
#include "stream/eval/kernel.h"
#include "stream/op/aggregate/aggregate_set.h"
#include "stream/op/key_table.h"

namespace azud::stream {
namespace {

using sql::WindowSpec;
using WindowColumn = sql::WindowAggregateNode::WindowColumn;
using data::floor_div;

/// Local milliseconds, [start, end).
struct Span {
  int64_t start;
  int64_t end;
  auto operator<=>(const Span&) const = default;
};

struct Plan {
  const sql::WindowAggregateNode* node;
  AggregateSet aggregates;
  Zone zone;  ///< UTC for TIMESTAMP
  bool retracts;
};

/// A slice or a window: each key's row count, then its aggregates.
struct Slice {
  explicit Slice(std::size_t stride) : keys(stride) {}
  KeyTable keys;
  std::vector<char> is_dirty;
  std::vector<KeyTable::Slot> dirty;
};

class WindowAggregate final : public Operator {
 public:
  WindowAggregate(const Plan& plan, OperatorContext& context)
      : plan_(plan), node_(*plan.node), context_(context), feed_(plan.aggregates), zone_(plan.zone) {
    for (const int32_t key : node_.keys)
      key_types_.push_back(node_.inputs.front()->output[static_cast<std::size_t>(key)].type);
  }
  ~WindowAggregate() override {
    for (auto& [span, slice] : slices_) destroy(slice);
  }

  Status on_rows(std::size_t, data::Batch batch, Output& out) override;
  Status on_watermark(TimestampMs watermark, Output& out) override;
  TimestampMs next_watermark() const override { return is_proctime() ? timestamp_max : first_end(); }
  /// A window ends when its last millisecond is over.
  TimestampMs next_time() const override {
    return is_proctime() && first_end() != timestamp_max ? first_end() + 1 : timestamp_max;
  }
  Status on_time(TimestampMs wall_ms, Output& out) override {
    return is_proctime() ? fire_until(wall_ms - 1, out) : Status();
  }
  void write_changes(StateWriter& writer) override { write(writer, false); }
  void write_all(StateWriter& writer) override { write(writer, true); }
  Status read(ByteView payload) override;
  void on_restored() override;
  uint64_t state_bytes() const override {
    uint64_t bytes = 0;
    for (const auto& [span, slice] : slices_) bytes += slice.keys.state_bytes();
    return bytes;
  }
  uint64_t state_rows() const override {
    uint64_t rows = 0;
    for (const auto& [span, slice] : slices_) rows += slice.keys.size();
    return rows;
  }

 private:
  std::size_t stride() const { return sizeof(int64_t) + plan_.aggregates.stride(); }
  static int64_t& count_of(char* record) { return *reinterpret_cast<int64_t*>(record); }
  static char* states_of(char* record) { return record + sizeof(int64_t); }
  bool is_proctime() const { return node_.window.proctime; }
  TimestampMs first_end() const { return ends_.empty() ? timestamp_max : ends_.begin()->first; }
  /// What says whether a row is late.
  TimestampMs now_at(const data::Batch& batch, std::size_t row) const {
    return is_proctime() ? fired_to_ : context_.watermark_at(batch, row);
  }
  Status fire_until(TimestampMs watermark, Output& out);
  void write_clock(StateWriter& writer);
  bool is_cumulate() const { return !cascades() && node_.window.kind == WindowSpec::Kind::cumulate; }
  bool is_hop() const { return !cascades() && node_.window.kind == WindowSpec::Kind::hop; }
  bool cascades() const { return node_.input_window_start >= 0; }

  Span slice_of(const data::Batch& batch, std::size_t row);
  /// The windows that hold the slice, by their end.
  Span last_window(Span slice) const;
  std::vector<Span> windows_of(Span slice) const;
  /// The watermark that ends a window: its end - 1 ms in the zone.
  TimestampMs fires_at(int64_t local_end);
  Slice& touch(Span span);
  /// Without a say in which windows fire.
  Slice& slice_at(Span span) { return slices_.try_emplace(span, stride()).first->second; }
  Status fire(Span window, Output& out);
  void merge(Slice& to, Slice& from);
  Status emit(Slice& slice, Span window, Output& out);
  void drop(Span slice);
  void destroy(Slice& slice) {
    for (KeyTable::Slot slot = 0; slot < slice.keys.slots(); ++slot)
      if (slice.keys.is_used(slot)) plan_.aggregates.destroy(states_of(slice.keys.record(slot)));
  }
  KeyTable::Slot insert(Slice& slice, ByteView key) {
    bool added = false;
    const KeyTable::Slot slot = slice.keys.insert(key, added);
    if (slot >= slice.is_dirty.size()) slice.is_dirty.resize(slot + 1, 0);
    if (slice.is_dirty[slot] == 0) {
      slice.is_dirty[slot] = 1;
      slice.dirty.push_back(slot);
    }
    return slot;
  }
  void write(StateWriter& writer, bool all);

  const Plan& plan_;
  const sql::WindowAggregateNode& node_;
  OperatorContext& context_;
  AggregateSet::Feed feed_;
  ZoneCursor zone_;
  std::vector<data::DataType> key_types_;
  std::map<Span, Slice> slices_;
  std::set<std::pair<TimestampMs, Span>> ends_;  ///< windows that have not fired, by the watermark that ends them
  TimestampMs fired_to_ = timestamp_min;
  TimestampMs written_fired_to_ = timestamp_min;
  std::vector<data::ColumnPtr> key_columns_;
  data::EncodedRows keys_;
  std::string scratch_;
};

Span WindowAggregate::slice_of(const data::Batch& batch, std::size_t row) {
  const auto us = [&](int32_t column) {
    return batch.columns[static_cast<std::size_t>(column)]->values<int64_t>()[row];
  };
  if (cascades()) return {data::us_to_ms(us(node_.input_window_start)), data::us_to_ms(us(node_.input_window_end))};
  const WindowSpec& window = node_.window;
  const int64_t local = data::us_to_ms(zone_.to_local(us(window.time_column)));
  const int64_t width = window.kind == WindowSpec::Kind::tumble ? window.size_ms : window.slide_ms;
  const int64_t start = floor_div(local - window.offset_ms, width) * width + window.offset_ms;
  return {start, start + width};
}

std::vector<Span> WindowAggregate::windows_of(Span slice) const {
  const WindowSpec& window = node_.window;
  std::vector<Span> windows;
  if (is_hop()) {
    for (int64_t end = slice.end; end <= slice.start + window.size_ms; end += window.slide_ms)
      windows.push_back({end - window.size_ms, end});
  } else if (is_cumulate()) {
    const int64_t start = floor_div(slice.start - window.offset_ms, window.size_ms) * window.size_ms + window.offset_ms;
    for (int64_t end = slice.end; end <= start + window.size_ms; end += window.slide_ms)
      windows.push_back({start, end});
  } else {
    windows.push_back(slice);
  }
  return windows;
}

Span WindowAggregate::last_window(Span slice) const {
  if (is_hop()) return {slice.start, slice.start + node_.window.size_ms};
  if (is_cumulate()) return windows_of(slice).back();
  return slice;
}

/// As Flink: of an end that comes twice when clocks go back the later one, for one that is skipped the jump itself.
TimestampMs WindowAggregate::fires_at(int64_t local_end) {
  if (plan_.zone.is_utc()) return local_end - 1;
  constexpr int64_t hour_ms = 3'600'000;
  const int64_t first = data::us_to_ms(zone_.to_utc(local_end * 1000));
  const int64_t hour_later = data::us_to_ms(zone_.to_utc((local_end + hour_ms) * 1000));
  if (hour_later - first > hour_ms) return hour_later - hour_ms - 1;
  if (hour_later == first) return first - data::floor_mod(first, hour_ms) - 1;
  return first - 1;
}

Slice& WindowAggregate::touch(Span span) {
  const auto [at, added] = slices_.try_emplace(span, stride());
  if (added)
    for (const Span window : windows_of(span))
      if (const TimestampMs end = fires_at(window.end); end > fired_to_) ends_.emplace(end, window);
  return at->second;
}

Status WindowAggregate::on_rows(std::size_t, data::Batch batch, Output& out) {
  key_columns_.clear();
  for (const int32_t key : node_.keys) key_columns_.push_back(batch.columns[static_cast<std::size_t>(key)]);
  data::encode_rows(key_columns_, batch.rows, keys_);
  Span known{1, 0};
  TimestampMs first_end = 0, last_end = 0;
  Slice* slice = nullptr;
  feed_.bind(batch);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (!cascades() && batch.columns[static_cast<std::size_t>(node_.window.time_column)]->is_null(row)) continue;
    Span span = slice_of(batch, row);
    if (span != known) {
      known = span;
      first_end = fires_at(span.end);
      last_end = fires_at(last_window(span).end);
      slice = nullptr;
    }
    const TimestampMs watermark = now_at(batch, row);
    if (watermark >= last_end) {
      context_.late(batch, row);
      continue;
    }
    if (watermark >= first_end) {
      // Earlier windows of the slice have ended without this row.
      if (watermark > fired_to_) {
        TRY(fire_until(watermark, out));
        slice = nullptr;
      }
      // The steps that have ended are already together in the first slice.
      if (is_cumulate()) {
        const Span last = last_window(span);
        span = {last.start, last.start + node_.window.slide_ms};
        slice = nullptr;
        known = {1, 0};
      }
    }
    if (slice == nullptr) slice = &touch(span);
    char* record = slice->keys.record(insert(*slice, keys_[row]));
    if (data::is_addition(batch.kind(row))) {
      ++count_of(record);
      feed_.add(states_of(record), row);
    } else {
      --count_of(record);
      feed_.retract(states_of(record), row);
    }
  }
  return {};
}

Status WindowAggregate::on_watermark(TimestampMs watermark, Output& out) {
  return is_proctime() ? Status() : fire_until(watermark, out);
}

Status WindowAggregate::fire_until(TimestampMs watermark, Output& out) {
  if (watermark <= fired_to_) return {};
  while (!ends_.empty() && ends_.begin()->first <= watermark) {
    const Span window = ends_.begin()->second;
    ends_.erase(ends_.begin());
    TRY(fire(window, out));
  }
  fired_to_ = watermark;
  return {};
}

void WindowAggregate::merge(Slice& to, Slice& from) {
  for (KeyTable::Slot slot = 0; slot < from.keys.slots(); ++slot) {
    if (!from.keys.is_used(slot)) continue;
    char* record = to.keys.record(insert(to, from.keys.key(slot)));
    count_of(record) += count_of(from.keys.record(slot));
    plan_.aggregates.merge(states_of(record), states_of(from.keys.record(slot)));
  }
}

Status WindowAggregate::fire(Span window, Output& out) {
  const int64_t slide = node_.window.slide_ms;
  if (is_hop()) {
    Slice whole(stride());
    for (int64_t start = window.start; start < window.end; start += slide)
      if (const auto at = slices_.find({start, start + slide}); at != slices_.end()) merge(whole, at->second);
    const Status emitted = emit(whole, window, out);
    destroy(whole);
    drop({window.start, window.start + slide});
    return emitted;
  }
  if (is_cumulate()) {
    const Span base{window.start, window.start + slide};
    const Span step{window.end - slide, window.end};
    const auto more = slices_.find(step);
    if (step != base && more != slices_.end()) {
      merge(slice_at(base), more->second);
      drop(step);
    }
    TRY(emit(slice_at(base), window, out));
    if (window.end == window.start + node_.window.size_ms) drop(base);
    return {};
  }
  TRY(emit(slice_at(window), window, out));
  drop(window);
  return {};
}

void WindowAggregate::drop(Span span) {
  const auto at = slices_.find(span);
  if (at == slices_.end()) return;
  destroy(at->second);
  slices_.erase(at);
}

Status WindowAggregate::emit(Slice& slice, Span window, Output& out) {
  std::vector<data::ColumnBuilder> keys, results;
  for (const data::DataType& type : key_types_) keys.emplace_back(type);
  for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) results.emplace_back(plan_.aggregates.type(i));
  data::Batch batch;
  for (KeyTable::Slot slot = 0; slot < slice.keys.slots(); ++slot) {
    if (!slice.keys.is_used(slot) || (plan_.retracts && count_of(slice.keys.record(slot)) <= 0)) continue;
    ByteView key = slice.keys.key(slot);
    if (!data::take_row(key, keys)) return fail(Code::corrupt, "a key of {} breaks off", node_.id);
    plan_.aggregates.append_results(states_of(slice.keys.record(slot)), results, scratch_);
    ++batch.rows;
  }
  if (batch.rows == 0) return {};
  for (data::ColumnBuilder& builder : keys) batch.columns.push_back(builder.finish());
  for (data::ColumnBuilder& builder : results) batch.columns.push_back(builder.finish());
  for (const WindowColumn column : node_.window_columns) {
    int64_t us = (column == WindowColumn::start ? window.start : window.end) * 1000;
    if (column == WindowColumn::time) us = zone_.to_utc(us - 1000);
    batch.columns.push_back(
        data::Column::constant(node_.output[batch.columns.size()].type, data::Value(us), batch.rows));
  }
  return out.rows(std::move(batch));
}

/// On PROCTIME() no watermark is kept with a commit that would say which windows have fired. In the form of a window
/// that ends before it starts; each group has it, as any of them may go to another worker.
void WindowAggregate::write_clock(StateWriter& writer) {
  if (!is_proctime() || fired_to_ == written_fired_to_) return;
  written_fired_to_ = fired_to_;
  std::string payload;
  append_varint(payload, zigzag(1));
  append_varint(payload, zigzag(0));
  append_varint(payload, zigzag(fired_to_));
  for (KeyGroup group = 0; group < key_group_count; ++group)
    if (owner_of(group, context_.parallelism()) == context_.instance()) writer.entry(group, payload);
}

void WindowAggregate::write(StateWriter& writer, bool all) {
  if (all) written_fired_to_ = timestamp_min;
  write_clock(writer);
  std::string payload;
  const auto write_slot = [&](Span span, Slice& slice, KeyTable::Slot slot) {
    slice.is_dirty[slot] = 0;
    payload.clear();
    append_varint(payload, zigzag(span.start));
    append_varint(payload, zigzag(span.end));
    append_sized(payload, slice.keys.key(slot));
    append_varint(payload, zigzag(count_of(slice.keys.record(slot))));
    plan_.aggregates.encode(states_of(slice.keys.record(slot)), payload);
    writer.entry(slice.keys.group(slot), payload);
  };
  for (auto& [span, slice] : slices_) {
    if (all) {
      for (KeyTable::Slot slot = 0; slot < slice.keys.slots(); ++slot)
        if (slice.keys.is_used(slot)) write_slot(span, slice, slot);
    } else {
      for (const KeyTable::Slot slot : slice.dirty) write_slot(span, slice, slot);
    }
    slice.dirty.clear();
  }
}

Status WindowAggregate::read(ByteView payload) {
  uint64_t start = 0, end = 0, count = 0;
  ByteView key;
  const auto broken = [&] { return fail(Code::corrupt, "a window in the state of {} breaks off", node_.id); };
  if (!take_varint(payload, start) || !take_varint(payload, end)) return broken();
  if (unzigzag(start) > unzigzag(end)) {
    uint64_t fired_to = 0;
    if (!take_varint(payload, fired_to)) return broken();
    fired_to_ = std::max(fired_to_, unzigzag(fired_to));
    return {};
  }
  if (!take_sized(payload, key) || !take_varint(payload, count)) return broken();
  Slice& slice = slices_.try_emplace(Span{unzigzag(start), unzigzag(end)}, stride()).first->second;
  bool added = false;
  const KeyTable::Slot slot = slice.keys.insert(key, added);
  if (slot >= slice.is_dirty.size()) slice.is_dirty.resize(slot + 1, 0);
  char* record = slice.keys.record(slot);
  plan_.aggregates.destroy(states_of(record));
  count_of(record) = unzigzag(count);
  if (!plan_.aggregates.decode(payload, states_of(record))) return broken();
  return {};
}

void WindowAggregate::on_restored() {
  if (!is_proctime()) fired_to_ = context_.watermark();
  for (auto at = slices_.begin(); at != slices_.end();) {
    const Span span = at->first;
    const auto windows = windows_of(span);
    // A step that has ended is part of the first slice.
    const bool merged = is_cumulate() && span.start != windows.front().start && fires_at(span.end) <= fired_to_;
    if (merged || fires_at(windows.back().end) <= fired_to_) {
      destroy(at->second);
      at = slices_.erase(at);
      continue;
    }
    for (const Span window : windows)
      if (const TimestampMs end = fires_at(window.end); end > fired_to_) ends_.emplace(end, window);
    ++at;
  }
}

class WindowAggregateSpec final : public OperatorSpec {
 public:
  WindowAggregateSpec(sql::NodePtr node, Plan plan) : node_(std::move(node)), plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<WindowAggregate>(plan_, context);
  }

 private:
  sql::NodePtr node_;  ///< keeps what plan_ points to
  Plan plan_;
};

}  // namespace

Result<OperatorSpecPtr> make_window_aggregate(const sql::NodePtr& node, const EvalSettings& settings) {
  const auto& window = node->as<sql::WindowAggregateNode>();
  if (window.window.kind == WindowSpec::Kind::session) return fail(Code::unsupported, "SESSION is not supported");
  const sql::PhysicalNode& input = *window.inputs.front();
  const bool retracts = input.mode != sql::ChangelogMode::insert_only;
  TRY_ASSIGN(AggregateSet aggregates, AggregateSet::make(window.aggregates, input.output, retracts));
  Zone zone;
  if (window.window.zoned) zone = settings.zone;
  return OperatorSpecPtr(
      std::make_unique<WindowAggregateSpec>(node, Plan{&window, std::move(aggregates), std::move(zone), retracts}));
}

}  // namespace azud::stream
