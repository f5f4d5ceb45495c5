#include "log/stored_partition.h"

#include <algorithm>

namespace azud::log {

StoredPartition::StoredPartition(std::shared_ptr<const Topic> topic, TopicNumber number, PartitionId id,
                                 LeaderEpoch epoch, std::shared_ptr<PartitionStorage> storage)
    : topic_number_(number), id_(id), storage_(std::move(storage)), topic_(std::move(topic)) {
  epochs_.push_back({epoch, Offset(0)});
}

StoredPartition::StoredPartition(std::shared_ptr<const Topic> topic, const PartitionRecord& record,
                                 std::shared_ptr<PartitionStorage> storage)
    : topic_number_(record.topic),
      id_(record.id),
      storage_(std::move(storage)),
      staged_end_(record.end),
      topic_(std::move(topic)),
      log_start_(record.log_start),
      end_(record.end),
      compacted_end_(record.compacted_end),
      epochs_(record.epochs),
      flushed_end_(record.end) {
  for (const SegmentInfo& info : record.segments) {
    segments_.push_back({std::make_shared<Segment>(storage_->cache, directory(), info.base, info.version), info});
  }
  producers_.restore(record.producers);
  drop_old();
}

std::filesystem::path StoredPartition::directory() const {
  return storage_->partition_directory(topic()->name(), topic_number_, id_);
}

std::shared_ptr<const Topic> StoredPartition::topic() const {
  const MutexLock lock(mutex_);
  return topic_;
}
Offset StoredPartition::log_start() const {
  const MutexLock lock(mutex_);
  return log_start_;
}
Offset StoredPartition::high_watermark() const {
  const MutexLock lock(mutex_);
  return end_;
}
LeaderEpoch StoredPartition::leader_epoch() const {
  const MutexLock lock(mutex_);
  return epochs_.back().epoch;
}

Result<Offset> StoredPartition::end_of_epoch(LeaderEpoch epoch) const {
  const MutexLock lock(mutex_);
  if (epoch > epochs_.back().epoch || epoch < epochs_.front().epoch) {
    return fail(Code::not_found, "no leader epoch {} here: {} to {} are known", epoch, epochs_.front().epoch,
                epochs_.back().epoch);
  }
  for (const EpochStart& later : epochs_) {
    if (later.epoch > epoch) return later.start;
  }
  return end_;
}

uint64_t StoredPartition::size_bytes() const {
  const MutexLock lock(mutex_);
  uint64_t bytes = unflushed_bytes_;
  for (const Stored& segment : segments_) bytes += segment.info.bytes;
  return bytes;
}

WaitPtr StoredPartition::wait(Offset seen, UniqueFunction<void()> ready) {
  auto waiter = std::make_shared<Waiter>(std::move(ready));
  bool due;
  {
    const MutexLock lock(mutex_);
    due = deleted_ || end_ > seen;
    if (!due) waits_.add(seen, waiter);
  }
  if (due) storage_->wakes->post(waiter);
  return std::make_unique<WaiterHandle>(std::move(waiter));
}

void StoredPartition::take_due(std::vector<WaiterPtr>& due) {
  const MutexLock lock(mutex_);
  waits_.take_due(end_, deleted_, due);
}

StoredPartition::AppendView StoredPartition::append_view(ProducerId producer) const {
  const MutexLock lock(mutex_);
  AppendView view;
  view.deleted = deleted_;
  view.log_append_time = topic_->config().timestamp_type == TimestampType::log_append_time;
  view.epoch = epochs_.back().epoch;
  view.log_start = log_start_;
  if (producer != no_producer) {
    if (const ProducerEntry* entry = producers_.find(producer)) view.producer = *entry;
  }
  return view;
}

void StoredPartition::unstage() { staged_end_ = high_watermark(); }

Status StoredPartition::apply_append(StoredBatch batch, const ProducerStamp& producer, TimestampMs time_ms) {
  const MutexLock lock(mutex_);
  if (deleted_) return {};
  if (producer.id != no_producer) {
    const bool log_append_time = topic_->config().timestamp_type == TimestampType::log_append_time;
    producers_.add(producer,
                   {producer.first_sequence, producer.last_sequence, batch.base, batch.last,
                    log_append_time ? batch.max_timestamp : -1},
                   time_ms);
  }
  if (batch.base < end_) return {};
  if (batch.base > end_) {
    return fail(Code::corrupt, "topic {} partition {}: offsets {} to {} are missing before a batch of the journal",
                topic_->name(), id_, end_, batch.base);
  }
  end_ = batch.last + 1;
  staged_end_ = std::max(staged_end_, end_);
  unflushed_bytes_ += batch.bytes.size();
  tail_.push(std::move(batch));
  return {};
}

void StoredPartition::apply_log_start(Offset start) {
  const MutexLock lock(mutex_);
  log_start_ = std::max(log_start_, std::min(start, end_));
  drop_old();
}

/// Lets go of what is below the log start.
void StoredPartition::drop_old() {
  std::size_t count = 0;
  for (; count < tail_.size() && tail_[count].last < log_start_; ++count) {
    if (tail_[count].base >= flushed_end_) unflushed_bytes_ -= tail_[count].bytes.size();
  }
  tail_.drop(count);
  // Once nothing of it is left, what was never flushed need not be.
  flushed_end_ = std::max(flushed_end_, tail_.empty() ? end_ : tail_[0].base);
  while (!segments_.empty() && segments_.front().info.next <= log_start_ && !(flushing_ && segments_.size() == 1)) {
    storage_->reaper.add(std::move(segments_.front().files));
    segments_.erase(segments_.begin());
  }
}

void StoredPartition::apply_epoch(LeaderEpoch epoch) {
  const MutexLock lock(mutex_);
  if (epoch > epochs_.back().epoch) epochs_.push_back({epoch, end_});
}

void StoredPartition::apply_topic(std::shared_ptr<const Topic> topic) {
  const MutexLock lock(mutex_);
  topic_ = std::move(topic);
}

void StoredPartition::apply_delete() {
  const MutexLock lock(mutex_);
  deleted_ = true;
  for (Stored& segment : segments_) storage_->reaper.add(std::move(segment.files));
  segments_.clear();
  storage_->reaper.add_directory(storage_->partition_directory(topic_->name(), topic_number_, id_));
  tail_.drop(tail_.size());
  unflushed_bytes_ = 0;
}

StoredPartition::Sizes StoredPartition::sizes() const {
  const MutexLock lock(mutex_);
  Sizes sizes;
  sizes.unflushed_bytes = unflushed_bytes_;
  for (const Stored& segment : segments_) sizes.segments.push_back(segment.info);
  return sizes;
}

void StoredPartition::expire_producers(TimestampMs before) {
  const MutexLock lock(mutex_);
  producers_.expire(before);
}

}  // namespace azud::log
