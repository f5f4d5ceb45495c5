#pragma once

#include <memory>
#include <vector>

#include "stream/run/runtime.h"

namespace azud::stream {

// The parts of Runtime that its source files share.

/// Sends a node's rows to all who read them: at once within the stage, into mailboxes of later stages.
class Runtime::Router final : public Output {
 public:
  Router(Runtime& runtime, Worker& worker, std::size_t node) : runtime_(runtime), worker_(worker), node_(node) {}
  Status rows(data::Batch batch) override;

 private:
  Status deliver(const GraphNode::Edge& edge, data::Batch batch);
  Status check_time() const;
  /// Rows that wait from now on.
  Status account(const data::Batch& batch);

  Runtime& runtime_;
  Worker& worker_;
  std::size_t node_;
  KeySplitter splitter_;
};

/// One node on one worker.
struct Runtime::NodeInstance {
  NodeInstance(const sql::PhysicalNode& node, std::size_t worker, std::size_t parallelism, LateRows& late)
      : context(node, worker, parallelism, late) {}

  OperatorContext context;
  std::unique_ptr<Operator> op;
  std::unique_ptr<SinkOperator> sink;
  std::unique_ptr<Router> out;
  std::vector<std::unique_ptr<Decoder>> decoder;  ///< of a scan: one
  /// Rows waiting for this stage: by input, then by the worker that sent them.
  std::vector<std::vector<std::vector<data::Batch>>> mail;
  uint64_t rows_in = 0;
  uint64_t rows_out = 0;
  int64_t busy_us = 0;
};

struct Runtime::Worker {
  std::size_t index = 0;
  std::vector<std::unique_ptr<NodeInstance>> nodes;
  std::vector<std::vector<Rejected>> rejected;  ///< by source, until the commit
  Status status;
  std::size_t waiting_bytes = 0;      ///< of the epoch's rows
  NodeInstance* computing = nullptr;  ///< whose time it is
  int64_t computing_since_us = 0;
};

/// While it lives, time counts for a node; that of the node which called it stands still.
class Runtime::Busy {
 public:
  Busy(Worker& worker, NodeInstance& node, const io::Clock& clock)
      : worker_(worker), clock_(clock), caller_(worker.computing) {
    pass_to(&node);
  }
  ~Busy() { pass_to(caller_); }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  void pass_to(NodeInstance* next) {
    const int64_t now_us = clock_.monotonic_us();
    if (worker_.computing) worker_.computing->busy_us += now_us - worker_.computing_since_us;
    worker_.computing = next;
    worker_.computing_since_us = now_us;
  }

  Worker& worker_;
  const io::Clock& clock_;
  NodeInstance* caller_;
};

/// A source with where its splits belong.
struct Runtime::SourcePart {
  std::unique_ptr<Source> source;
  std::vector<std::size_t> scan_nodes;   ///< Split::scan to node
  std::vector<std::size_t> generators;   ///< Split::scan to its watermark node, or GraphNode::none
  std::vector<std::size_t> place;        ///< split to its place among the splits of its scan
  std::vector<std::size_t> scan_splits;  ///< Split::scan to how many splits it has
  std::vector<bool> ended;
  bool ready = true;  ///< may have something to read
};

struct Runtime::Epoch {
  TimestampMs wall_ms = 0;
  uint64_t first_piece = 0;
  std::size_t bytes = 0;
  bool together = false;
  struct Assigned {
    Piece piece;
    uint64_t number = 0;
    std::size_t source = 0;
    std::size_t scan = 0;  ///< Split::scan
  };
  std::vector<std::vector<Assigned>> by_worker;
  /// For each piece: the place of its split in the generator of the node; by watermark node.
  std::vector<std::vector<std::size_t>> piece_splits;
  std::vector<std::optional<TimestampMs>> clock;  ///< by watermark node
  std::vector<bool> rose;                         ///< nodes whose watermark rose
  std::vector<TimestampMs> before;                ///< watermarks by node at the epoch's begin
  bool at_end = true;
  bool ended_all = true;
  bool worked = false;
  std::optional<int64_t> again_after_us;
};

}  // namespace azud::stream
