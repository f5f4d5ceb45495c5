#include "sql/bind/relation.h"
#include "sql/plan/logical_rows.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

void count_inputs(const Expression& expression, std::vector<int>& counts) {
  if (expression.kind == Expression::Kind::input) ++counts[static_cast<std::size_t>(expression.input)];
  for (const ExpressionPtr& argument : expression.arguments) count_inputs(*argument, counts);
}

/// Whether the outer expressions may hold the inner ones in place of their columns: RAND() must not become two.
bool can_merge(const LogicalProject& outer, const LogicalProject& inner) {
  std::vector<int> counts(inner.expressions.size(), 0);
  for (const ExpressionPtr& expression : outer.expressions) count_inputs(*expression, counts);
  std::size_t size = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 1 && !is_deterministic(*inner.expressions[i])) return false;
    size += static_cast<std::size_t>(counts[i]) * tree_size(*inner.expressions[i], tree_size_max);
  }
  return size < tree_size_max;
}

bool is_identity(const LogicalProject& project) {
  if (project.expressions.size() != project.input().output.size()) return false;
  for (std::size_t i = 0; i < project.expressions.size(); ++i)
    if (project.expressions[i]->kind != Expression::Kind::input ||
        project.expressions[i]->input != static_cast<int32_t>(i))
      return false;
  return true;
}

class ProjectMerger {
 public:
  explicit ProjectMerger(const Roots& roots) : consumers_(roots) {}

  LogicalPtr build(const LogicalPtr& node) {
    if (const auto done = built_.find(node.get()); done != built_.end()) return done->second;
    const bool merges = node->kind == LogicalKind::project && node->input().kind == LogicalKind::project &&
                        !consumers_.is_shared(node->input());
    std::vector<LogicalPtr> inputs;
    for (const LogicalPtr& input : node->inputs) inputs.push_back(build(input));
    LogicalPtr result = with_inputs(node, std::move(inputs));
    if (merges && result->input().kind == LogicalKind::project) result = merge(result);
    if (result->kind == LogicalKind::project && is_identity(result->as<LogicalProject>()))
      result = result->inputs.front();
    built_.emplace(node.get(), result);
    return result;
  }

 private:
  static LogicalPtr merge(const LogicalPtr& node) {
    const auto& outer = node->as<LogicalProject>();
    const auto& inner = node->input().as<LogicalProject>();
    if (!can_merge(outer, inner)) return node;
    auto merged = std::make_shared<LogicalProject>(outer);
    merged->inputs = inner.inputs;
    for (ExpressionPtr& expression : merged->expressions)
      expression = simplify(replace_inputs(expression, inner.expressions));
    return merged;
  }

  Consumers consumers_;
  std::unordered_map<const LogicalNode*, LogicalPtr> built_;
};

}  // namespace

Roots merge_projects(const Roots& roots) {
  ProjectMerger merger(roots);
  Roots out;
  for (const LogicalPtr& root : roots) out.push_back(merger.build(root));
  return out;
}

}  // namespace azud::sql
