#include <unordered_map>

#include "sql/analyze/changelog.h"
#include "sql/plan/physical_io.h"

namespace azud::sql {
namespace {

/// FNV-1a, 64 bits: short names that do not change between releases; nothing here needs to resist an attacker.
uint64_t hash(std::string_view text) {
  uint64_t value = 14695981039346656037U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return value;
}

std::string_view kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::scan: return "scan";
    case NodeKind::values: return "values";
    case NodeKind::calc: return "calc";
    case NodeKind::union_all: return "union";
    case NodeKind::correlate: return "unnest";
    case NodeKind::exchange: return "exchange";
    case NodeKind::watermark: return "watermark";
    case NodeKind::changelog_normalize: return "normalize";
    case NodeKind::upsert_materialize: return "materialize";
    case NodeKind::window_assign: return "window";
    case NodeKind::window_aggregate: return "window-aggregate";
    case NodeKind::group_aggregate: return "group";
    case NodeKind::over: return "over";
    case NodeKind::sorted_over: return "sorted-over";
    case NodeKind::temporal_join: return "temporal-join";
    case NodeKind::limit: return "limit";
    case NodeKind::sink: return "sink";
  }
  return "node";
}

/// What a node's rows depend on: its parameters, its columns' types (state holds them), its inputs.
std::string structure_of(const PhysicalNode& node) {
  std::string text(kind_name(node.kind));
  text += ' ';
  text += describe(node, Wording::exact);
  for (const Field& field : node.output) text += " " + field.type.with_nullable(true).to_sql();
  for (const NodePtr& input : node.inputs) text += " " + input->id;
  return text;
}

}  // namespace

void set_identities(PlanGraph& graph) {
  std::unordered_map<std::string, int> taken;
  for (const auto& node : graph.nodes) {
    node->id = fmt::format("{}-{:012x}", kind_name(node->kind), hash(structure_of(*node)) >> 16);
    const int twins = taken[node->id]++;
    if (twins > 0) node->id += fmt::format("-{}", twins + 1);
  }
}

}  // namespace azud::sql
