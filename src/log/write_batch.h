#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "log/ids.h"
#include "log/partition.h"

namespace azud::log {

/// A group of changes that becomes durable and visible as one journal entry, all or nothing: a job's commit, a group's
/// offsets, a topic with its configuration.
class WriteBatch {
 public:
  /// One record batch (v2, its CRC right, offsets from 0) for the end of `partition`. Offsets, leader epoch and, for
  /// LogAppendTime topics, timestamps are set by the log.
  void append(PartitionPtr partition, SharedBytes batch) {
    ops_.emplace_back(Append{std::move(partition), std::move(batch)});
  }

  /// Sets or removes a value of the durable catalogue, a sorted map per `table` ("offsets", "jobs", "alarms" …).
  void put(std::string table, std::string key, std::string value) {
    ops_.emplace_back(Put{std::move(table), std::move(key), std::move(value)});
  }
  void erase(std::string table, std::string key) { ops_.emplace_back(Erase{std::move(table), std::move(key)}); }

  /// What changed in a job's state since its last commit; kept in order after the job's last snapshot (job_store.h).
  void job_delta(std::string job, SharedBytes delta) { ops_.emplace_back(JobDelta{std::move(job), std::move(delta)}); }
  /// The state after this entry is being written as snapshot `generation`; deltas from here on belong to it.
  void job_snapshot_begin(std::string job, uint64_t generation) {
    ops_.emplace_back(JobSnapshotBegin{std::move(job), generation});
  }

  bool empty() const { return ops_.empty(); }

  struct Append {
    PartitionPtr partition;
    SharedBytes batch;
  };
  struct Put {
    std::string table, key, value;
  };
  struct Erase {
    std::string table, key;
  };
  struct JobDelta {
    std::string job;
    SharedBytes delta;
  };
  struct JobSnapshotBegin {
    std::string job;
    uint64_t generation;
  };
  using Op = std::variant<Append, Put, Erase, JobDelta, JobSnapshotBegin>;
  const std::vector<Op>& ops() const { return ops_; }
  std::vector<Op>& ops() { return ops_; }

 private:
  std::vector<Op> ops_;
};

}  // namespace azud::log
