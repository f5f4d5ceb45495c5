#include "log/batch_search.h"

#include <algorithm>

#include "kafka/wire/record_reader.h"

namespace azud::log {

Result<std::optional<Partition::TimedOffset>> find_in_batch(const StoredBatch& batch, TimestampMs at, Offset from) {
  using Found = std::optional<Partition::TimedOffset>;
  if (batch.max_timestamp < at || batch.last < from) return Found();
  TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
  if (view.is_log_append_time()) return Partition::TimedOffset{std::max(batch.base, from), batch.max_timestamp};
  kafka::RecordReader reader;
  TRY(reader.open(view));
  kafka::RecordView record;
  while (reader.next(record)) {
    if (record.timestamp >= at && record.offset >= from.value()) {
      return Partition::TimedOffset{Offset(record.offset), record.timestamp};
    }
  }
  TRY(reader.status());
  return Found();
}

Result<TimestampMs> max_in_batch(const StoredBatch& batch, Offset from) {
  if (batch.base >= from) return batch.max_timestamp;
  TimestampMs largest = timestamp_min;
  if (batch.last < from) return largest;
  TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
  if (view.is_log_append_time()) return batch.max_timestamp;
  kafka::RecordReader reader;
  TRY(reader.open(view));
  kafka::RecordView record;
  while (reader.next(record)) {
    if (record.offset >= from.value()) largest = std::max(largest, record.timestamp);
  }
  TRY(reader.status());
  return largest;
}

}  // namespace azud::log
