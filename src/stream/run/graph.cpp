#include "stream/run/graph.h"

#include <algorithm>
#include <unordered_map>

namespace azud::stream {
namespace {

bool runs_an_operator(sql::NodeKind kind) {
  switch (kind) {
    case sql::NodeKind::scan:
    case sql::NodeKind::watermark:
    case sql::NodeKind::union_all:
    case sql::NodeKind::exchange:
    case sql::NodeKind::sink: return false;
    default: return true;
  }
}

std::size_t stage_of(const GraphNode& node, const std::vector<GraphNode>& nodes) {
  std::size_t stage = 0;
  for (const std::size_t input : node.inputs) stage = std::max(stage, nodes[input].stage);
  return stage + (node.is_border() ? 1 : 0);
}

std::vector<std::size_t> watermark_sources(const GraphNode& node, std::size_t self,
                                           const std::vector<GraphNode>& nodes) {
  if (node.plan->kind == sql::NodeKind::watermark || node.inputs.empty()) return {self};
  std::vector<std::size_t> found;
  for (const std::size_t input : node.inputs)
    for (const std::size_t source : nodes[input].watermark_from)
      if (std::ranges::find(found, source) == found.end()) found.push_back(source);
  return found;
}

}  // namespace

Result<Graph> Graph::build(const sql::PhysicalPlan& plan, const EvalSettings& settings) {
  Graph graph;
  std::unordered_map<const sql::PhysicalNode*, std::size_t> places;
  for (const sql::NodePtr& node : plan.in_order()) {
    const std::size_t self = graph.nodes.size();
    GraphNode laid;
    laid.plan = node;
    for (std::size_t i = 0; i < node->inputs.size(); ++i) {
      const std::size_t from = places.at(node->inputs[i].get());
      laid.inputs.push_back(from);
      graph.nodes[from].consumers.push_back({self, i});
    }
    laid.stage = stage_of(laid, graph.nodes);
    laid.watermark_from = watermark_sources(laid, self, graph.nodes);
    if (node->kind == sql::NodeKind::scan) {
      laid.scan = graph.scans.size();
      graph.scans.push_back(std::static_pointer_cast<const sql::ScanNode>(node));
    }
    if (node->kind == sql::NodeKind::sink) {
      laid.sink = graph.sinks.size();
      graph.sinks.push_back(std::static_pointer_cast<const sql::SinkNode>(node));
    }
    if (runs_an_operator(node->kind)) {
      TRY_ASSIGN(laid.spec, make_operator(node, settings));
    }
    graph.stages = std::max(graph.stages, laid.stage + 1);
    places.emplace(node.get(), self);
    graph.nodes.push_back(std::move(laid));
  }
  return graph;
}

}  // namespace azud::stream
