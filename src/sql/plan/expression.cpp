#include "sql/plan/expression.h"

#include <algorithm>

namespace azud::sql {

ExpressionPtr Expression::column(int32_t index, data::DataType type) {
  return std::make_shared<const Expression>(Expression{.kind = Kind::input, .type = std::move(type), .input = index});
}

ExpressionPtr Expression::constant(data::Value value, data::DataType type) {
  return std::make_shared<const Expression>(
      Expression{.kind = Kind::literal, .type = std::move(type), .literal = std::move(value)});
}

ExpressionPtr Expression::call(Function function, std::vector<ExpressionPtr> arguments, data::DataType type,
                               std::vector<std::string> options) {
  return std::make_shared<const Expression>(Expression{.kind = Kind::call,
                                                       .type = std::move(type),
                                                       .function = function,
                                                       .arguments = std::move(arguments),
                                                       .options = std::move(options)});
}

bool Expression::operator==(const Expression& other) const {
  return kind == other.kind && type == other.type && input == other.input && literal == other.literal &&
         function == other.function && options == other.options &&
         std::ranges::equal(arguments, other.arguments,
                            [](const ExpressionPtr& a, const ExpressionPtr& b) { return *a == *b; });
}

void note_inputs(const Expression& expression, std::vector<bool>& used) {
  if (expression.kind == Expression::Kind::input) used[static_cast<std::size_t>(expression.input)] = true;
  for (const ExpressionPtr& argument : expression.arguments) note_inputs(*argument, used);
}

ExpressionPtr remap_inputs(const ExpressionPtr& expression, const std::vector<int32_t>& mapping) {
  if (expression->kind == Expression::Kind::literal) return expression;
  if (expression->kind == Expression::Kind::input)
    return Expression::column(mapping[static_cast<std::size_t>(expression->input)], expression->type);
  std::vector<ExpressionPtr> arguments;
  arguments.reserve(expression->arguments.size());
  for (const ExpressionPtr& argument : expression->arguments) arguments.push_back(remap_inputs(argument, mapping));
  return Expression::call(expression->function, std::move(arguments), expression->type, expression->options);
}

ExpressionPtr replace_inputs(const ExpressionPtr& expression, const std::vector<ExpressionPtr>& replacements) {
  if (expression->kind == Expression::Kind::literal) return expression;
  if (expression->kind == Expression::Kind::input) return replacements[static_cast<std::size_t>(expression->input)];
  std::vector<ExpressionPtr> arguments;
  arguments.reserve(expression->arguments.size());
  for (const ExpressionPtr& argument : expression->arguments)
    arguments.push_back(replace_inputs(argument, replacements));
  return Expression::call(expression->function, std::move(arguments), expression->type, expression->options);
}

bool is_deterministic(const Expression& expression) {
  if (expression.kind == Expression::Kind::call && expression.function == Function::unix_timestamp &&
      expression.arguments.empty())
    return false;
  switch (expression.kind == Expression::Kind::call ? expression.function : Function::equal) {
    case Function::rand:
    case Function::rand_integer:
    case Function::uuid:
    case Function::now:
    case Function::proctime:
    case Function::current_date:
    case Function::current_time:
    case Function::current_timestamp:
    case Function::current_row_timestamp:
    case Function::local_time:
    case Function::local_timestamp:
    case Function::current_watermark: return false;
    default: break;
  }
  return std::ranges::all_of(expression.arguments, [](const ExpressionPtr& a) { return is_deterministic(*a); });
}

}  // namespace azud::sql
