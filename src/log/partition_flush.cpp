#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "log/stored_partition.h"

// How batches get from a partition's memory to its segments.

namespace azud::log {

namespace {
constexpr std::size_t flush_bytes_max = 4 << 20;
constexpr std::size_t flush_batches_max = 16'384;
}  // namespace

/// True if `batch` belongs into the segment that is being filled, not into a new one.
bool StoredPartition::fits(const SegmentInfo& active, const StoredBatch& batch) const {
  if (active.bytes == 0) return true;
  const TopicConfig& config = topic_->config();
  const uint64_t bytes_max = std::min(static_cast<uint64_t>(config.segment_bytes), storage_->segment_bytes_max);
  return active.bytes + batch.bytes.size() <= bytes_max &&
         batch.max_timestamp - active.first_timestamp <= config.segment_ms &&
         batch.last - active.base <= std::numeric_limits<int32_t>::max();
}

/// The next batches for one write to one segment: the one there is or, if `roll`, a new one.
std::vector<StoredBatch> StoredPartition::next_to_flush(bool& roll) const {
  std::vector<StoredBatch> batches;
  std::size_t i = tail_.find(flushed_end_);
  if (i == tail_.size()) return batches;
  roll = segments_.empty() || !fits(segments_.back().info, tail_[i]);
  SegmentInfo active;
  if (roll) {
    active.base = tail_[i].base;
    active.first_timestamp = tail_[i].max_timestamp;
  } else {
    active = segments_.back().info;
    if (active.bytes == 0) active.first_timestamp = tail_[i].max_timestamp;
  }
  std::size_t bytes = 0;
  for (; i < tail_.size() && fits(active, tail_[i]); ++i) {
    bytes += tail_[i].bytes.size();
    if (!batches.empty() && (bytes > flush_bytes_max || batches.size() == flush_batches_max)) break;
    active.bytes += tail_[i].bytes.size();
    batches.push_back(tail_[i]);
  }
  return batches;
}

/// Makes a new segment, the one that is filled from now on.
Status StoredPartition::roll(Offset base) {
  const auto path = directory();
  TRY(storage_->files().create_directories(path));
  Stored made;
  made.files = std::make_shared<Segment>(storage_->cache, path, base, 0);
  made.info.base = made.info.next = base;
  TRY(made.files->create());
  const MutexLock lock(mutex_);
  if (deleted_) {
    storage_->reaper.add(std::move(made.files));
  } else {
    segments_.push_back(std::move(made));
  }
  return {};
}

Status StoredPartition::flush() {
  const MutexLock flush_lock(flush_mutex_);
  while (true) {
    std::vector<StoredBatch> batches;
    bool must_roll = false;
    {
      const MutexLock lock(mutex_);
      if (deleted_) return {};
      batches = next_to_flush(must_roll);
      if (batches.empty()) return {};
    }
    if (must_roll) TRY(roll(batches.front().base));
    Stored active;
    {
      const MutexLock lock(mutex_);
      if (deleted_) return {};
      if (segments_.empty()) continue;  // the log start has moved past all of it
      flushing_ = true;
      active = segments_.back();
    }
    auto open = active.files->open();
    Status written = open ? (*open)->append(active.info, batches) : Status(std::unexpected(open.error()));

    const MutexLock lock(mutex_);
    flushing_ = false;
    if (written && !deleted_) {
      AZUD_ASSERT(!segments_.empty() && segments_.back().files == active.files,
                  "the segment being written to stays the last one");
      segments_.back().info = active.info;
      segments_.back().unsynced = true;
      for (const StoredBatch& batch : batches) {
        storage_->written_bytes += batch.bytes.size();
        if (batch.base >= flushed_end_) unflushed_bytes_ -= batch.bytes.size();
      }
      flushed_end_ = std::max(flushed_end_, batches.back().last + 1);
    }
    if (!deleted_) drop_old();
    if (!written) return written;
  }
}

void StoredPartition::drop_tail(Sequence through) {
  const MutexLock lock(mutex_);
  std::size_t count = 0;
  while (count < tail_.size() && tail_[count].last < flushed_end_ && tail_[count].sequence <= through) ++count;
  tail_.drop(count);
}

Result<StoredPartition::Captured> StoredPartition::capture() {
  TRY(flush());
  const MutexLock lock(mutex_);
  Captured captured;
  captured.end = flushed_end_;
  for (Stored& segment : segments_) {
    captured.segments.push_back(segment.info);
    if (segment.unsynced) captured.unsynced.push_back(segment.files);
    segment.unsynced = false;
  }
  return captured;
}

Status StoredPartition::sync(const Captured& captured) {
  if (captured.unsynced.empty()) return {};
  const auto sync_all = [&]() -> Status {
    for (const auto& segment : captured.unsynced) {
      TRY_ASSIGN(const auto open, segment->open());
      TRY(open->sync());
    }
    return storage_->files().sync_directory(directory());
  };
  Status synced = sync_all();
  if (!synced) {
    const MutexLock lock(mutex_);
    for (Stored& segment : segments_) {
      if (std::find(captured.unsynced.begin(), captured.unsynced.end(), segment.files) != captured.unsynced.end()) {
        segment.unsynced = true;
      }
    }
  }
  return synced;
}

PartitionRecord StoredPartition::record(const Captured& captured) const {
  const MutexLock lock(mutex_);
  PartitionRecord record{topic_number_, id_, log_start_, captured.end, epochs_, captured.segments, {}};
  record.producers = producers_.records();
  return record;
}

}  // namespace azud::log
