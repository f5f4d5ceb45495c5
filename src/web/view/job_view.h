#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace azud::web {

/// A job as the page shows it; names and meaning as in docs/web-api.md, 2.5. Counters are since the job's start; the
/// page's server makes rates of them.
struct JobStatus {
  struct Instance {
    uint64_t records_in = 0, records_out = 0;
    std::optional<TimestampMs> watermark;
    std::optional<uint64_t> busy_us;  ///< time spent computing, if it is known
  };
  struct Partition {
    std::string topic;
    int32_t partition = 0;
    int64_t position = 0;  ///< next offset to read
    int64_t end = 0;
    std::optional<TimestampMs> watermark;
    std::optional<TimestampMs> last_timestamp;
    bool idle = false;
    bool holds_back = false;  ///< the source's watermark waits for this one
  };
  enum class NodeKind : uint8_t { source, operation, sink };
  struct Node {
    std::string id;  ///< stable while the job runs
    NodeKind kind = NodeKind::operation;
    std::string name;
    std::string operation;  ///< what it does in a word or two: "scan", "over", "tumble 1 min"
    std::string detail;
    uint64_t late_rows = 0;
    std::optional<TimestampMs> watermark;
    std::optional<uint64_t> state_rows;
    std::optional<TimestampMs> next_fire_at;
    uint32_t parallelism = 1;
    std::vector<Instance> instances;    ///< or one, for all together
    std::vector<Partition> partitions;  ///< sources only
  };
  enum class Exchange : uint8_t { forward, hash, broadcast, rebalance };
  struct Edge {
    std::string from, to;
    Exchange exchange = Exchange::forward;
    std::vector<std::string> keys;
  };
  enum class State : uint8_t { starting, running, finished, stopped, failed };

  std::string id;
  State state = State::starting;
  std::optional<Error> error;
  TimestampMs started_at = 0;
  uint64_t restarts = 0;
  uint64_t commits = 0;
  std::optional<TimestampMs> last_commit_at;
  std::optional<double> last_commit_ms;
  uint64_t state_bytes = 0;
  uint32_t workers = 0;
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

struct PlanStage {
  std::string name;
  std::string text;
};

/// How the running jobs read a topic's values.
struct TopicColumns {
  std::string format;  ///< "csv", "json", "raw"
  std::vector<std::string> names;
};

/// What the page needs of the jobs. Thread-safe.
class JobView {
 public:
  virtual ~JobView() = default;

  virtual std::vector<JobStatus> jobs() const = 0;
  /// The plan in its stages, as EXPLAIN shows it. `not_found`.
  virtual Result<std::vector<PlanStage>> plan(std::string_view job) const = 0;
  virtual std::optional<TopicColumns> columns(std::string_view topic) const = 0;
};

}  // namespace azud::web
