#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/log.h"

namespace azud::gateway {

/// The jobs that clients have started with statements, in the durable catalogue of the log: they run again when azud
/// starts, until somebody stops them or they have finished. Thread-safe.
class KeptJobs {
 public:
  explicit KeptJobs(log::Log& log) : log_(log) {}  ///< `log` outlives this object

  struct Entry {
    std::string name;
    std::vector<std::string> statements;  ///< to be executed in order; the last one starts the job
  };
  /// Durable when it returns; waits for the journal. One of the same name is replaced.
  Status keep(const Entry& entry);
  /// Durable when it returns, too. not_found if there is none of that name.
  Status forget(const std::string& name);
  bool has(std::string_view name) const;
  /// By name. What cannot be read is left out and said in the log.
  std::vector<Entry> all() const;

 private:
  Status commit(log::WriteBatch batch);
  log::Log& log_;
};

}  // namespace azud::gateway
