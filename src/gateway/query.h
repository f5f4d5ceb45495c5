#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "data/batch.h"
#include "gateway/row_buffer.h"
#include "sql/plan/schema.h"
#include "stream/run/job.h"

namespace azud::gateway {

/// A running SELECT: its job, and its rows until somebody takes them. Thread-safe.
class Query final {
 public:
  explicit Query(sql::Schema schema) : schema_(std::move(schema)), rows_(std::make_shared<RowBuffer>()) {}
  ~Query();

  const sql::Schema& schema() const { return schema_; }
  std::string job_name();  ///< empty before its start and after its end
  /// Where the job is to put its rows.
  const std::shared_ptr<RowBuffer>& rows() const { return rows_; }
  /// Given once, right after the start.
  void set_job(std::shared_ptr<stream::Job> job);

  struct Page {
    std::vector<data::Batch> rows;
    bool ended = false;  ///< nothing more will come
  };
  /// What has come, from where the last call stopped: a few megabytes at most. The error is the job's, or `unavailable`
  /// once too much has lain there.
  Result<Page> next();
  /// The rows that the last call of next() gave.
  Result<std::vector<data::Batch>> again() { return rows_->again(); }
  /// Ends the query.
  void cancel();

 private:
  const sql::Schema schema_;
  const std::shared_ptr<RowBuffer> rows_;
  Mutex mutex_;
  std::shared_ptr<stream::Job> job_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::gateway
