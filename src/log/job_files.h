#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "io/file.h"
#include "log/entry.h"
#include "log/job_store.h"

namespace azud::log {

/// A file of deltas, named by the entry of the first.
struct DeltaFile {
  Sequence first, last;
  uint64_t bytes = 0;
};
template <class F>
bool fields(DeltaFile& d, F&& f) {
  return f(d.first) && f(d.last) && f(d.bytes);
}

/// A delta that is not in a file yet.
struct PendingDelta {
  Sequence sequence;
  SharedBytes bytes;
  uint64_t number = 0;
};
template <class F>
bool fields(PendingDelta& d, F&& f) {
  return f(d.sequence) && f(d.bytes);
}

/// What a checkpoint keeps of a job; entries up to `through` are in it.
struct JobRecord {
  std::string name;
  uint64_t generation = 0;        ///< of the snapshot that counts; 0: none
  Sequence since;                 ///< deltas up to this entry are in that snapshot
  uint64_t begun_generation = 0;  ///< of the one being written; 0: none
  Sequence begun;                 ///< deltas up to this entry will be in it
  uint64_t delta_bytes = 0, delta_bytes_since_begun = 0;
  Sequence through;
  std::vector<DeltaFile> files;
  std::vector<PendingDelta> pending;
};
template <class F>
bool fields(JobRecord& j, F&& f) {
  return f(j.name) && f(j.generation) && f(j.since) && f(j.begun_generation) && f(j.begun) && f(j.delta_bytes) &&
         f(j.delta_bytes_since_begun) && f(j.through) && f(j.files) && f(j.pending);
}

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

  /// Writes deltas that are only in memory to files, through the page cache.
  Status flush();
  /// Makes durable what was flushed, and calls `then` before more is flushed.
  Status sync(const std::function<void()>& then);
  /// What a checkpoint keeps. `through`: the last entry that was applied, none is being applied.
  struct Captured {
    std::vector<JobRecord> jobs;
    std::size_t doomed = 0;  ///< the first so many files that are no longer needed are in none of `jobs`
  };
  /// To be called by sync(): what is in a file then is durable.
  Captured capture(Sequence through) const;
  /// Removes files that are no longer needed, when the checkpoint with what was captured is durable: before, what makes
  /// them superfluous may be lost with the power.
  void remove_doomed(std::size_t count);
  bool has_doomed() const;
  void restore(std::vector<JobRecord> records);
  /// Removes files that belong to nothing: left behind by an unclean stop.
  Status remove_orphans();

 private:
  struct Job {
    JobRecord state;  ///< its pending ones apart
    std::deque<PendingDelta> pending;
    uint64_t next_number = 1;
    std::vector<Sequence> unsynced;  ///< files
  };
  using JobPtr = std::shared_ptr<Job>;
  std::filesystem::path directory_of(std::string_view job) const;
  JobPtr find_or_make(std::string_view job) AZUD_REQUIRES(mutex_);
  void prune(Job& job) AZUD_REQUIRES(mutex_);
  Status flush_job(const JobPtr& job) AZUD_REQUIRES(io_mutex_);
  Status read_file(const std::string& job, const DeltaFile& file, Sequence since, std::vector<SharedBytes>& deltas);

  io::FileSystem& files_;
  const std::filesystem::path directory_;
  Mutex io_mutex_;  ///< held while files are written or removed; taken before mutex_
  mutable Mutex mutex_;
  std::map<std::string, JobPtr, std::less<>> jobs_ AZUD_GUARDED_BY(mutex_);
  std::vector<std::filesystem::path> doomed_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::log
