#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/thread_annotations.h"
#include "log/entry.h"
#include "log/partition.h"
#include "log/producer_state.h"
#include "log/tail.h"
#include "log/topic.h"
#include "log/wait_list.h"

namespace azud::log {

/// Takes waiters whose time has come to the journal's thread.
class WakeQueue {
 public:
  virtual ~WakeQueue() = default;
  virtual void post(WaiterPtr waiter) = 0;
};

/// A leader epoch and the first offset written under it.
struct EpochStart {
  LeaderEpoch epoch;
  Offset start;
};

/// A partition of the log. Entries change it through the apply functions, on one thread at a time (recovery's, then the
/// writer's).
class StoredPartition final : public Partition {
 public:
  StoredPartition(std::shared_ptr<const Topic> topic, TopicNumber number, PartitionId id, LeaderEpoch epoch,
                  std::shared_ptr<WakeQueue> wakes);

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

  /// The end as it will be once all that is being prepared is applied. The writer's thread alone.
  Offset staged_end() const { return staged_end_; }
  void stage_end(Offset end) { staged_end_ = end; }
  void unstage();

  /// A batch below the end is one that recovery has already; `corrupt` if offsets would be missing.
  Status apply_append(StoredBatch batch, const ProducerStamp& producer, TimestampMs time_ms);
  void apply_log_start(Offset start);
  void apply_epoch(LeaderEpoch epoch);
  void apply_topic(std::shared_ptr<const Topic> topic);
  void apply_delete();
  /// Those who wait for what has become visible, and can be called.
  void take_due(std::vector<WaiterPtr>& due);

 private:
  Status check_readable(Offset from) const AZUD_REQUIRES(mutex_);
  std::vector<StoredBatch> read_tail(Offset from, std::size_t bytes_max) const AZUD_REQUIRES(mutex_);

  const TopicNumber topic_number_;
  const PartitionId id_;
  const std::shared_ptr<WakeQueue> wakes_;
  Offset staged_end_;

  mutable Mutex mutex_;
  std::shared_ptr<const Topic> topic_ AZUD_GUARDED_BY(mutex_);
  bool deleted_ AZUD_GUARDED_BY(mutex_) = false;
  Offset log_start_ AZUD_GUARDED_BY(mutex_);
  Offset end_ AZUD_GUARDED_BY(mutex_);
  std::vector<EpochStart> epochs_ AZUD_GUARDED_BY(mutex_);
  Tail tail_ AZUD_GUARDED_BY(mutex_);
  uint64_t tail_bytes_ AZUD_GUARDED_BY(mutex_) = 0;
  ProducerTable producers_ AZUD_GUARDED_BY(mutex_);
  WaitList waits_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::log
