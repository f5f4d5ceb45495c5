#include <algorithm>
#include <optional>

#include "sql/bind/relation.h"
#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

/// Rows of which each is a version, and the columns that tell apart what they are versions of.
struct Appended {
  LogicalPtr node;
  std::vector<int32_t> key;
};

/// The same columns behind a projection that passes them on; nothing if it does not.
std::optional<std::vector<int32_t>> passed_on(const LogicalProject& project, const std::vector<int32_t>& columns) {
  std::vector<int32_t> places;
  for (const int32_t column : columns) {
    const auto found = std::ranges::find_if(project.expressions, [&](const ExpressionPtr& e) {
      return e->kind == Expression::Kind::input && e->input == column;
    });
    if (found == project.expressions.end()) return std::nullopt;
    places.push_back(static_cast<int32_t>(found - project.expressions.begin()));
  }
  return places;
}

std::optional<Appended> below_project(const LogicalPtr& node, const std::optional<Appended>& below) {
  if (!below) return std::nullopt;
  const auto key = passed_on(node->as<LogicalProject>(), below->key);
  return key ? std::optional(Appended{with_inputs(node, {below->node}), *key}) : std::nullopt;
}

/// ROW_NUMBER() OVER (PARTITION BY key ORDER BY rowtime DESC) in this column: the rows themselves, each with a 1.
std::optional<Appended> numbered_rows(const LogicalPtr& node, int32_t number) {
  if (node->kind == LogicalKind::project) {
    const Expression& expression = *node->as<LogicalProject>().expressions[static_cast<std::size_t>(number)];
    if (expression.kind != Expression::Kind::input) return std::nullopt;
    return below_project(node, numbered_rows(node->inputs.front(), expression.input));
  }
  if (node->kind != LogicalKind::over) return std::nullopt;
  const auto& over = node->as<LogicalOver>();
  const Schema& input = over.input().output;
  const bool newest_first = over.order_by.size() == 1 && over.order_by[0].descending &&
                            input[static_cast<std::size_t>(over.order_by[0].column)].time == TimeAttribute::rowtime;
  const bool numbers = over.calls.size() == 1 && over.calls[0].function == Aggregate::row_number;
  if (!newest_first || !numbers || over.partition_by.empty() || std::cmp_not_equal(number, input.size()))
    return std::nullopt;
  auto project = std::make_shared<LogicalProject>();
  project->inputs = over.inputs;
  project->origin = over.origin;
  project->output = over.output;
  for (std::size_t i = 0; i < input.size(); ++i)
    project->expressions.push_back(column_of(over.input(), static_cast<int32_t>(i)));
  project->expressions.push_back(Expression::constant(int64_t{1}, over.calls[0].type));
  return Appended{std::move(project), over.partition_by};
}

/// What is left of "the row with number 1".
std::optional<Appended> appended_rows(const LogicalPtr& node) {
  if (node->kind == LogicalKind::project) return below_project(node, appended_rows(node->inputs.front()));
  if (node->kind != LogicalKind::filter) return std::nullopt;
  const Expression& condition = *node->as<LogicalFilter>().condition;
  if (condition.kind != Expression::Kind::call || condition.function != Function::equal) return std::nullopt;
  const Expression* column = condition.arguments[0].get();
  const Expression* one = condition.arguments[1].get();
  if (column->is_literal()) std::swap(column, one);
  const bool is_one = one->is_literal() && data::is_integer(one->type.kind()) && one->literal == data::Value(1);
  if (column->kind != Expression::Kind::input || !is_one) return std::nullopt;
  return numbered_rows(node->inputs.front(), column->input);
}

}  // namespace

Roots read_versions(const Roots& roots) {
  return rewrite_up(roots, [](const LogicalPtr& node) -> LogicalPtr {
    if (node->kind != LogicalKind::join || node->as<LogicalJoin>().as_of < 0) return node;
    std::optional<Appended> rows = appended_rows(node->inputs[1]);
    if (!rows) return node;
    auto join = std::make_shared<LogicalJoin>(node->as<LogicalJoin>());
    join->inputs[1] = std::move(rows->node);
    join->version_key = std::move(rows->key);
    return join;
  });
}

}  // namespace azud::sql
