#include "sql/bind/relation.h"

#include <unordered_set>

#include "sql/plan/logical_state.h"

namespace azud::sql {
namespace {

TimeAttribute time_of(const Expression& expression, const Schema& input) {
  if (expression.kind == Expression::Kind::input) return input[static_cast<std::size_t>(expression.input)].time;
  const bool proctime = expression.kind == Expression::Kind::call && expression.function == Function::proctime;
  return proctime ? TimeAttribute::proctime : TimeAttribute::none;
}

bool is_identity(const std::vector<ExpressionPtr>& expressions, const Schema& input) {
  if (expressions.size() != input.size()) return false;
  for (std::size_t i = 0; i < expressions.size(); ++i)
    if (expressions[i]->kind != Expression::Kind::input || expressions[i]->input != static_cast<int32_t>(i))
      return false;
  return true;
}

}  // namespace

Relation relation_of(LogicalPtr node) {
  Schema columns = node->output;
  return {std::move(node), std::move(columns)};
}

ExpressionPtr column_of(const LogicalNode& node, int32_t index) {
  return Expression::column(index, node.output[static_cast<std::size_t>(index)].type);
}

LogicalPtr make_project(const LogicalPtr& input, std::vector<ExpressionPtr> expressions, std::vector<std::string> names,
                        Origin origin) {
  if (is_identity(expressions, input->output)) return input;
  auto node = std::make_shared<LogicalProject>();
  node->inputs = {input};
  node->origin = std::move(origin);
  for (std::size_t i = 0; i < expressions.size(); ++i)
    node->output.push_back({std::move(names[i]), expressions[i]->type, time_of(*expressions[i], input->output)});
  node->expressions = std::move(expressions);
  return node;
}

LogicalPtr make_filter(const LogicalPtr& input, ExpressionPtr condition, Origin origin) {
  auto node = std::make_shared<LogicalFilter>();
  node->inputs = {input};
  node->output = input->output;
  node->origin = std::move(origin);
  node->condition = std::move(condition);
  return node;
}

LogicalPtr make_distinct(const LogicalPtr& input, Origin origin) {
  auto node = std::make_shared<LogicalAggregate>();
  node->inputs = {input};
  node->output = input->output;
  for (Field& field : node->output) field.time = TimeAttribute::none;
  node->origin = std::move(origin);
  for (std::size_t i = 0; i < input->output.size(); ++i) node->keys.push_back(static_cast<int32_t>(i));
  return node;
}

void make_unique(std::vector<std::string>& names) {
  std::unordered_set<std::string> taken;
  for (std::string& name : names) {
    std::string candidate = name;
    for (int i = 0; taken.contains(candidate); ++i) candidate = fmt::format("{}{}", name, i);
    name = candidate;
    taken.insert(name);
  }
}

}  // namespace azud::sql
