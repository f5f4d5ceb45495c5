#pragma once

#include <atomic>
#include <condition_variable>
#include <optional>
#include <thread>

#include "base/thread_annotations.h"
#include "log/checkpoint.h"
#include "log/core.h"

namespace azud::log {

/// The background work of a log, on three threads: one writes tails to segments when memory is short; one makes
/// checkpoints, keeps a spare journal file, drops what retention no longer keeps, gives memory back when it is quiet,
/// and tries again when the disk was full; one compacts.
class Maintenance {
 public:
  explicit Maintenance(Core& core) : core_(core), retained_at_us_(core.clock.monotonic_us()) {}

  /// The checkpoint that recovery began with. Before start().
  void set_restored(const std::optional<CheckpointHead>& checkpoint);
  void start();
  /// Ends the threads; writes nothing more.
  void stop();
  /// Looks whether there is work for them. Cheap; any thread.
  void look();

  /// Makes a checkpoint on the calling thread, which is not the journal's. `writer_ended`: the journal is synced and
  /// nothing writes to it any more.
  Status checkpoint(bool writer_ended = false);
  /// Drops what the topics' retention no longer keeps; on the calling thread, as above.
  Status retain();
  /// Compacts every partition that is due; on the calling thread, one at a time.
  Status compact_due();

 private:
  void run_flusher();
  void run_keeper();
  void run_compactor();
  void wake_keeper();
  int64_t keeper_wait_ms() const;
  void keep();
  Status try_again();
  bool checkpoint_due() const;
  bool retention_due() const;
  /// When there is something to look at that may have become quiet.
  std::optional<int64_t> quiet_look_at_us() const;
  Status give_back_if_quiet();
  Status make_checkpoint(bool writer_ended) AZUD_REQUIRES(work_mutex_);
  Status drop_what_no_checkpoint_needs() AZUD_REQUIRES(work_mutex_);
  Status check_free_space() const;
  void want_compaction();
  Status remove_orphans();
  void note_unsaved();
  void report(const Error& error);
  /// Runs `plan` on the journal's thread and waits for what became of it.
  Status plan(UniqueFunction<Result<std::vector<Op>>()> plan);

  Core& core_;
  Mutex mutex_;
  std::condition_variable_any flusher_wakes_, keeper_wakes_, compactor_wakes_;
  bool flush_wanted_ AZUD_GUARDED_BY(mutex_) = false;
  bool keep_wanted_ AZUD_GUARDED_BY(mutex_) = false;
  bool compact_wanted_ AZUD_GUARDED_BY(mutex_) = false;
  bool stopping_ AZUD_GUARDED_BY(mutex_) = false;

  Mutex work_mutex_;  ///< held while a checkpoint is made or retention works
  /// The newest checkpoint, and the journal files that it and the one before need.
  uint64_t checkpoint_ AZUD_GUARDED_BY(work_mutex_) = 0;
  std::optional<Sequence> needed_ AZUD_GUARDED_BY(work_mutex_), needed_before_ AZUD_GUARDED_BY(work_mutex_);
  bool checkpoint_failed_ AZUD_GUARDED_BY(work_mutex_) = false;

  std::atomic<uint64_t> checkpointed_bytes_ = 0;  ///< of the journal, when the last checkpoint began
  std::atomic<int64_t> unsaved_since_us_ = -1;    ///< when something was written that is in no checkpoint
  std::atomic<int64_t> retained_at_us_;
  std::atomic<bool> reap_again_ = false;
  int64_t quiet_looked_at_us_ = 0;  ///< and at how much of the journal, by the keeper alone
  uint64_t quiet_looked_bytes_ = 0;
  Mutex compact_mutex_;                         ///< held while segments are compacted; taken before work_mutex_
  std::atomic<uint64_t> checkpoints_made_ = 0;  ///< since the start
  bool orphans_removed_ AZUD_GUARDED_BY(compact_mutex_) = false;
  std::thread flusher_, keeper_, compactor_;
};

}  // namespace azud::log
