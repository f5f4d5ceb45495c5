#include "stream/op/pending_rows.h"

#include <algorithm>

#include "base/varint.h"
#include "data/builder.h"
#include "data/hash.h"

namespace azud::stream {

PendingRows::PendingRows(const sql::Schema& schema, std::vector<int32_t> keys, int32_t time, char tag)
    : keys_(std::move(keys)), time_(time), tag_(tag), row_bytes_(sizeof(Ref) + 16 * schema.size()) {
  for (const sql::Field& field : schema) types_.push_back(field.type);
}

void PendingRows::add(const data::Batch& batch, std::span<const uint32_t> rows, TimestampMs not_before) {
  if (rows.empty()) return;
  const data::Column& times = *batch.columns[static_cast<std::size_t>(time_)];
  const uint64_t number = first_batch_ + batches_.size();
  for (const uint32_t row : rows) refs_.push_back({row_time_ms(times, row), not_before, number, row, false});
  batches_.push_back({batch, static_cast<uint32_t>(rows.size())});
}

void PendingRows::sort() {
  const auto middle = refs_.begin() + static_cast<std::ptrdiff_t>(sorted_);
  const auto earlier = [](const Ref& a, const Ref& b) { return a.time < b.time; };
  if (!std::is_sorted(middle, refs_.end(), earlier)) std::stable_sort(middle, refs_.end(), earlier);
  std::inplace_merge(refs_.begin(), middle, refs_.end(), earlier);
  sorted_ = refs_.size();
}

TimestampMs PendingRows::first() const {
  TimestampMs least = sorted_ > 0 ? refs_.front().time : timestamp_max;
  for (std::size_t i = sorted_; i < refs_.size(); ++i) least = std::min(least, refs_[i].time);
  return least;
}

void PendingRows::release(const Ref& ref) {
  --batches_[ref.batch - first_batch_].live;
  while (!batches_.empty() && batches_.front().live == 0) {
    batches_.pop_front();
    ++first_batch_;
  }
}

data::Batch PendingRows::take_until(TimestampMs watermark) {
  sort();
  auto end = std::ranges::upper_bound(refs_, watermark, {}, &Ref::time);
  end = std::stable_partition(refs_.begin(), end, [&](const Ref& ref) { return ref.not_before <= watermark; });
  taken_not_before_.clear();
  const auto count = static_cast<std::size_t>(end - refs_.begin());
  if (count == 0) return {};
  // Rows of one batch in its own order need no copy of what lies between.
  std::vector<data::Batch> parts;
  std::vector<uint32_t> rows;
  for (std::size_t from = 0, to = 0; from < count; from = to) {
    rows.clear();
    while (to < count && refs_[to].batch == refs_[from].batch) rows.push_back(refs_[to++].row);
    const data::Batch& batch = batches_[refs_[from].batch - first_batch_].batch;
    bool whole = rows.size() == batch.rows;
    for (std::size_t i = 0; whole && i < rows.size(); ++i) whole = rows[i] == i;
    parts.push_back(whole ? batch : data::take(batch, rows));
  }
  data::Batch taken = data::concat(parts);
  taken.order.clear();
  for (std::size_t i = 0; i < count; ++i) {
    taken_not_before_.push_back(refs_[i].not_before);
    release(refs_[i]);
  }
  refs_.erase(refs_.begin(), end);
  sorted_ = refs_.size();
  return taken;
}

void PendingRows::write(StateWriter& writer, bool all) {
  std::string key, payload;
  std::vector<data::ColumnPtr> key_columns;
  for (Ref& ref : refs_) {
    if (ref.written && !all) continue;
    const data::Batch& batch = batches_[ref.batch - first_batch_].batch;
    key.clear();
    key_columns.clear();
    for (const int32_t column : keys_) key_columns.push_back(batch.columns[static_cast<std::size_t>(column)]);
    data::append_row(key, key_columns, ref.row);
    const bool delayed = ref.not_before != timestamp_min;
    payload.assign(1, delayed ? delayed_tag() : tag_);
    if (delayed) append_varint(payload, zigzag(ref.not_before));
    data::append_row(payload, batch.columns, ref.row);
    writer.entry(key_group_of(data::stable_hash(key)), payload);
    ref.written = true;
  }
}

Status PendingRows::read(ByteView payload) {
  if (restored_.empty())
    for (const data::DataType& type : types_) restored_.emplace_back(type);
  const bool delayed = payload.front() == delayed_tag();
  payload.remove_prefix(1);
  uint64_t not_before = zigzag(timestamp_min);
  if ((delayed && !take_varint(payload, not_before)) || !data::take_row(payload, restored_))
    return fail(Code::corrupt, "a waiting row in a job's state breaks off");
  restored_not_before_.push_back(unzigzag(not_before));
  return {};
}

void PendingRows::flush_restored() {
  if (restored_.empty()) return;
  data::Batch batch{.rows = restored_.front().size()};
  for (data::ColumnBuilder& builder : restored_) batch.columns.push_back(builder.finish());
  restored_.clear();
  std::vector<uint32_t> rows(batch.rows);
  for (uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  add(batch, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Ref& ref = refs_[refs_.size() - rows.size() + i];
    ref.not_before = restored_not_before_[i];
    ref.written = true;
  }
  restored_not_before_.clear();
}

void PendingRows::on_restored(TimestampMs watermark) {
  flush_restored();
  for (const Ref& ref : refs_)
    if (std::max(ref.time, ref.not_before) <= watermark) release(ref);
  std::erase_if(refs_, [&](const Ref& ref) { return std::max(ref.time, ref.not_before) <= watermark; });
  sorted_ = 0;
}

}  // namespace azud::stream
