#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_function.h"

namespace azud::log {

/// What a job needs to go on where its last commit left it: the snapshot, then the deltas after it in order.
struct JobRestore {
  uint64_t generation = 0;  ///< of `snapshot`; 0 = none was made yet
  SharedBytes snapshot;
  std::vector<SharedBytes> deltas;
};

/// The durable state of jobs: a snapshot file and the deltas committed since (WriteBatch::job_delta). Written like a
/// segment: through the page cache, synced by checkpoints, recovered from the journal. Thread-safe.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Empty for a job never seen.
  virtual Result<JobRestore> restore(const std::string& job) = 0;
  /// Bytes of deltas since the last snapshot: a job makes a new snapshot when this outgrows its state.
  virtual uint64_t delta_bytes(const std::string& job) const = 0;
  /// Finishes what WriteBatch::job_snapshot_begin started: writes and syncs the file on the calling thread, then
  /// commits it; older generations and their deltas are dropped.
  virtual void finish_snapshot(const std::string& job, uint64_t generation, SharedBytes whole,
                               UniqueFunction<void(Status)> done) = 0;
  virtual std::vector<std::string> names() const = 0;
  virtual void drop(const std::string& job, UniqueFunction<void(Status)> done) = 0;
};

}  // namespace azud::log
