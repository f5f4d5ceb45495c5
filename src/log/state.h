#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <vector>

#include "io/file.h"
#include "log/catalogue.h"
#include "log/entry.h"
#include "log/job_files.h"
#include "log/topic_table.h"

namespace azud::log {

/// Everything that entries change. apply() is the one way, in recovery and live alike, on one thread at a time; reading
/// is for every thread.
class State {
 public:
  State(io::FileSystem& files, const std::filesystem::path& directory, TopicConfig topic_defaults,
        std::shared_ptr<PartitionStorage> storage);

  /// Applying an entry again that a checkpoint already had in it changes nothing. `touched` gets the partitions that
  /// have something new for those who wait. Errors are `corrupt` and `unsupported`: a journal that contradicts itself.
  Status apply(const Entry& entry, std::vector<std::shared_ptr<StoredPartition>>& touched);

  const TopicConfig& topic_defaults() const { return topic_defaults_; }
  LeaderEpoch epoch() const { return epoch_; }
  int64_t producer_ids_end() const { return producer_ids_end_; }
  /// Makes the state of the jobs durable as it is between two entries, for a checkpoint.
  Result<JobFiles::Captured> capture_jobs();
  /// As a checkpoint had it, up to entry `applied`.
  void restore(Sequence applied, LeaderEpoch epoch, int64_t producer_ids_end);

  TopicTable topics;
  Catalogue catalogue;
  JobFiles jobs;

 private:
  using Touched = std::vector<std::shared_ptr<StoredPartition>>;
  Status apply_append(const Entry& entry, const op::Append& op, Touched& touched);

  Status apply_ops(const Entry& entry, Touched& touched);

  const TopicConfig topic_defaults_;
  LeaderEpoch epoch_;
  std::atomic<int64_t> producer_ids_end_ = 0;
  mutable Mutex entry_mutex_;  ///< held while an entry is applied
  Sequence applied_ AZUD_GUARDED_BY(entry_mutex_);
};

}  // namespace azud::log
