#include <algorithm>
#include <array>
#include <optional>

#include "sql/syntax/grammar.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using ast::BinaryOp;
using ast::ExprPtr;

/// How tight operators bind, as in Calcite: note that || binds like * and /.
enum Power : int {
  power_or = 22,
  power_and = 24,
  power_not = 26,
  power_is = 28,
  power_compare = 30,
  power_in = 32,
  power_add = 40,
  power_multiply = 60,
  power_sign = 80
};

/// A chain of operators, or of [index] and .field, makes a tree that deep; the stack has to bear it later.
constexpr uint32_t depth_max = 500;

struct BinaryRule {
  std::string_view symbol;
  BinaryOp op;
  int power;
};
constexpr std::array<BinaryRule, 13> binary_rules = {{{"=", BinaryOp::equal, power_compare},
                                                      {"<>", BinaryOp::not_equal, power_compare},
                                                      {"!=", BinaryOp::not_equal, power_compare},
                                                      {"<", BinaryOp::less, power_compare},
                                                      {"<=", BinaryOp::less_equal, power_compare},
                                                      {">", BinaryOp::greater, power_compare},
                                                      {">=", BinaryOp::greater_equal, power_compare},
                                                      {"+", BinaryOp::add, power_add},
                                                      {"-", BinaryOp::subtract, power_add},
                                                      {"*", BinaryOp::multiply, power_multiply},
                                                      {"/", BinaryOp::divide, power_multiply},
                                                      {"%", BinaryOp::remainder, power_multiply},
                                                      {"||", BinaryOp::concat, power_multiply}}};

Status check_depth(const TokenStream& in, const ExprPtr& expr) {
  if (expr->depth <= depth_max) return {};
  return in.fail_at(expr->place, Code::invalid, fmt::format("an expression of more than {} levels", depth_max),
                    "split it over several views");
}

Result<ExprPtr> parse_name(TokenStream& in) {
  const Place begin = in.here();
  ast::NamePath path;
  TRY_ASSIGN(path.emplace_back(), in.expect_name("an expression"));
  while (in.at(".") && !in.peek(1).is_symbol("*")) {
    in.take();
    TRY_ASSIGN(path.emplace_back(), in.expect_name("a field name"));
  }
  if (in.accept(".")) {
    in.take();
    return make_expr(ast::Star{std::move(path)}, in.since(begin));
  }
  return make_expr(ast::NameExpr{std::move(path)}, in.since(begin));
}

/// ( expression ), ( a, b ) which is a row, or ( query ).
Result<ExprPtr> parse_parenthesis(TokenStream& in) {
  const Place begin = in.here();
  in.take();
  if (in.at_word("SELECT") || in.at_word("VALUES") || in.at_word("WITH")) {
    TRY_ASSIGN(ast::QueryPtr query, parse_query(in));
    TRY(in.expect(")"));
    return make_expr(ast::ScalarQuery{std::move(query)}, in.since(begin));
  }
  TRY_ASSIGN(std::vector<ExprPtr> items, parse_expression_list(in));
  TRY(in.expect(")"));
  if (items.size() == 1) return std::move(items.front());
  return make_expr(ast::RowExpr{std::move(items)}, in.since(begin));
}

Result<ExprPtr> parse_primary(TokenStream& in) {
  if (in.at("(")) return parse_parenthesis(in);
  if (in.at("*")) return make_expr(ast::Star{}, in.take().place);
  TRY_ASSIGN(ExprPtr literal, parse_literal(in));
  if (literal) return literal;
  TRY_ASSIGN(ExprPtr special, parse_special_form(in));
  if (special) return special;
  const Token& token = in.peek();
  const bool named = token.kind == TokenKind::quoted_name || (token.kind == TokenKind::word && is_callable(token.text));
  if (named && in.peek(1).is_symbol("(")) return parse_function_call(in);
  return parse_name(in);
}

/// A primary expression and the [index] and .field behind it.
Result<ExprPtr> parse_postfix(TokenStream& in) {
  TRY_ASSIGN(ExprPtr expr, parse_primary(in));
  while (true) {
    const Place begin = expr->place;
    if (in.accept("[")) {
      TRY_ASSIGN(ExprPtr index, parse_expression(in));
      TRY(in.expect("]"));
      expr = make_expr(ast::Index{std::move(expr), std::move(index)}, in.since(begin));
    } else if (in.at(".")) {
      in.take();
      TRY_ASSIGN(ast::Name field, in.expect_name("a field name"));
      expr = make_expr(ast::Field{std::move(expr), std::move(field)}, in.since(begin));
    } else {
      return expr;
    }
    TRY(check_depth(in, expr));
  }
}

Result<ExprPtr> parse_prefix(TokenStream& in) {
  const Place begin = in.here();
  std::optional<ast::UnaryOp> op;
  if (in.accept("-")) {
    op = ast::UnaryOp::negate;
  } else if (in.accept("+")) {
    op = ast::UnaryOp::plus;
  } else if (in.accept_word("NOT")) {
    op = ast::UnaryOp::logical_not;
  }
  if (!op) return parse_postfix(in);
  TRY_ASSIGN(ExprPtr operand, parse_expression(in, op == ast::UnaryOp::logical_not ? power_not : power_sign));
  return make_expr(ast::Unary{*op, std::move(operand)}, in.since(begin));
}

/// The rest of `left AND …` or `left OR …`: one node for the whole chain, so that long ones are not deep.
Result<ExprPtr> parse_logical(TokenStream& in, ExprPtr left) {
  const bool is_and = in.at_word("AND");
  ast::Logical node{is_and, {left}};
  while (in.accept_word(is_and ? "AND" : "OR")) {
    TRY_ASSIGN(node.operands.emplace_back(), parse_expression(in, (is_and ? power_and : power_or) + 1));
  }
  return make_expr(std::move(node), in.since(left->place));
}

Result<ExprPtr> parse_is(TokenStream& in, const ExprPtr& left) {
  using What = ast::IsTest::What;
  in.take();
  ast::IsTest test{left, What::null, in.accept_word("NOT")};
  if (in.accept_words({"DISTINCT", "FROM"})) {
    test.what = What::distinct_from;
    TRY_ASSIGN(test.other, parse_expression(in, power_is + 1));
  } else if (in.accept_word("JSON")) {
    test.what = in.accept_word("OBJECT")   ? What::json_object
                : in.accept_word("ARRAY")  ? What::json_array
                : in.accept_word("SCALAR") ? What::json_scalar
                                           : What::json;
    if (test.what == What::json) in.accept_word("VALUE");
  } else if (in.accept_word("NULL")) {
    test.what = What::null;
  } else if (in.accept_word("TRUE")) {
    test.what = What::true_;
  } else if (in.accept_word("FALSE")) {
    test.what = What::false_;
  } else if (in.accept_word("UNKNOWN")) {
    test.what = What::unknown;
  } else {
    return in.fail_expected("NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM");
  }
  return make_expr(std::move(test), in.since(left->place));
}

Result<ExprPtr> parse_between(TokenStream& in, const ExprPtr& left, bool negated) {
  ast::Between node{left, nullptr, nullptr, negated, in.accept_word("SYMMETRIC")};
  if (!node.symmetric) in.accept_word("ASYMMETRIC");
  TRY_ASSIGN(node.low, parse_operand(in));
  TRY(in.expect_word("AND"));
  TRY_ASSIGN(node.high, parse_operand(in));
  return make_expr(std::move(node), in.since(left->place));
}

Result<ExprPtr> parse_in(TokenStream& in, const ExprPtr& left, bool negated) {
  TRY(in.expect("("));
  if (at_query(in)) {
    TRY_ASSIGN(ast::QueryPtr query, parse_query(in));
    TRY(in.expect(")"));
    return make_expr(ast::InQuery{left, std::move(query), negated}, in.since(left->place));
  }
  TRY_ASSIGN(std::vector<ExprPtr> items, parse_expression_list(in));
  TRY(in.expect(")"));
  return make_expr(ast::InList{left, std::move(items), negated}, in.since(left->place));
}

Result<ExprPtr> parse_like(TokenStream& in, const ExprPtr& left, bool similar, bool negated) {
  ast::Like node{left, nullptr, nullptr, similar, negated};
  TRY_ASSIGN(node.pattern, parse_operand(in));
  if (in.accept_word("ESCAPE")) {
    TRY_ASSIGN(node.escape, parse_operand(in));
  }
  return make_expr(std::move(node), in.since(left->place));
}

/// [NOT] BETWEEN, IN, LIKE, SIMILAR TO behind `left`; null if none stands here.
Result<ExprPtr> parse_predicate(TokenStream& in, const ExprPtr& left) {
  const std::size_t ahead = in.at_word("NOT") ? 1 : 0;
  const bool any = in.at_word("BETWEEN", ahead) || in.at_word("IN", ahead) || in.at_word("LIKE", ahead) ||
                   in.at_word("SIMILAR", ahead);
  if (!any) return ExprPtr();
  const bool negated = in.accept_word("NOT");
  if (in.accept_word("BETWEEN")) return parse_between(in, left, negated);
  if (in.accept_word("IN")) return parse_in(in, left, negated);
  if (in.accept_word("LIKE")) return parse_like(in, left, false, negated);
  TRY(in.expect_words({"SIMILAR", "TO"}));
  return parse_like(in, left, true, negated);
}

/// One more operator behind `left` that binds at least as tight as `power`; null if there is none.
Result<ExprPtr> parse_infix(TokenStream& in, const ExprPtr& left, int power) {
  const Token& token = in.peek();
  if (token.kind == TokenKind::symbol) {
    const auto* rule = std::ranges::find(binary_rules, token.text, &BinaryRule::symbol);
    if (rule == binary_rules.end() || rule->power < power) return ExprPtr();
    in.take();
    TRY_ASSIGN(ExprPtr right, parse_expression(in, rule->power + 1));
    const Place place = cover(left->place, right->place);
    return make_expr(ast::Binary{rule->op, left, std::move(right)}, place);
  }
  if (token.kind != TokenKind::word) return ExprPtr();
  if (power <= power_and && in.at_word("AND")) return parse_logical(in, left);
  if (power <= power_or && in.at_word("OR")) return parse_logical(in, left);
  if (power <= power_is && in.at_word("IS")) return parse_is(in, left);
  if (power <= power_in) return parse_predicate(in, left);
  return ExprPtr();
}

}  // namespace

ExprPtr make_expr(ast::Expr::Node node, Place place) {
  ast::Expr expr{std::move(node), place};
  uint32_t below = 0;
  ast::for_each_child(expr, [&](const ast::Expr& child) { below = std::max(below, child.depth); });
  expr.depth = below + 1;
  return std::make_shared<const ast::Expr>(std::move(expr));
}

Result<ExprPtr> parse_expression(TokenStream& in, int power) {
  const TokenStream::Nesting nesting(in);
  TRY(nesting.check());
  TRY_ASSIGN(ExprPtr left, parse_prefix(in));
  while (true) {
    TRY_ASSIGN(ExprPtr longer, parse_infix(in, left, power));
    if (!longer) return left;
    left = std::move(longer);
    TRY(check_depth(in, left));
  }
}

Result<ExprPtr> parse_operand(TokenStream& in) { return parse_expression(in, power_in + 1); }

Result<std::vector<ExprPtr>> parse_expression_list(TokenStream& in) {
  std::vector<ExprPtr> list;
  do {
    TRY_ASSIGN(list.emplace_back(), parse_expression(in));
  } while (in.accept(","));
  return list;
}

}  // namespace azud::sql
