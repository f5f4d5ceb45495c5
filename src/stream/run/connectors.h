#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/plan/physical_io.h"
#include "stream/run/sink.h"
#include "stream/run/source.h"

namespace azud::stream {

/// Where a job gets its sources and sinks from; written by `connect`, by tests with rows in memory.
class Connectors {
 public:
  virtual ~Connectors() = default;

  struct ScanRequest {
    std::shared_ptr<const sql::ScanNode> scan;
    /// Source::position by split name, as last committed; empty at the first start: the table's options decide.
    std::map<std::string, std::string> positions;
  };
  struct OpenedSource {
    std::unique_ptr<Source> source;
    /// Split::scan of this source counts these: indexes into the requests.
    std::vector<std::size_t> scans;
  };
  /// Every scan is in exactly one of the sources. Tables of the embedded log share one source, and so one order.
  virtual Result<std::vector<OpenedSource>> open_sources(std::span<const ScanRequest> scans) = 0;

  virtual Result<std::unique_ptr<Sink>> open_sink(const std::shared_ptr<const sql::SinkNode>& node) = 0;
};

}  // namespace azud::stream
