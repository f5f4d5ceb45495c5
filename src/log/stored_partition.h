#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/thread_annotations.h"
#include "log/entry.h"
#include "log/partition.h"
#include "log/partition_storage.h"
#include "log/producer_state.h"
#include "log/segment.h"
#include "log/tail.h"
#include "log/topic.h"
#include "log/wait_list.h"

namespace azud::log {

/// A leader epoch and the first offset written under it.
struct EpochStart {
  LeaderEpoch epoch;
  Offset start;
};
template <class F>
bool fields(EpochStart& e, F&& f) {
  return f(e.epoch) && f(e.start);
}

/// What a checkpoint keeps of a partition.
struct PartitionRecord {
  TopicNumber topic;
  PartitionId id;
  Offset log_start, end;  ///< `end`: all before it is in the segments
  Offset compacted_end;   ///< the newest record of each key before it is the only one
  std::vector<EpochStart> epochs;
  std::vector<SegmentInfo> segments;
  std::vector<ProducerRecord> producers;
};
template <class F>
bool fields(PartitionRecord& p, F&& f) {
  return f(p.topic) && f(p.id) && f(p.log_start) && f(p.end) && f(p.compacted_end) && f(p.epochs) && f(p.segments) &&
         f(p.producers);
}

/// A partition of the log: its newest batches in memory, the others in segments. Entries change it through the apply
/// functions, on one thread at a time (recovery's, then the journal's); background threads move batches from memory to
/// segments.
class StoredPartition final : public Partition {
 public:
  StoredPartition(std::shared_ptr<const Topic> topic, TopicNumber number, PartitionId id, LeaderEpoch epoch,
                  std::shared_ptr<PartitionStorage> storage);
  /// As a checkpoint had it.
  StoredPartition(std::shared_ptr<const Topic> topic, const PartitionRecord& record,
                  std::shared_ptr<PartitionStorage> storage);

  std::shared_ptr<const Topic> topic() const override;
  PartitionId id() const override { return id_; }
  Offset log_start() const override;
  Offset high_watermark() const override;
  LeaderEpoch leader_epoch() const override;
  Result<Offset> end_of_epoch(LeaderEpoch epoch) const override;
  uint64_t size_bytes() const override;
  Result<std::vector<StoredBatch>> read(Offset from, std::size_t bytes_max) const override;
  Result<std::vector<SharedBytes>> read_pieces(Offset from, std::size_t bytes_max) const override;
  Result<TimedOffset> find_timestamp(TimestampMs at) const override;
  Result<TimedOffset> find_max_timestamp() const override;
  WaitPtr wait(Offset seen, UniqueFunction<void()> ready) override;

  TopicNumber topic_number() const { return topic_number_; }

  /// What preparing an append needs to know, taken in one look.
  struct AppendView {
    bool deleted = false;
    bool log_append_time = false;
    LeaderEpoch epoch;
    Offset log_start;
    std::optional<ProducerEntry> producer;
  };
  AppendView append_view(ProducerId producer) const;

  /// The end as it will be once all that is being prepared is applied. The journal's thread alone.
  Offset staged_end() const { return staged_end_; }
  void stage_end(Offset end) { staged_end_ = end; }
  void unstage();

  /// A batch below the end is one that recovery has already; `corrupt` if offsets would be missing.
  Status apply_append(StoredBatch batch, const ProducerStamp& producer, TimestampMs time_ms);
  void apply_log_start(Offset start);
  void apply_epoch(LeaderEpoch epoch);
  void apply_topic(std::shared_ptr<const Topic> topic);
  /// Its segments go to the reaper.
  void apply_delete();
  /// Those who wait for what has become visible, and can be called.
  void take_due(std::vector<WaiterPtr>& due);

  // For background threads.

  /// Writes what is only in memory to segments, through the page cache. After a failure (a full disk) it is still in
  /// memory, and can be tried again.
  Status flush();
  /// Lets go of batches that are in a segment and not newer than `through`.
  void drop_tail(Sequence through);
  struct Captured {
    std::vector<SegmentInfo> segments;
    std::vector<std::shared_ptr<Segment>> unsynced;
    Offset end, compacted_end;
    bool deleted = false;  ///< with its topic, so nothing was flushed
  };
  /// Flushes, and says what is in segments then and which of these are to be synced.
  Result<Captured> capture();
  /// Makes it durable. After a failure the next capture names the same again.
  Status sync(const Captured& captured);
  /// What a checkpoint keeps, now that `captured` is durable.
  PartitionRecord record(const Captured& captured) const;
  void expire_producers(TimestampMs before);
  /// What retention decides by.
  struct Sizes {
    std::vector<SegmentInfo> segments;
    uint64_t unflushed_bytes = 0;
  };
  Sizes sizes() const;

  struct ClosedSegment {
    std::shared_ptr<Segment> files;
    SegmentInfo info;
  };
  /// What compaction works on: all segments but the one that is filled.
  struct CompactionView {
    std::vector<ClosedSegment> closed;
    Offset compacted_end;
    TopicConfig config;
  };
  CompactionView compaction_view() const;
  bool is_last_of_producer(ProducerId producer, Offset last) const;
  /// Puts `fresh` (nothing, if it has no bytes) in the place of `old`, whose files go to the reaper. False, and nothing
  /// is changed, if these are no longer part of the partition.
  bool replace(std::span<const ClosedSegment> old, const ClosedSegment& fresh, Offset compacted_end,
               uint64_t kept_until);
  /// Removes files in its directory that are not part of it.
  Status remove_orphans();
  std::filesystem::path directory() const;
  PartitionStorage& storage() const { return *storage_; }

 private:
  struct Stored {
    std::shared_ptr<Segment> files;
    SegmentInfo info;
    bool unsynced = false;
  };
  Status check_readable(Offset from) const AZUD_REQUIRES(mutex_);
  std::vector<StoredBatch> read_tail(Offset from, std::size_t bytes_max) const AZUD_REQUIRES(mutex_);
  bool fits(const SegmentInfo& active, const StoredBatch& batch) const AZUD_REQUIRES(mutex_);
  std::vector<StoredBatch> next_to_flush(bool& roll) const AZUD_REQUIRES(mutex_);
  Status roll(Offset base);
  Result<std::optional<TimedOffset>> find_in_segment(const Stored& segment, TimestampMs at, Offset start) const;
  void drop_old() AZUD_REQUIRES(mutex_);

  const TopicNumber topic_number_;
  const PartitionId id_;
  const std::shared_ptr<PartitionStorage> storage_;
  Offset staged_end_;

  Mutex flush_mutex_;  ///< held while batches go to segments; taken before mutex_

  mutable Mutex mutex_;
  std::shared_ptr<const Topic> topic_ AZUD_GUARDED_BY(mutex_);
  bool deleted_ AZUD_GUARDED_BY(mutex_) = false;
  Offset log_start_ AZUD_GUARDED_BY(mutex_);
  Offset end_ AZUD_GUARDED_BY(mutex_);
  Offset compacted_end_ AZUD_GUARDED_BY(mutex_);
  std::vector<EpochStart> epochs_ AZUD_GUARDED_BY(mutex_);
  std::vector<Stored> segments_ AZUD_GUARDED_BY(mutex_);  ///< by base; the last one takes what is flushed
  Offset flushed_end_ AZUD_GUARDED_BY(mutex_);            ///< all before it is in segments
  bool flushing_ AZUD_GUARDED_BY(mutex_) = false;         ///< the last segment is being written to
  Tail tail_ AZUD_GUARDED_BY(mutex_);
  uint64_t unflushed_bytes_ AZUD_GUARDED_BY(mutex_) = 0;
  ProducerTable producers_ AZUD_GUARDED_BY(mutex_);
  WaitList waits_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::log
