#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/clock.h"
#include "stream/eval/kernel.h"
#include "stream/run/connectors.h"
#include "stream/run/exchange.h"
#include "stream/run/graph.h"
#include "stream/run/sink_operator.h"
#include "stream/run/watermarks.h"
#include "stream/run/worker_pool.h"

namespace azud::stream {

/// The operators of a job on all its workers, and the way of the rows between them: runs one epoch at a time.
/// Everything that an epoch leaves behind is in the operators' state, the sources' positions and the sinks; commits
/// belong to Job.
///
/// An epoch is one sweep over the stages of the graph. In each stage all rows come first, then the watermark, so rows
/// go before the watermark they cause, and what a watermark sets free reaches the next stage in the same sweep.
class Runtime {
 public:
  struct Options {
    std::size_t parallelism = 1;
    EvalSettings eval;
    /// Bytes read in an epoch, about; below `together_bytes` one thread does the work of all.
    std::size_t epoch_bytes = 1 << 20;
    std::size_t together_bytes = 64 << 10;
    /// What the rows made in an epoch take, about, on a worker, while they wait for a later stage or the commit: past
    /// it the epoch fails. A join of everything with everything must not take the machine's memory.
    std::size_t waiting_bytes_max = 1UL << 30;
    /// If set, the monotonic time from which on an epoch under way is given up as `cancelled`; 0: never. Any thread may
    /// set the value.
    const std::atomic<int64_t>* give_up_at_us = nullptr;
  };

  /// `late` and `clock` must outlive the runtime.
  static Result<std::unique_ptr<Runtime>> open(const sql::PhysicalPlan& plan, Connectors& connectors,
                                               const std::map<std::string, std::string>& positions, LateRows& late,
                                               const io::Clock& clock, Options options);
  ~Runtime();

  struct Swept {
    bool worked = false;    ///< rows were read or a watermark rose
    bool at_end = false;    ///< there was nothing more to read
    bool finished = false;  ///< all sources have ended and the last watermark has passed
    /// Sweep again after so long even if no source wakes us.
    std::optional<int64_t> again_after_ms;
  };
  /// Reads and processes one epoch.
  Result<Swept> sweep();

  /// Calls `wake` once from any thread when a source has more to read.
  void notify(const std::function<void()>& wake);

  /// Whether sinks hold rows that wait for a commit.
  bool has_output() const;
  /// Finishes what sinks hold (workers), then hands outputs and dead letters to `commit`.
  Status write_output(log::WriteBatch& commit);
  Status output_committed();

  /// State as bytes: what changed since the last call (empty if nothing did that a restart could not find out again),
  /// the same together with the watermarks, as output needs it (or it would be said twice), or everything.
  enum class Extent : uint8_t { changes, changes_with_output, everything };
  std::string write_state(Extent extent);
  /// What write_state wrote, oldest first, before the first sweep. Returns how many entries belong to no operator any
  /// more.
  Result<uint64_t> read_state(ByteView state);
  /// The source positions in the state, to open sources with.
  static Result<std::map<std::string, std::string>> positions_in(ByteView state);
  /// All of it has been read.
  void restored();

  uint64_t state_bytes() const;

  struct NodeStatus {
    std::string id;
    sql::NodePtr plan;
    uint64_t rows_in = 0, rows_out = 0, late_rows = 0, state_bytes = 0, state_rows = 0;
    TimestampMs watermark = timestamp_min;
    TimestampMs next_fire = timestamp_max;
    std::vector<std::size_t> inputs;  ///< places in the list
    struct Instance {
      uint64_t rows_in = 0, rows_out = 0;
      int64_t busy_us = 0;  ///< computing, without what it called
    };
    std::vector<Instance> instances;  ///< by worker
  };
  struct SplitStatus {
    std::string scan_id, name, position;
    std::optional<SplitProgress> progress;  ///< of a watermarked scan
    bool holds_back = false;
  };
  std::vector<NodeStatus> node_status() const;
  std::vector<SplitStatus> split_status() const;

 private:
  class Router;
  class Busy;
  struct NodeInstance;
  struct Worker;
  struct SourcePart;
  struct Epoch;

  Runtime(Graph graph, LateRows& late, const io::Clock& clock, Options options);

  Status open_sources(Connectors& connectors, const std::map<std::string, std::string>& positions);
  Status open_workers(Connectors& connectors);
  void register_new_splits(SourcePart& part);
  Status read_sources(Epoch& epoch);
  Status run_stage(std::size_t stage, Epoch& epoch);
  Status work(std::size_t worker, std::size_t stage, Epoch& epoch);
  Status read_entries(std::size_t worker, Operator& op, ByteView entries) const;
  Status decode(Worker& worker, Epoch& epoch);
  Status open_mailboxes(Worker& worker, std::size_t node, Epoch& epoch);
  void advance_clocks(std::size_t stage, Epoch& epoch);
  TimestampMs watermark_of(std::size_t node) const;
  WatermarkSchedule merged_schedule(std::size_t node, const Epoch& epoch) const;
  std::optional<int64_t> next_sweep_ms(const Epoch& epoch) const;

  Graph graph_;
  LateRows& late_;
  const io::Clock& clock_;
  Options options_;
  std::vector<std::unique_ptr<SourcePart>> sources_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::vector<std::optional<WatermarkGenerator>> generators_;  ///< by node
  std::vector<TimestampMs> watermarks_;                        ///< by node, as of the last sweep
  std::vector<std::unique_ptr<Worker>> workers_;
  WorkerPool pool_;
  uint64_t next_piece_ = 0;
  bool first_sweep_ = true;
  std::map<std::string, std::string> written_positions_;
  std::map<std::string, TimestampMs> restored_splits_;
  std::map<std::string, TimestampMs> written_watermarks_;
};

}  // namespace azud::stream
