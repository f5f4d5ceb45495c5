#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "data/batch.h"
#include "log/write_batch.h"

namespace azud::stream {

/// One worker's share of a sink table. Rows have the columns of SinkNode::written, in that order. Calls come one at a
/// time: write … write, flush, commit_into, then committed; rows for the next commit may be written before that.
class SinkWriter {
 public:
  virtual ~SinkWriter() = default;

  /// Takes rows in their order. For a table with a primary key they have been folded: at most one row a key and
  /// commit, +I or +U for its new state and -D for its end. Worker thread.
  virtual Status write(const data::Batch& rows) = 0;

  /// Finishes what is to be committed (encodes, compresses). Worker thread; no rows until `commit_into`.
  virtual Status flush() = 0;

  /// Hands what was flushed to the commit. Moves only: it runs on the job's own thread.
  virtual Status commit_into(log::WriteBatch& commit) = 0;

  /// The commit is durable: effects outside the log (print, a screen) happen now. The job's own thread.
  virtual Status committed() = 0;
};

/// A table that a job writes to.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Wants every change as it comes, -U too (print, a screen), even if the table has a primary key. Otherwise the rows
  /// of a table with a key are folded: at most one a key and commit.
  virtual bool takes_all_changes() const { return false; }
  virtual Result<std::unique_ptr<SinkWriter>> open_writer(std::size_t instance, std::size_t parallelism) = 0;
};

}  // namespace azud::stream
