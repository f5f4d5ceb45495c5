#include "stream/op/over_ring.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/varint.h"
#include "stream/op/key_table.h"
#include "stream/op/over_input.h"

namespace azud::stream {
namespace {

using sql::Aggregate;

constexpr char tag_ring = 'V';
constexpr char tag_time = 'T';
constexpr int64_t preceding_max = 31;

/// The last values of one argument: a mask of those that are not NULL (bit 0 = the newest), then the values, newest
/// first, 0 where NULL. A row that does not exist is as one whose value is NULL.
struct Series {
  int32_t argument = -1;  ///< -1: COUNT(*), no values
  int32_t filter = -1;
  data::Storage storage = data::Storage::nothing;
  std::size_t offset = 0;
  std::vector<std::size_t> calls;
};

struct Plan {
  const sql::OverNode* node = nullptr;
  std::vector<Series> series;
  uint32_t depth = 0;
  std::size_t width = 0;  ///< bytes of a key's values
};

std::size_t width_of(data::Storage storage) {
  switch (storage) {
    case data::Storage::i8: return 1;
    case data::Storage::i16: return 2;
    case data::Storage::i32:
    case data::Storage::f32: return 4;
    case data::Storage::i64:
    case data::Storage::f64: return 8;
    default: return 0;
  }
}

template <class T>
T wrapping_sum(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return a + b;
  else
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

template <class T>
bool is_less(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(a) || std::isnan(b)) return !std::isnan(a);
  return a < b;
}

/// A frame seen from its current row.
template <class T>
struct Frame {
  const T* before;  ///< newest first
  uint32_t mask;
  uint32_t depth;
  T now;
  bool has_now;

  bool is_empty() const { return mask == 0 && !has_now; }
  int64_t count() const { return std::popcount(mask) + (has_now ? 1 : 0); }
  /// Oldest first, as one would add by hand; NULLs are 0.
  template <class Sum>
  Sum sum() const {
    Sum total = 0;
    for (uint32_t i = depth; i > 0; --i) total = wrapping_sum<Sum>(total, static_cast<Sum>(before[i - 1]));
    return has_now ? wrapping_sum<Sum>(total, static_cast<Sum>(now)) : total;
  }
  T average() const {
    if constexpr (std::is_floating_point_v<T>)
      return static_cast<T>(sum<double>() / static_cast<double>(count()));
    else
      return static_cast<T>(sum<int64_t>() / count());
  }
  T extreme(bool greatest) const {
    bool any = has_now;
    T best = now;
    for (uint32_t i = 0; i < depth; ++i) {
      if ((mask >> i & 1) == 0) continue;
      if (!any || (greatest ? is_less(best, before[i]) : is_less(before[i], best))) best = before[i];
      any = true;
    }
    return best;
  }
  T first() const { return mask == 0 ? now : before[31 - std::countl_zero(mask)]; }
  T last() const { return has_now ? now : before[std::countr_zero(mask)]; }
};

template <class T>
T value_of(Aggregate function, const Frame<T>& frame) {
  switch (function) {
    case Aggregate::avg: return frame.average();
    case Aggregate::min: return frame.extreme(false);
    case Aggregate::max: return frame.extreme(true);
    case Aggregate::first_value: return frame.first();
    case Aggregate::last_value: return frame.last();
    default: return frame.template sum<T>();
  }
}

class OverRing final : public OverInput {
 public:
  OverRing(const Plan& plan, OperatorContext& context)
      : OverInput(*plan.node, context), plan_(plan), keys_(2 * plan.width + sizeof(Tail)) {}

  void write_changes(StateWriter& writer) override {
    pending_.write_changes(writer);
    if (!context_.in_order() && !writes_times_) {
      writes_times_ = true;
      for (KeyTable::Slot slot = 0; slot < keys_.slots(); ++slot) write_time(writer, slot);
    }
    for (const KeyTable::Slot slot : dirty_) write_slot(writer, slot, false);
    dirty_.clear();
  }
  void write_all(StateWriter& writer) override {
    pending_.write_all(writer);
    writes_times_ = !context_.in_order();
    for (KeyTable::Slot slot = 0; slot < keys_.slots(); ++slot) write_slot(writer, slot, true);
    dirty_.clear();
  }
  Status read(ByteView payload) override;
  void on_restored() override;
  uint64_t state_bytes() const override { return pending_.state_bytes() + keys_.state_bytes(); }
  uint64_t state_rows() const override { return keys_.size(); }

 protected:
  Status fire(data::Batch rows, Output& out) override;
  TimestampMs last_fired(ByteView key) override {
    const KeyTable::Slot slot = keys_.find(key);
    return slot == KeyTable::none ? timestamp_min : tail(slot).last_fired;
  }

 private:
  /// A record: the values now, the values as committed, this.
  struct Tail {
    TimestampMs last_fired;
    int64_t dirty;
  };
  Tail& tail(KeyTable::Slot slot) { return *reinterpret_cast<Tail*>(keys_.record(slot) + 2 * plan_.width); }
  KeyTable::Slot insert(ByteView key) {
    bool added = false;
    const KeyTable::Slot slot = keys_.insert(key, added);
    if (added) tail(slot).last_fired = timestamp_min;
    return slot;
  }
  void write_slot(StateWriter& writer, KeyTable::Slot slot, bool all);
  void write_time(StateWriter& writer, KeyTable::Slot slot);
  template <class T>
  void run(const Series& series, const data::Batch& rows, std::vector<data::ColumnPtr>& results);
  void count_rows(const Series& series, const data::Batch& rows, std::vector<data::ColumnPtr>& results);
  uint32_t full_mask() const { return plan_.depth == 0 ? 0 : ~uint32_t{0} >> (32 - plan_.depth); }

  const Plan& plan_;
  KeyTable keys_;
  std::vector<KeyTable::Slot> dirty_;
  std::vector<KeyTable::Slot> slots_;
  /// Where rows may come behind the watermark, whether one is late depends on the last one of its key that has left.
  bool writes_times_ = false;
};

Status OverRing::fire(data::Batch rows, Output& out) {
  const data::EncodedRows& keys = encode_keys(rows);
  const data::Column& times = *rows.columns[static_cast<std::size_t>(node_.order_by)];
  slots_.resize(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const KeyTable::Slot slot = slots_[row] = insert(keys[row]);
    Tail& end = tail(slot);
    end.last_fired = row_time_ms(times, row);
    if (end.dirty == 0) {
      end.dirty = 1;
      dirty_.push_back(slot);
    }
  }
  std::vector<data::ColumnPtr> results(node_.aggregates.size());
  for (const Series& series : plan_.series) {
    switch (series.storage) {
      case data::Storage::i8: run<int8_t>(series, rows, results); break;
      case data::Storage::i16: run<int16_t>(series, rows, results); break;
      case data::Storage::i32: run<int32_t>(series, rows, results); break;
      case data::Storage::i64: run<int64_t>(series, rows, results); break;
      case data::Storage::f32: run<float>(series, rows, results); break;
      case data::Storage::f64: run<double>(series, rows, results); break;
      default: count_rows(series, rows, results);
    }
  }
  for (data::ColumnPtr& column : results) rows.columns.push_back(std::move(column));
  return out.rows(std::move(rows));
}

/// The rows that a filter lets pass and whose value is not NULL.
class Presence {
 public:
  Presence(const data::Batch& rows, const Series& series) {
    if (series.argument >= 0) value_ = rows.columns[static_cast<std::size_t>(series.argument)].get();
    if (series.filter >= 0) filter_ = rows.columns[static_cast<std::size_t>(series.filter)].get();
  }
  bool operator()(std::size_t row) const {
    if (value_ != nullptr && value_->is_null(row)) return false;
    return filter_ == nullptr || (!filter_->is_null(row) && filter_->values<int8_t>()[row] != 0);
  }

 private:
  const data::Column* value_ = nullptr;
  const data::Column* filter_ = nullptr;
};

template <class T>
void OverRing::run(const Series& series, const data::Batch& rows, std::vector<data::ColumnPtr>& results) {
  const auto values = rows.columns[static_cast<std::size_t>(series.argument)]->values<T>();
  const Presence is_present(rows, series);
  std::vector<std::vector<T>> totals(series.calls.size());
  std::vector<std::vector<int64_t>> counts(series.calls.size());
  std::vector<std::vector<uint8_t>> valid(series.calls.size());
  std::vector<Aggregate> functions;
  for (std::size_t i = 0; i < series.calls.size(); ++i) {
    functions.push_back(node_.aggregates[series.calls[i]].function);
    if (functions[i] == Aggregate::count)
      counts[i].resize(rows.rows);
    else
      totals[i].resize(rows.rows);
  }
  const uint32_t full = full_mask();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    char* record = keys_.record(slots_[row]) + series.offset;
    uint32_t mask;
    std::memcpy(&mask, record, sizeof mask);
    T* before = reinterpret_cast<T*>(record + 8);
    const bool present = is_present(row);
    const Frame<T> frame{before, mask, plan_.depth, present ? values[row] : T{0}, present};
    for (std::size_t i = 0; i < functions.size(); ++i) {
      if (functions[i] == Aggregate::count) {
        counts[i][row] = frame.count();
      } else if (!frame.is_empty()) {
        totals[i][row] = value_of(functions[i], frame);
      } else if (functions[i] != Aggregate::sum0) {
        if (valid[i].empty()) valid[i].assign(rows.rows, 1);
        valid[i][row] = 0;
      }
    }
    if (plan_.depth == 0) continue;
    for (uint32_t i = plan_.depth - 1; i > 0; --i) before[i] = before[i - 1];
    before[0] = frame.now;
    mask = ((mask << 1) | (present ? 1U : 0U)) & full;
    std::memcpy(record, &mask, sizeof mask);
  }
  for (std::size_t i = 0; i < series.calls.size(); ++i) {
    const sql::AggregateCall& call = node_.aggregates[series.calls[i]];
    data::Column::Values computed = functions[i] == Aggregate::count ? data::Column::Values(std::move(counts[i]))
                                                                     : data::Column::Values(std::move(totals[i]));
    results[series.calls[i]] =
        std::make_shared<data::Column>(call.type, rows.rows, std::move(computed), std::move(valid[i]));
  }
}

void OverRing::count_rows(const Series& series, const data::Batch& rows, std::vector<data::ColumnPtr>& results) {
  const Presence is_present(rows, series);
  std::vector<int64_t> counts(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    char* record = keys_.record(slots_[row]) + series.offset;
    uint32_t mask;
    std::memcpy(&mask, record, sizeof mask);
    const uint32_t present = is_present(row) ? 1 : 0;
    counts[row] = std::popcount(mask) + present;
    mask = ((mask << 1) | present) & full_mask();
    std::memcpy(record, &mask, sizeof mask);
  }
  for (const std::size_t call : series.calls)
    results[call] = std::make_shared<data::Column>(node_.aggregates[call].type, rows.rows, counts);
}

void OverRing::write_slot(StateWriter& writer, KeyTable::Slot slot, bool all) {
  char* now = keys_.record(slot);
  char* committed = now + plan_.width;
  tail(slot).dirty = 0;
  if (all || std::memcmp(now, committed, plan_.width) != 0) {
    std::string payload(1, tag_ring);
    append_sized(payload, keys_.key(slot));
    payload.append(now, plan_.width);
    if (writes_times_) append_varint(payload, zigzag(tail(slot).last_fired));
    writer.entry(keys_.group(slot), payload);
    std::memcpy(committed, now, plan_.width);
  } else if (writes_times_) {
    write_time(writer, slot);
  }
}

void OverRing::write_time(StateWriter& writer, KeyTable::Slot slot) {
  std::string payload(1, tag_time);
  append_sized(payload, keys_.key(slot));
  append_varint(payload, zigzag(tail(slot).last_fired));
  writer.entry(keys_.group(slot), payload);
}

Status OverRing::read(ByteView payload) {
  if (pending_.owns(payload)) return pending_.read(payload);
  const char tag = payload.empty() ? '\0' : payload.front();
  if (tag != tag_ring && tag != tag_time) return fail(Code::corrupt, "an unknown entry in the state of {}", node_.id);
  payload.remove_prefix(1);
  ByteView key;
  uint64_t time = 0;
  ByteView values;
  bool whole = take_sized(payload, key);
  if (whole && tag == tag_ring) {
    values = payload.substr(0, plan_.width);
    payload.remove_prefix(values.size());
    whole = values.size() == plan_.width;
  }
  const bool timed = tag == tag_time || !payload.empty();
  if (!whole || (timed && !take_varint(payload, time)))
    return fail(Code::corrupt, "the values of a key in the state of {} break off", node_.id);
  const KeyTable::Slot slot = insert(key);
  if (timed) {
    tail(slot).last_fired = unzigzag(time);
    writes_times_ = true;
  }
  if (tag == tag_time) return {};
  std::memcpy(keys_.record(slot), values.data(), plan_.width);
  std::memcpy(keys_.record(slot) + plan_.width, values.data(), plan_.width);
  return {};
}

void OverRing::on_restored() {
  restore_input();
  for (KeyTable::Slot slot = 0; slot < keys_.slots(); ++slot)
    if (tail(slot).last_fired == timestamp_min) tail(slot).last_fired = context_.watermark();
}

class OverRingSpec final : public OperatorSpec {
 public:
  OverRingSpec(sql::NodePtr node, Plan plan) : node_(std::move(node)), plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<OverRing>(plan_, context);
  }

 private:
  sql::NodePtr node_;  ///< keeps what plan_ points to
  Plan plan_;
};

bool is_ring_call(const sql::AggregateCall& call, const sql::Schema& input) {
  if (call.distinct || call.arguments.size() > 1) return false;
  if (call.function == Aggregate::count_star) return true;
  if (call.arguments.empty()) return false;
  const data::DataType& argument = input[static_cast<std::size_t>(call.arguments.front())].type;
  const data::Storage storage = data::storage_of(argument.kind());
  if (width_of(storage) == 0) return false;
  switch (call.function) {
    case Aggregate::count: return true;
    case Aggregate::sum:
    case Aggregate::sum0:
    case Aggregate::avg: return data::is_numeric(argument.kind()) && data::storage_of(call.type.kind()) == storage;
    case Aggregate::min:
    case Aggregate::max:
    case Aggregate::first_value:
    case Aggregate::last_value: return data::storage_of(call.type.kind()) == storage;
    default: return false;
  }
}

}  // namespace

bool is_short_frame(const sql::OverNode& node) {
  return node.rows && !node.proctime && node.state_ttl_ms == 0 && node.preceding && *node.preceding >= 0 &&
         *node.preceding <= preceding_max && std::ranges::all_of(node.aggregates, [&](const sql::AggregateCall& call) {
           return is_ring_call(call, node.inputs.front()->output);
         });
}

Result<OperatorSpecPtr> make_over_ring(const sql::NodePtr& node) {
  const auto& over = node->as<sql::OverNode>();
  Plan plan{.node = &over};
  plan.depth = static_cast<uint32_t>(*over.preceding);
  for (std::size_t i = 0; i < over.aggregates.size(); ++i) {
    const sql::AggregateCall& call = over.aggregates[i];
    const int32_t argument = call.arguments.empty() ? -1 : call.arguments.front();
    auto series = std::ranges::find_if(
        plan.series, [&](const Series& s) { return s.argument == argument && s.filter == call.filter; });
    if (series == plan.series.end()) {
      Series made{.argument = argument, .filter = call.filter};
      if (argument >= 0)
        made.storage = data::storage_of(over.inputs.front()->output[static_cast<std::size_t>(argument)].type.kind());
      made.offset = plan.width;
      plan.width += 8 + (width_of(made.storage) * plan.depth + 7) / 8 * 8;
      series = plan.series.insert(plan.series.end(), std::move(made));
    }
    series->calls.push_back(i);
  }
  return OperatorSpecPtr(std::make_unique<OverRingSpec>(node, std::move(plan)));
}

}  // namespace azud::stream
