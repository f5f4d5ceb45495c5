#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "io/file.h"
#include "log/entry.h"
#include "log/job_store.h"

namespace azud::log {

/// Where jobs' snapshots and deltas are kept. Changed by entries on one thread at a time, read from any.
class JobFiles {
 public:
  JobFiles(io::FileSystem& files, std::filesystem::path directory);

  Result<JobRestore> restore(const std::string& job);
  uint64_t delta_bytes(const std::string& job) const;
  std::vector<std::string> names() const;
  /// Fails unless the job's snapshot `generation` was begun and none since.
  Status check_begun(std::string_view job, uint64_t generation) const;
  /// On any thread: writes and syncs a snapshot, for JobSnapshotDone to point at.
  Status write_snapshot(const std::string& job, uint64_t generation, ByteView whole);

  // Each of these does nothing if it was done before.
  void apply(const op::JobDelta& op, Sequence sequence, SharedBytes delta);
  void apply(const op::JobSnapshotBegin& op, Sequence sequence);
  void apply(const op::JobSnapshotDone& op, Sequence sequence);
  void apply(const op::JobDrop& op, Sequence sequence);

 private:
  struct Delta {
    Sequence sequence;
    SharedBytes bytes;
  };
  struct Job {
    Sequence restored;              ///< what a checkpoint knew of this: entries up to here are in it
    uint64_t generation = 0;        ///< of the snapshot that counts; 0: none
    uint64_t begun_generation = 0;  ///< of the one being written
    Sequence begun;                 ///< deltas after this entry belong to it
    std::vector<Delta> deltas;
    uint64_t delta_bytes = 0;
  };
  std::filesystem::path snapshot_path(std::string_view job, uint64_t generation) const;

  io::FileSystem& files_;
  const std::filesystem::path directory_;
  mutable Mutex mutex_;
  std::map<std::string, Job, std::less<>> jobs_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::log
