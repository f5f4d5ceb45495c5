#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "base/result.h"
#include "sql/plan/physical_io.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// A plan laid out for running: nodes in order, each in a stage. Rows flow on at once to nodes of the same stage; to a
/// node of a later stage they wait in its mailbox until all workers have finished the stages before it.
struct GraphNode {
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  struct Edge {
    std::size_t to = 0;     ///< index of the reader
    std::size_t input = 0;  ///< which of its inputs
  };

  sql::NodePtr plan;
  std::size_t stage = 0;
  OperatorSpecPtr spec;  ///< null for what the runtime does itself: scan, watermark, union, exchange
  std::vector<std::size_t> inputs;
  std::vector<Edge> consumers;
  std::size_t scan = none;  ///< index into Graph::scans
  std::size_t sink = none;  ///< index into Graph::sinks
  /// Watermark nodes, and scans without one, whose watermarks bound this node's.
  std::vector<std::size_t> watermark_from;

  /// Waits for all its input before its stage: what merges or repartitions.
  bool is_border() const {
    return plan->kind == sql::NodeKind::watermark || plan->kind == sql::NodeKind::exchange ||
           plan->kind == sql::NodeKind::union_all;
  }
};

struct Graph {
  std::vector<GraphNode> nodes;  ///< inputs before their readers
  std::size_t stages = 1;
  std::vector<std::shared_ptr<const sql::ScanNode>> scans;
  std::vector<std::shared_ptr<const sql::SinkNode>> sinks;

  /// Compiles every operator; `unsupported` names what cannot be run.
  static Result<Graph> build(const sql::PhysicalPlan& plan, const EvalSettings& settings);
};

}  // namespace azud::stream
