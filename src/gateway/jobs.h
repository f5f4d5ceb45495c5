#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "stream/run/job.h"

namespace azud::gateway {

/// The jobs of this process by name. Thread-safe.
class Jobs {
 public:
  /// Every job gets these; they must outlive this object.
  Jobs(stream::Connectors& connectors, log::Log& log, const io::Clock& clock, stream::JobOptions defaults)
      : connectors_(connectors), log_(log), clock_(clock), defaults_(std::move(defaults)) {}
  ~Jobs();  ///< stops all

  const stream::JobOptions& defaults() const { return defaults_; }

  /// already_exists if a job of that name runs; a finished one makes room.
  Result<std::shared_ptr<stream::Job>> start(sql::PhysicalPlan plan, stream::JobOptions options,
                                             std::string explanation);
  /// not_found if there is none.
  Status stop(const std::string& name);
  std::shared_ptr<stream::Job> find(const std::string& name) const;
  std::vector<std::shared_ptr<stream::Job>> all() const;  ///< by name
  /// EXPLAIN of the plan that the job runs.
  std::string explanation(const std::string& name) const;
  void stop_all();

 private:
  stream::Connectors& connectors_;
  log::Log& log_;
  const io::Clock& clock_;
  stream::JobOptions defaults_;
  struct Entry {
    std::shared_ptr<stream::Job> job;
    std::string explanation;
  };
  mutable Mutex mutex_;
  std::map<std::string, Entry> jobs_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::gateway
