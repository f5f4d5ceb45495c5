#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/clock.h"
#include "log/log.h"
#include "stream/run/connectors.h"
#include "stream/run/runtime.h"

namespace azud::stream {

struct JobOptions {
  std::string name;  ///< names the state in the log
  Runtime::Options runtime;
  /// Least time between two commits that have rows for a sink (execution.checkpointing.interval).
  int64_t commit_interval_ms = 5;
  /// The same for commits that only move positions and state.
  int64_t progress_interval_ms = 100;
  uint64_t state_bytes_max = 4ULL << 30;        ///< past it the job stops with an error
  uint64_t snapshot_delta_bytes = 32ULL << 20;  ///< committed changes, at least, before a new snapshot
  /// Keeps nothing and restores nothing: a query that somebody looks at.
  bool transient = false;
  log::PartitionPtr late_rows;  ///< where late rows go; null = they are only counted
};

/// What a job is doing, for people.
struct JobStatus {
  enum class State : uint8_t { starting, running, waiting, finished, stopped, failed };
  std::string name;
  State state = State::starting;
  std::optional<Error> error;  ///< of `failed`, and why it waits in `waiting`
  TimestampMs started_ms = 0;
  uint64_t restarts = 0;
  uint64_t commits = 0;
  TimestampMs last_commit_ms = 0;
  int64_t last_commit_took_us = 0;
  uint64_t state_bytes = 0;
  std::size_t workers = 0;
  std::vector<Runtime::NodeStatus> nodes;
  std::vector<Runtime::SplitStatus> splits;
};
std::string_view to_string(JobStatus::State state);

/// A plan that runs, with one thread of its own (and more for parallel work). Each commit is one journal entry: how far
/// the sources were read, what changed in the state, what goes to topics. A job that finds state under its name goes on
/// where its last commit left it.
class Job {
 public:
  /// Compiles and opens everything on the calling thread, so that errors are told at once; then runs. `connectors`,
  /// `log` and `clock` must outlive the job.
  static Result<std::unique_ptr<Job>> start(sql::PhysicalPlan plan, Connectors& connectors, log::Log& log,
                                            const io::Clock& clock, JobOptions options);
  ~Job();  ///< stops

  const std::string& name() const;
  JobStatus status() const;
  /// Ends the job after a last commit, or without one if a single epoch takes longer than some seconds; returns when it
  /// has ended. Thread-safe.
  void stop();
  /// Waits until the job has ended by itself (bounded sources), or failed.
  Status wait();

 private:
  struct State;
  explicit Job(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace azud::stream
