#include "log/stored_partition.h"

#include <algorithm>

#include "base/assert.h"
#include "log/batch_search.h"

namespace azud::log {

namespace {
/// Batches below this are copied together for a socket: a piece costs a system call's worth of work.
constexpr std::size_t gather_below_bytes = 32 << 10;
constexpr std::size_t gathered_bytes_max = 256 << 10;
}  // namespace

StoredPartition::StoredPartition(std::shared_ptr<const Topic> topic, TopicNumber number, PartitionId id,
                                 LeaderEpoch epoch, std::shared_ptr<WakeQueue> wakes)
    : topic_number_(number), id_(id), wakes_(std::move(wakes)), topic_(std::move(topic)) {
  epochs_.push_back({epoch, Offset(0)});
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
  return tail_bytes_;
}

Status StoredPartition::check_readable(Offset from) const {
  if (deleted_) return fail(Code::not_found, "topic {} was deleted", topic_->name());
  if (from < log_start_ || from > end_) {
    return fail(Code::not_found, "offset {} is not in partition {} of topic {}: it holds {} to {}", from, id_,
                topic_->name(), log_start_, end_);
  }
  return {};
}

std::vector<StoredBatch> StoredPartition::read_tail(Offset from, std::size_t bytes_max) const {
  std::vector<StoredBatch> batches;
  std::size_t bytes = 0;
  for (std::size_t i = tail_.find(from); i < tail_.size(); ++i) {
    bytes += tail_[i].bytes.size();
    if (!batches.empty() && bytes > bytes_max) break;
    batches.push_back(tail_[i]);
  }
  return batches;
}

Result<std::vector<StoredBatch>> StoredPartition::read(Offset from, std::size_t bytes_max) const {
  const MutexLock lock(mutex_);
  TRY(check_readable(from));
  return read_tail(from, bytes_max);
}

Result<std::vector<SharedBytes>> StoredPartition::read_pieces(Offset from, std::size_t bytes_max) const {
  TRY_ASSIGN(const auto batches, read(from, bytes_max));
  std::vector<SharedBytes> pieces;
  for (std::size_t i = 0; i < batches.size();) {
    std::size_t bytes = 0, end = i;
    while (end < batches.size() && batches[end].bytes.size() < gather_below_bytes && bytes < gathered_bytes_max) {
      bytes += batches[end++].bytes.size();
    }
    if (end <= i + 1) {
      pieces.push_back(batches[i++].bytes);
      continue;
    }
    std::string gathered;
    gathered.reserve(bytes);
    for (; i < end; ++i) gathered += batches[i].bytes.view();
    pieces.push_back(SharedBytes::own(std::move(gathered)));
  }
  return pieces;
}

Result<Partition::TimedOffset> StoredPartition::find_timestamp(TimestampMs at) const {
  std::optional<StoredBatch> found;
  {
    const MutexLock lock(mutex_);
    TRY(check_readable(end_));
    for (std::size_t i = tail_.find(log_start_); i < tail_.size() && !found; ++i) {
      if (tail_[i].max_timestamp >= at) found = tail_[i];
    }
  }
  if (!found) return TimedOffset{Offset(-1), -1};
  return find_in_batch(*found, at);
}

Result<Partition::TimedOffset> StoredPartition::find_max_timestamp() const {
  std::optional<StoredBatch> found;
  {
    const MutexLock lock(mutex_);
    TRY(check_readable(end_));
    for (std::size_t i = tail_.find(log_start_); i < tail_.size(); ++i) {
      if (!found || tail_[i].max_timestamp > found->max_timestamp) found = tail_[i];
    }
  }
  if (!found) return TimedOffset{Offset(-1), -1};
  return find_in_batch(*found, found->max_timestamp);
}

WaitPtr StoredPartition::wait(Offset seen, UniqueFunction<void()> ready) {
  auto waiter = std::make_shared<Waiter>(std::move(ready));
  bool due;
  {
    const MutexLock lock(mutex_);
    due = deleted_ || end_ > seen;
    if (!due) waits_.add(seen, waiter);
  }
  if (due) wakes_->post(waiter);
  return std::make_unique<WaiterHandle>(std::move(waiter));
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
  const Offset end = batch.last + 1;
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
  tail_bytes_ += batch.bytes.size();
  tail_.push(std::move(batch));
  end_ = end;
  staged_end_ = std::max(staged_end_, end);
  return {};
}

void StoredPartition::apply_log_start(Offset start) {
  const MutexLock lock(mutex_);
  log_start_ = std::max(log_start_, std::min(start, end_));
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
}

void StoredPartition::take_due(std::vector<WaiterPtr>& due) {
  const MutexLock lock(mutex_);
  waits_.take_due(end_, deleted_, due);
}

}  // namespace azud::log
