#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sql/analyze/changelog.h"
#include "sql/lower/lower.h"
#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"
#include "sql/plan/physical_io.h"
#include "sql/plan/physical_rows.h"
#include "sql/plan/physical_state.h"
#include "sql/rules/rewrite.h"

namespace azud::sql {

/// How rows are spread over the workers: nothing known, or by a hash of columns (none of them: all with one worker).
using Distribution = std::optional<std::vector<int32_t>>;

/// One run of `lower`. Each logical node becomes one physical node, so that what is shared stays shared.
class Lowering {
 public:
  Lowering(const Roots& roots, const Settings& settings, const ConnectorRegistry& connectors)
      : consumers_(roots), settings_(settings), connectors_(connectors) {}

  Result<NodePtr> lower(const LogicalPtr& node);
  PlanGraph take_graph() { return std::move(graph_); }

 private:
  Result<NodePtr> lower_new(const LogicalPtr& node);

  // lower_rows.cpp
  Result<NodePtr> lower_scan(const LogicalScan& scan);
  Result<NodePtr> lower_values(const LogicalValues& values);
  Result<NodePtr> lower_filter(const LogicalFilter& filter);
  Result<NodePtr> lower_project(const LogicalProject& project);
  Result<NodePtr> lower_watermark(const LogicalWatermark& watermark);
  Result<NodePtr> lower_normalize(const LogicalNormalize& normalize);
  Result<NodePtr> lower_union(const LogicalUnion& node);
  Result<NodePtr> lower_correlate(const LogicalCorrelate& correlate, ExpressionPtr condition, const Schema& output);
  Result<NodePtr> lower_sort(const LogicalSort& sort);

  // lower_sink.cpp
  Result<NodePtr> lower_sink(const LogicalSink& sink);
  Result<NodePtr> lower_upserts(const LogicalSink& sink, const SinkNode& node, NodePtr input);

  // lower_state.cpp
  Result<NodePtr> lower_window(const LogicalWindow& window);
  Result<NodePtr> lower_aggregate(const LogicalAggregate& aggregate);
  Result<NodePtr> lower_window_aggregate(const LogicalAggregate& aggregate);
  Result<NodePtr> lower_over(const LogicalOver& over);
  Status check_sorted_over(const LogicalOver& over) const;
  Result<NodePtr> lower_sorted_over(const LogicalOver& over);
  Status refuse_rank_filter(const LogicalFilter& filter) const;

  // lower_join.cpp
  Result<NodePtr> lower_join(const LogicalJoin& join);
  Result<NodePtr> lower_temporal_join(const LogicalJoin& join);

  /// Adds the node to the graph: its distribution, and where it was written.
  NodePtr add(std::shared_ptr<PhysicalNode> node, Distribution distribution, const Origin& origin);
  /// `input` spread by exactly these columns in this order; itself if that is so already.
  NodePtr exchange(const NodePtr& input, const std::vector<int32_t>& keys, const Origin& origin);
  NodePtr calc(const NodePtr& input, ExpressionPtr condition, std::vector<ExpressionPtr> projections, Schema output,
               const Origin& origin);
  const Distribution& distribution(const NodePtr& node) const { return distributions_.at(node.get()); }

  Consumers consumers_;
  const Settings& settings_;
  const ConnectorRegistry& connectors_;
  PlanGraph graph_;
  std::unordered_map<const LogicalNode*, NodePtr> done_;
  std::vector<LogicalPtr> owned_;  ///< logical nodes made on the way, which `done_` knows by address
  std::unordered_map<const PhysicalNode*, Distribution> distributions_;
  std::map<std::pair<const PhysicalNode*, std::vector<int32_t>>, NodePtr> exchanges_;
};

}  // namespace azud::sql
