#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "data/batch.h"
#include "sql/plan/schema.h"
#include "stream/run/job.h"

namespace azud::gateway {

/// The rows of a running SELECT, kept until somebody takes them. Thread-safe.
class Query final {
 public:
  explicit Query(sql::Schema schema) : schema_(std::move(schema)) {}
  ~Query();

  const sql::Schema& schema() const { return schema_; }
  std::string job_name();  ///< empty before its start and after its end
  /// Given once, right after the start.
  void set_job(std::shared_ptr<stream::Job> job);

  /// More rows of the result.
  void take(data::Batch rows);

  struct Page {
    std::vector<data::Batch> rows;
    bool ended = false;  ///< nothing more will come
  };
  /// What has come since the last call. The error is the job's.
  Result<Page> next();
  /// Ends the query.
  void cancel();

  /// Rows that nobody takes: above it the query is ended with an error.
  static constexpr std::size_t rows_held_max = 1'000'000;

 private:
  const sql::Schema schema_;
  Mutex mutex_;
  std::shared_ptr<stream::Job> job_ AZUD_GUARDED_BY(mutex_);
  std::vector<data::Batch> rows_ AZUD_GUARDED_BY(mutex_);
  std::size_t held_ AZUD_GUARDED_BY(mutex_) = 0;
  bool overflowed_ AZUD_GUARDED_BY(mutex_) = false;
};

}  // namespace azud::gateway
