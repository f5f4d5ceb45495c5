#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "connect/registry.h"
#include "gateway/kept_jobs.h"
#include "io/held_memory.h"
#include "sql/settings.h"
#include "stream/run/job.h"

namespace azud::gateway {

/// The jobs of this process by name. Thread-safe.
class Jobs {
 public:
  /// Every job gets these; what they point to outlives this object.
  Jobs(connect::Environment environment, log::Log& log, const io::Clock& clock, stream::JobOptions defaults)
      : environment_(std::move(environment)), log_(log), clock_(clock), defaults_(std::move(defaults)), kept_(log) {}
  ~Jobs();  ///< stops all

  struct Start {
    std::string name;
    sql::PhysicalPlan plan;
    std::shared_ptr<connect::RowCollector> collector;  ///< of a SELECT
    bool transient = false;  ///< keeps no state in the log and is not listed when it has ended
    /// What starts it again when azud starts (KeptJobs), until it is stopped or has finished; empty: nothing does.
    std::vector<std::string> statements;
  };
  /// Runs with what `settings` say. already_exists if a job of that name runs; one that has ended makes room.
  /// Waits for the journal if there are `statements`.
  Result<std::shared_ptr<stream::Job>> start(Start start, const sql::Settings& settings);

  /// For good: it does not start again with azud. Waits for the journal and for its end. not_found if there is none.
  Status stop(const std::string& name);
  /// Whether stop() has something to do: the job is listed, or is to start again.
  bool has(const std::string& name) const { return running(name) != nullptr || kept_.has(name); }
  /// Jobs with `statements` that have finished need not start again. To be called now and then;
  /// waits for the journal if there is one.
  void forget_finished();
  /// Those that are to start again, running or not.
  std::vector<KeptJobs::Entry> kept() const { return kept_.all(); }
  std::shared_ptr<stream::Job> find(const std::string& name) const;
  std::vector<std::shared_ptr<stream::Job>> all() const;  ///< by name
  void stop_all();
  /// A name that no job has or had, as far as the log knows: "job-7".
  std::string new_name(const std::string& prefix);
  /// Of the rows that queries have and nobody has fetched.
  const std::shared_ptr<io::HeldMemory>& unfetched_rows() const { return unfetched_rows_; }

 private:
  struct Running;
  std::shared_ptr<Running> running(const std::string& name) const;
  void drop_state_of(const std::string& name);

  connect::Environment environment_;
  log::Log& log_;
  const io::Clock& clock_;
  stream::JobOptions defaults_;
  KeptJobs kept_;
  const std::shared_ptr<io::HeldMemory> unfetched_rows_ =
      std::make_shared<io::HeldMemory>(256UL << 20, "queries: rows that nobody fetches");
  mutable Mutex mutex_;
  uint64_t names_ AZUD_GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::shared_ptr<Running>> jobs_ AZUD_GUARDED_BY(mutex_);
};

/// `base` with what the settings change: zone, parallelism, commit interval.
Result<stream::JobOptions> job_options(stream::JobOptions base, const sql::Settings& settings);

}  // namespace azud::gateway
