#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "base/thread_annotations.h"
#include "io/clock.h"
#include "io/file.h"
#include "log/checkpoint.h"
#include "log/journal.h"
#include "log/log.h"
#include "log/partition_storage.h"
#include "log/space_guard.h"
#include "log/stamp_clock.h"
#include "log/state.h"
#include "log/tail_budget.h"
#include "log/write_queue.h"

namespace azud::log {

/// What the threads of one log share.
struct Core {
  Core(io::FileSystem& file_system, const io::Clock& machine_clock, std::filesystem::path data_directory,
       LogOptions log_options);

  /// Where the entries end that were applied; what a checkpoint begins with.
  JournalPosition applied() const;
  void set_applied(const JournalPosition& position);

  io::FileSystem& files;
  const io::Clock& clock;
  const std::filesystem::path directory;
  const LogOptions options;
  const std::shared_ptr<WriteQueue> queue;
  const std::shared_ptr<PartitionStorage> storage;
  StampClock stamps;
  State state;
  TailBudget budget;
  SpaceGuard space;
  Journal journal;

  struct Counters {
    std::atomic<uint64_t> entries = 0, syncs = 0, appended_batches = 0, journal_bytes = 0;
  };
  Counters counters;

 private:
  mutable Mutex mutex_;
  JournalPosition applied_ AZUD_GUARDED_BY(mutex_);
};

/// Writes what is only in memory to segments, oldest first, until the tails use no more than `keep_bytes`.
Status relieve(Core& core, uint64_t keep_bytes);

/// Fills the state of `core` from its directory: the last checkpoint, then the journal after it, cut at the first entry
/// that is not whole. Starts the journal where it ends. Returns the checkpoint's head, if there was one.
Result<std::optional<CheckpointHead>> recover(Core& core);

}  // namespace azud::log
