#pragma once

#include <memory>

#include "base/result.h"
#include "data/batch.h"
#include "stream/run/sink.h"

namespace azud::connect {

/// Whoever asked for the rows of a SELECT.
class RowCollector {
 public:
  virtual ~RowCollector() = default;
  /// Rows of a durable commit, in the order of one worker. Called on the job's own thread: as long as it waits the job
  /// does nothing else. An error ends the job.
  virtual Status take(data::Batch rows) = 0;
  /// Nobody wants more rows: take() does not wait, now or later. Any thread; before the job is stopped.
  virtual void close() {}
};

/// Hands each commit's rows to the collector.
std::unique_ptr<stream::Sink> make_collect_sink(std::shared_ptr<RowCollector> collector);

}  // namespace azud::connect
