#include "log/batch_search.h"

#include "kafka/wire/record_reader.h"

namespace azud::log {

Result<Partition::TimedOffset> find_in_batch(const StoredBatch& batch, TimestampMs at) {
  TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
  if (view.is_log_append_time()) return Partition::TimedOffset{batch.base, batch.max_timestamp};
  kafka::RecordReader reader;
  TRY(reader.open(view));
  kafka::RecordView record;
  while (reader.next(record)) {
    if (record.timestamp >= at) return Partition::TimedOffset{Offset(record.offset), record.timestamp};
  }
  TRY(reader.status());
  // The header promised more than the records hold: the batch's end is the best that can be said.
  return Partition::TimedOffset{batch.last, batch.max_timestamp};
}

}  // namespace azud::log
