#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "io/clock.h"
#include "stream/run/runtime.h"
#include "stream/run/testing/memory_tables.h"

namespace azud::stream::testing {

/// A plan that runs over tables in memory, epoch by epoch; its commits are kept here, so it can be killed and go on,
/// with another number of workers too.
class Flow final : public LateRows {
 public:
  Flow(sql::PhysicalPlan plan, MemoryTables& tables, io::ManualClock& clock, EvalSettings settings = {});

  /// For the next start.
  Runtime::Options options;

  /// Opens the plan anew from the last commit; what was not committed is forgotten.
  Status start(std::size_t workers);
  /// Sweeps until there is nothing more to read. True if the job has come to its end.
  Result<bool> run();
  /// One epoch.
  Result<Runtime::Swept> sweep() { return runtime_->sweep(); }
  /// `whole`: a snapshot in place of all that was committed before.
  Status commit(bool whole = false);

  const Runtime& runtime() const { return *runtime_; }
  /// "[1, a] at watermark 5", in the order in which they were found.
  const std::vector<std::string>& late() const { return late_; }
  uint64_t committed_bytes() const;

  void keep(const sql::PhysicalNode& node, const data::Batch& batch, std::size_t row, TimestampMs watermark) override;

 private:
  sql::PhysicalPlan plan_;
  MemoryTables& tables_;
  io::ManualClock& clock_;
  EvalSettings settings_;
  std::vector<std::string> committed_;
  std::vector<std::string> late_;
  Mutex mutex_;
  std::vector<std::string> late_uncommitted_ AZUD_GUARDED_BY(mutex_);
  std::unique_ptr<Runtime> runtime_;
};

}  // namespace azud::stream::testing
