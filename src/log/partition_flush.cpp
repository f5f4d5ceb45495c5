#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "log/stored_partition.h"

// How batches get from a partition's memory to its segments, and what else happens to segments in the background.

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
  captured.compacted_end = compacted_end_;
  captured.deleted = deleted_;
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
  PartitionRecord record{topic_number_,          id_,     log_start_,        captured.end,
                         captured.compacted_end, epochs_, captured.segments, {}};
  record.producers = producers_.records();
  return record;
}

StoredPartition::CompactionView StoredPartition::compaction_view() const {
  const MutexLock lock(mutex_);
  CompactionView view{{}, compacted_end_, topic_->config()};
  if (deleted_) return view;
  for (std::size_t i = 0; i + 1 < segments_.size(); ++i) view.closed.push_back({segments_[i].files, segments_[i].info});
  return view;
}

bool StoredPartition::is_last_of_producer(ProducerId producer, Offset last) const {
  const MutexLock lock(mutex_);
  const ProducerEntry* entry = producers_.find(producer);
  return entry != nullptr && entry->count > 0 && entry->newest().last == last;
}

bool StoredPartition::replace(std::span<const ClosedSegment> old, const ClosedSegment& fresh, Offset compacted_end,
                              uint64_t kept_until) {
  const MutexLock lock(mutex_);
  const auto first =
      std::find_if(segments_.begin(), segments_.end(), [&](const Stored& s) { return s.files == old.front().files; });
  if (deleted_ || static_cast<std::size_t>(segments_.end() - first) <= old.size()) return false;
  const auto last = first + static_cast<std::ptrdiff_t>(old.size());
  if (std::prev(last)->files != old.back().files) return false;
  for (auto segment = first; segment != last; ++segment) {
    storage_->reaper.add(std::move(segment->files), kept_until);
  }
  const auto at = segments_.erase(first, last);
  if (fresh.info.bytes > 0) {
    segments_.insert(at, {fresh.files, fresh.info, false});
  } else {
    storage_->reaper.add(fresh.files);
  }
  compacted_end_ = std::max(compacted_end_, compacted_end);
  // Readers would go on to see what is still in memory of the old ones.
  std::size_t superseded = 0;
  while (superseded < tail_.size() && tail_[superseded].last < old.back().info.next) ++superseded;
  tail_.drop(superseded);
  return true;
}

Status StoredPartition::remove_orphans() {
  const MutexLock flush_lock(flush_mutex_);  // so that no segment is being made
  const auto path = directory();
  const auto names = storage_->files().list(path);
  if (!names) return names.error().code() == Code::not_found ? Status() : Status(std::unexpected(names.error()));
  for (const std::string& name : *names) {
    {
      const MutexLock lock(mutex_);
      const bool known = std::any_of(segments_.begin(), segments_.end(),
                                     [&](const Stored& segment) { return segment.files->owns(path / name); });
      if (known || deleted_ || storage_->reaper.holds(path / name)) continue;
    }
    TRY(storage_->files().remove_if_there(path / name));
  }
  return {};
}

}  // namespace azud::log
