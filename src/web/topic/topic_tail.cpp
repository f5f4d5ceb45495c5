#include "web/topic/topic_tail.h"

#include <algorithm>
#include <deque>

namespace azud::web {

namespace {

constexpr std::size_t read_bytes = 256 << 10;

/// Records of `batch` from `from` on; false if the batch cannot be read.
bool take_records(kafka::RecordReader& reader, const log::StoredBatch& batch, int64_t from, log::PartitionId partition,
                  const TopicTail::Take& take) {
  const auto view = kafka::BatchView::parse(batch.bytes.view());
  if (!view) return false;
  if (view->is_control()) return true;
  if (!reader.open(*view)) return false;
  kafka::RecordView record;
  while (reader.next(record)) {
    if (record.offset >= from) take(partition, record);
  }
  return reader.status().has_value();
}

}  // namespace

bool TopicTail::look_up() {
  const log::TopicPtr view = log_.find_topic(topic_);
  const bool other = exists_ && (!view || view->topic->id() != id_);
  if (other) cursors_.clear();
  exists_ = view != nullptr;
  if (!view) return !other;
  id_ = view->topic->id();
  for (std::size_t i = cursors_.size(); i < view->partitions.size(); ++i) {
    cursors_.push_back({view->partitions[i], view->partitions[i]->log_start().value()});
  }
  return !other;
}

Result<bool> TopicTail::read(std::size_t bytes_max, const Take& take, const std::function<void()>& forget) {
  if (!look_up()) forget();
  std::size_t budget = bytes_max;
  for (Cursor& cursor : cursors_) {
    TRY(read_partition(cursor, budget, take));
    if (budget == 0) return false;
  }
  return true;
}

Status TopicTail::read_partition(Cursor& cursor, std::size_t& budget, const Take& take) {
  while (budget > 0) {
    cursor.next = std::max(cursor.next, cursor.partition->log_start().value());
    if (cursor.next >= cursor.partition->high_watermark().value()) return {};
    const auto batches = cursor.partition->read(log::Offset(cursor.next), std::min(budget, read_bytes));
    if (!batches) {
      const bool overtaken = cursor.next < cursor.partition->log_start().value();
      if (batches.error().code() == Code::not_found && overtaken) continue;  // retention was faster
      return std::unexpected(batches.error());
    }
    if (batches->empty()) return {};
    for (const log::StoredBatch& batch : *batches) {
      (void)take_records(reader_, batch, cursor.next, cursor.partition->id(), take);
      cursor.next = batch.last.value() + 1;
      budget -= std::min(budget, batch.bytes.size());
    }
  }
  return {};
}

int64_t TopicTail::done() const {
  int64_t sum = 0;
  for (const Cursor& cursor : cursors_)
    sum += std::max<int64_t>(0, cursor.next - cursor.partition->log_start().value());
  return sum;
}

int64_t TopicTail::total() const {
  int64_t sum = 0;
  for (const Cursor& cursor : cursors_) {
    sum += cursor.partition->high_watermark().value() - cursor.partition->log_start().value();
  }
  return sum;
}

Status visit_from(const log::Partition& partition, int64_t from, std::size_t limit, const TopicTail::Take& visit) {
  kafka::RecordReader reader;
  std::size_t taken = 0;
  int64_t next = std::max(from, partition.log_start().value());
  while (taken < limit && next < partition.high_watermark().value()) {
    TRY_ASSIGN(const auto batches, partition.read(log::Offset(next), read_bytes));
    if (batches.empty()) break;
    for (const log::StoredBatch& batch : batches) {
      take_records(reader, batch, next, partition.id(), [&](log::PartitionId id, const kafka::RecordView& record) {
        if (taken < limit) visit(id, record);
        ++taken;
      });
      next = batch.last.value() + 1;
      if (taken >= limit) break;
    }
  }
  return {};
}

Status visit_last(const log::Partition& partition, int64_t before, std::size_t limit, const TopicTail::Take& visit) {
  const int64_t end = before < 0 ? partition.high_watermark().value() : before;
  const int64_t start = partition.log_start().value();
  // Compaction and control records leave holes: look back twice as far until there is enough.
  for (int64_t back = static_cast<int64_t>(limit);; back *= 4) {
    const int64_t from = std::max(start, end - back);
    std::size_t found = 0;
    TRY(visit_from(partition, from, static_cast<std::size_t>(end - from),
                   [&](log::PartitionId, const kafka::RecordView& record) { found += record.offset < end ? 1 : 0; }));
    if (found < limit && from > start) continue;
    std::size_t skip = found > limit ? found - limit : 0;
    return visit_from(partition, from, static_cast<std::size_t>(end - from),
                      [&](log::PartitionId id, const kafka::RecordView& record) {
                        if (record.offset >= end) return;
                        if (skip > 0) {
                          --skip;
                        } else {
                          visit(id, record);
                        }
                      });
  }
}

}  // namespace azud::web
