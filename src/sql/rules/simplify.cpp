#include <algorithm>
#include <optional>

#include "sql/bind/relation.h"
#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

ExpressionPtr truth(bool value) { return Expression::constant(value, DataType::boolean().not_null()); }

bool is_literal_bool(const ExpressionPtr& e, bool value) {
  return e->is_literal() && e->type.kind() == TypeKind::boolean && !e->literal.is_null() &&
         e->literal.as_bool() == value;
}

/// AND and OR: nested ones become one, what decides nothing is left out.
ExpressionPtr simplify_logical(const ExpressionPtr& e) {
  const bool is_and = e->function == Function::logical_and;
  std::vector<ExpressionPtr> operands;
  const auto add = [&](const ExpressionPtr& operand) {
    const auto same = [&](const ExpressionPtr& other) { return *other == *operand; };
    if (is_literal_bool(operand, is_and)) return;
    if (!std::ranges::any_of(operands, same) || !is_deterministic(*operand)) operands.push_back(operand);
  };
  for (const ExpressionPtr& argument : e->arguments) {
    if (argument->kind == Expression::Kind::call && argument->function == e->function) {
      for (const ExpressionPtr& inner : argument->arguments) add(inner);
    } else {
      add(argument);
    }
  }
  for (const ExpressionPtr& operand : operands)
    if (is_literal_bool(operand, !is_and)) return truth(!is_and);
  if (operands.empty()) return truth(is_and);
  if (operands.size() == 1) return operands.front();
  return Expression::call(e->function, std::move(operands), e->type);
}

std::optional<int> compare_literals(const Expression& a, const Expression& b) {
  if (!a.type.same_kind_as(b.type) && !(data::is_text(a.type.kind()) && data::is_text(b.type.kind())))
    return std::nullopt;
  if (a.literal.is_null() || b.literal.is_null()) return std::nullopt;
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (data::is_text(a.type.kind())) return sign(a.literal.as_text(), b.literal.as_text());
  if (a.type.kind() == TypeKind::decimal) return sign(a.literal.as_decimal(), b.literal.as_decimal());
  if (std::holds_alternative<int64_t>(a.literal.any())) return sign(a.literal.as_int(), b.literal.as_int());
  return std::nullopt;
}

ExpressionPtr simplify_comparison(const ExpressionPtr& e) {
  if (!e->arguments[0]->is_literal() || !e->arguments[1]->is_literal()) return e;
  const std::optional<int> order = compare_literals(*e->arguments[0], *e->arguments[1]);
  if (!order) return e;
  switch (e->function) {
    case Function::equal: return truth(*order == 0);
    case Function::not_equal: return truth(*order != 0);
    case Function::less: return truth(*order < 0);
    case Function::less_equal: return truth(*order <= 0);
    case Function::greater: return truth(*order > 0);
    default: return truth(*order >= 0);
  }
}

/// The opposite of a comparison; it is as unknown as the comparison itself.
std::optional<Function> opposite(Function function) {
  switch (function) {
    case Function::equal: return Function::not_equal;
    case Function::not_equal: return Function::equal;
    case Function::less: return Function::greater_equal;
    case Function::less_equal: return Function::greater;
    case Function::greater: return Function::less_equal;
    case Function::greater_equal: return Function::less;
    case Function::like: return Function::not_like;
    case Function::not_like: return Function::like;
    case Function::is_null: return Function::is_not_null;
    case Function::is_not_null: return Function::is_null;
    case Function::is_true: return Function::is_not_true;
    case Function::is_not_true: return Function::is_true;
    case Function::is_false: return Function::is_not_false;
    case Function::is_not_false: return Function::is_false;
    default: return std::nullopt;
  }
}

ExpressionPtr simplify_not(const ExpressionPtr& e) {
  const ExpressionPtr& operand = e->arguments[0];
  if (operand->is_literal() && !operand->literal.is_null()) return truth(!operand->literal.as_bool());
  if (operand->kind != Expression::Kind::call) return e;
  if (operand->function == Function::logical_not) return operand->arguments[0];
  if (const auto other = opposite(operand->function))
    return Expression::call(*other, operand->arguments, operand->type, operand->options);
  return e;
}

/// Branches whose condition is never true go away; one that is always true ends the list.
ExpressionPtr simplify_case(const ExpressionPtr& e) {
  std::vector<ExpressionPtr> arguments;
  for (std::size_t i = 0; i + 1 < e->arguments.size(); i += 2) {
    const ExpressionPtr& condition = e->arguments[i];
    if (is_literal_bool(condition, false) || (condition->is_literal() && condition->literal.is_null())) continue;
    if (is_literal_bool(condition, true)) {
      if (arguments.empty()) return e->arguments[i + 1];
      arguments.push_back(e->arguments[i + 1]);
      return Expression::call(Function::case_when, std::move(arguments), e->type);
    }
    arguments.push_back(condition);
    arguments.push_back(e->arguments[i + 1]);
  }
  if (arguments.size() + 1 == e->arguments.size()) return e;
  if (arguments.empty()) return e->arguments.back();
  arguments.push_back(e->arguments.back());
  return Expression::call(Function::case_when, std::move(arguments), e->type);
}

/// What stands behind the first argument that is never NULL is never looked at.
ExpressionPtr simplify_coalesce(const ExpressionPtr& e) {
  std::vector<ExpressionPtr> arguments;
  for (const ExpressionPtr& argument : e->arguments) {
    if (argument->is_literal() && argument->literal.is_null()) continue;
    arguments.push_back(argument);
    if (!argument->type.nullable()) break;
  }
  if (arguments.empty()) return e->arguments.front();
  if (arguments.size() == 1) return arguments.front();
  if (arguments.size() == e->arguments.size()) return e;
  return Expression::call(Function::coalesce, std::move(arguments), e->type);
}

/// Whole numbers, and intervals: sums, differences and products of literals, wrapping like the engine's.
ExpressionPtr simplify_arithmetic(const ExpressionPtr& e) {
  const bool whole = e->type.kind() == TypeKind::integer || e->type.kind() == TypeKind::bigint ||
                     e->type.kind() == TypeKind::interval_ms || e->type.kind() == TypeKind::interval_months;
  const ExpressionPtr& a = e->arguments[0];
  const ExpressionPtr& b = e->arguments[1];
  if (!whole || !a->is_literal() || !b->is_literal() || a->literal.is_null() || b->literal.is_null()) return e;
  if (!std::holds_alternative<int64_t>(a->literal.any()) || !std::holds_alternative<int64_t>(b->literal.any()))
    return e;
  const auto x = static_cast<uint64_t>(a->literal.as_int());
  const auto y = static_cast<uint64_t>(b->literal.as_int());
  const uint64_t result = e->function == Function::plus ? x + y : e->function == Function::minus ? x - y : x * y;
  const bool narrow = e->type.kind() == TypeKind::integer || e->type.kind() == TypeKind::interval_months;
  const int64_t value = narrow ? static_cast<int32_t>(result) : static_cast<int64_t>(result);
  return Expression::constant(value, e->type);
}

ExpressionPtr simplify_null_test(const ExpressionPtr& e) {
  if (e->arguments[0]->is_literal())
    return truth(e->arguments[0]->literal.is_null() == (e->function == Function::is_null));
  if (!e->arguments[0]->type.nullable()) return truth(e->function == Function::is_not_null);
  return e;
}

ExpressionPtr simplify_call(const ExpressionPtr& e) {
  switch (e->function) {
    case Function::logical_and:
    case Function::logical_or: return simplify_logical(e);
    case Function::logical_not: return simplify_not(e);
    case Function::equal:
    case Function::not_equal:
    case Function::less:
    case Function::less_equal:
    case Function::greater:
    case Function::greater_equal: return simplify_comparison(e);
    case Function::case_when: return simplify_case(e);
    case Function::coalesce: return simplify_coalesce(e);
    case Function::plus:
    case Function::minus:
    case Function::multiply:
    case Function::multiply_interval: return simplify_arithmetic(e);
    case Function::is_null:
    case Function::is_not_null: return simplify_null_test(e);
    default: return e;
  }
}

LogicalPtr simplify_node(const LogicalPtr& node) {
  if (node->kind == LogicalKind::filter) {
    const auto& filter = node->as<LogicalFilter>();
    const ExpressionPtr condition = simplify(filter.condition);
    if (is_literal_bool(condition, true)) return node->inputs.front();
    return condition == filter.condition ? node : make_filter(node->inputs.front(), condition, node->origin);
  }
  if (node->kind == LogicalKind::project) {
    auto copy = std::make_shared<LogicalProject>(node->as<LogicalProject>());
    for (ExpressionPtr& expression : copy->expressions) expression = simplify(expression);
    return copy;
  }
  if (node->kind == LogicalKind::join && node->as<LogicalJoin>().condition) {
    auto copy = std::make_shared<LogicalJoin>(node->as<LogicalJoin>());
    copy->condition = simplify(copy->condition);
    return copy;
  }
  return node;
}

}  // namespace

ExpressionPtr simplify(const ExpressionPtr& expression) {
  if (expression->kind != Expression::Kind::call) return expression;
  std::vector<ExpressionPtr> arguments;
  bool changed = false;
  for (const ExpressionPtr& argument : expression->arguments) {
    arguments.push_back(simplify(argument));
    changed = changed || arguments.back() != argument;
  }
  if (!changed) return simplify_call(expression);
  return simplify_call(
      Expression::call(expression->function, std::move(arguments), expression->type, expression->options));
}

Roots simplify_expressions(const Roots& roots) { return rewrite_up(roots, simplify_node); }

std::vector<ExpressionPtr> conjuncts_of(const ExpressionPtr& condition) {
  if (condition->kind != Expression::Kind::call || condition->function != Function::logical_and) return {condition};
  std::vector<ExpressionPtr> out;
  for (const ExpressionPtr& argument : condition->arguments) {
    const std::vector<ExpressionPtr> inner = conjuncts_of(argument);
    out.insert(out.end(), inner.begin(), inner.end());
  }
  return out;
}

ExpressionPtr all_of(std::vector<ExpressionPtr> conditions) {
  if (conditions.empty()) return nullptr;
  if (conditions.size() == 1) return conditions.front();
  bool nullable = false;
  for (const ExpressionPtr& condition : conditions) nullable = nullable || condition->type.nullable();
  return Expression::call(Function::logical_and, std::move(conditions), DataType::boolean().with_nullable(nullable));
}

}  // namespace azud::sql
