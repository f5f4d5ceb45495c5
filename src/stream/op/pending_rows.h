#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "data/batch.h"
#include "data/row_codec.h"
#include "sql/plan/schema.h"
#include "stream/state/state_writer.h"

namespace azud::stream {

/// Rows that wait for the watermark to reach their time. They leave in the order of their time, rows of the same time
/// in the order in which they came.
///
/// As state a row is written once, if it still waits at a commit; that it has left follows from the committed
/// watermark.
class PendingRows {
 public:
  /// `keys`: the columns whose hash decides which worker owns a row; `time`: TIMESTAMP or TIMESTAMP_LTZ column; `tag`:
  /// an upper-case letter, first byte of the entries.
  PendingRows(const sql::Schema& schema, std::vector<int32_t> keys, int32_t time, char tag);

  /// The rows of the batch that `rows` names. Rows whose time the watermark has passed already wait for it to reach
  /// `not_before`.
  void add(const data::Batch& batch, std::span<const uint32_t> rows, TimestampMs not_before = timestamp_min);
  /// Takes out all rows whose time, and `not_before`, is <= watermark; they have no order() of their own any more.
  data::Batch take_until(TimestampMs watermark);
  /// Of each row of the last take_until, what `add` got.
  const std::vector<TimestampMs>& not_before() const { return taken_not_before_; }

  bool empty() const { return refs_.empty(); }
  std::size_t size() const { return refs_.size(); }
  TimestampMs first() const;

  void write_changes(StateWriter& writer) { write(writer, false); }
  void write_all(StateWriter& writer) { write(writer, true); }
  /// Whether the entry is one of these rows'.
  bool owns(ByteView payload) const {
    return !payload.empty() && (payload.front() == tag_ || payload.front() == delayed_tag());
  }
  Status read(ByteView payload);
  /// All has been read; forgets the rows that had left by then.
  void on_restored(TimestampMs watermark);
  uint64_t state_bytes() const { return refs_.size() * row_bytes_; }

 private:
  struct Ref {
    TimestampMs time;
    TimestampMs not_before;
    uint64_t batch;  ///< number of the batch
    uint32_t row;
    bool written;
  };
  void write(StateWriter& writer, bool all);
  void sort();
  void release(const Ref& ref);
  void flush_restored();
  /// Of an entry that begins with the time it waits for.
  char delayed_tag() const { return static_cast<char>(tag_ | 0x20); }

  std::vector<data::DataType> types_;
  std::vector<int32_t> keys_;
  int32_t time_;
  char tag_;  ///< an upper-case letter
  std::size_t row_bytes_;
  struct Held {
    data::Batch batch;
    uint32_t live = 0;
  };
  std::deque<Held> batches_;
  uint64_t first_batch_ = 0;
  std::vector<Ref> refs_;  ///< the first `sorted_` are in order
  std::size_t sorted_ = 0;
  std::vector<data::ColumnBuilder> restored_;
  std::vector<TimestampMs> restored_not_before_;
  std::vector<TimestampMs> taken_not_before_;
};

/// The millisecond of a TIMESTAMP column's value.
inline TimestampMs row_time_ms(const data::Column& column, std::size_t row) {
  const int64_t us = column.values<int64_t>()[row];
  return us >= 0 ? us / 1000 : (us - 999) / 1000;
}

}  // namespace azud::stream
