#include "sql/plan/physical.h"

#include <unordered_set>

#include <fmt/format.h>

#include "sql/plan/physical_state.h"

namespace azud::sql {
namespace {

void visit(const NodePtr& node, std::unordered_set<const PhysicalNode*>& seen, std::vector<NodePtr>& out) {
  if (!seen.insert(node.get()).second) return;
  for (const NodePtr& input : node->inputs) visit(input, seen, out);
  out.push_back(node);
}

}  // namespace

std::vector<NodePtr> PhysicalPlan::in_order() const {
  std::unordered_set<const PhysicalNode*> seen;
  std::vector<NodePtr> out;
  for (const NodePtr& sink : sinks) visit(sink, seen, out);
  return out;
}

std::string_view to_string(ChangelogMode mode) {
  switch (mode) {
    case ChangelogMode::insert_only: return "I";
    case ChangelogMode::retract: return "I,UB,UA,D";
    case ChangelogMode::upsert: return "I,UA,D";
  }
  return "?";
}

std::string to_text(const WindowSpec& window) {
  std::string out;
  switch (window.kind) {
    case WindowSpec::Kind::tumble: out = fmt::format("TUMBLE(size {} ms", window.size_ms); break;
    case WindowSpec::Kind::hop:
      out = fmt::format("HOP(slide {} ms, size {} ms", window.slide_ms, window.size_ms);
      break;
    case WindowSpec::Kind::cumulate:
      out = fmt::format("CUMULATE(step {} ms, size {} ms", window.slide_ms, window.size_ms);
      break;
    case WindowSpec::Kind::session: out = fmt::format("SESSION(gap {} ms", window.size_ms); break;
  }
  return window.offset_ms == 0 ? out + ")" : fmt::format("{}, offset {} ms)", out, window.offset_ms);
}

}  // namespace azud::sql
