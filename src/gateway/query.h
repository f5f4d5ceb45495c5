#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "data/batch.h"
#include "io/held_memory.h"
#include "sql/plan/schema.h"
#include "stream/run/job.h"

namespace azud::gateway {

/// The rows of a running SELECT, kept until somebody takes them. All queries share the memory for it, and who lets too
/// much lie there loses the query. Thread-safe.
class Query final : public std::enable_shared_from_this<Query> {
 public:
  explicit Query(sql::Schema schema) : schema_(std::move(schema)) {}
  ~Query();

  const sql::Schema& schema() const { return schema_; }
  std::string job_name();  ///< empty before its start and after its end
  /// Given once, before the start: where unfetched rows are counted, on whose account.
  void count_in(const std::shared_ptr<io::HeldMemory>& memory, std::string owner);
  /// Given once, right after the start.
  void set_job(std::shared_ptr<stream::Job> job);

  /// More rows of the result. `unavailable` once too many have come that nobody took: then the query is over.
  Status take(data::Batch rows);

  struct Page {
    std::vector<data::Batch> rows;
    bool ended = false;  ///< nothing more will come
  };
  /// What has come, from where the last call stopped: a few megabytes at most. The error is the job's.
  Result<Page> next();
  /// What the last call of next() gave.
  Result<Page> again();
  /// Ends the query.
  void cancel();

  /// Bytes of rows that nobody takes: above it the query is ended with an error.
  static constexpr std::size_t held_bytes_max = 128UL << 20;

 private:
  struct Held {
    std::vector<data::Batch> rows;
    std::size_t bytes = 0;
    bool ended = false;
  };
  /// What is held goes, and so does what comes.
  void give_up();
  /// Tells the memory what is held now.
  void account();
  Status overflow() const;

  const sql::Schema schema_;
  Mutex mutex_;
  std::shared_ptr<stream::Job> job_ AZUD_GUARDED_BY(mutex_);
  std::deque<Held> rows_ AZUD_GUARDED_BY(mutex_);
  std::size_t held_bytes_ AZUD_GUARDED_BY(mutex_) = 0;  ///< in rows_
  Held handed_ AZUD_GUARDED_BY(mutex_);                 ///< the last page
  bool overflowed_ AZUD_GUARDED_BY(mutex_) = false;
  /// Taken before mutex_: a share that is cut off calls back.
  Mutex account_mutex_;
  std::unique_ptr<io::HeldMemory::Share> share_ AZUD_GUARDED_BY(account_mutex_);
};

}  // namespace azud::gateway
