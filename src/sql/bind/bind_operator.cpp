#include <array>

#include "sql/bind/casting.h"
#include "sql/bind/expression_rules.h"
#include "sql/bind/literal.h"
#include "sql/bind/type_rules.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

std::string shown(const ExpressionPtr& expression) { return expression->type.with_nullable(true).to_sql(); }

bool is_interval(const ExpressionPtr& e) {
  return e->type.kind() == TypeKind::interval_ms || e->type.kind() == TypeKind::interval_months;
}
bool is_time(const ExpressionPtr& e) {
  const TypeKind kind = e->type.kind();
  return kind == TypeKind::date || kind == TypeKind::time || data::is_timestamp(kind);
}

ExpressionPtr call_of_two(Function function, const ExpressionPtr& a, const ExpressionPtr& b, const DataType& type) {
  return Expression::call(function, {a, b}, type.with_nullable(a->type.nullable() || b->type.nullable()));
}

Result<ExpressionPtr> add_or_subtract(Function function, const ExpressionPtr& left, const ExpressionPtr& right,
                                      Place place, const BindErrors& errors) {
  const Function timed = function == Function::plus ? Function::plus_interval : Function::minus_interval;
  if (is_time(left) && is_interval(right)) return call_of_two(timed, left, right, left->type);
  if (is_interval(left) && is_time(right) && function == Function::plus)
    return call_of_two(timed, right, left, right->type);
  if (is_interval(left) && left->type.same_kind_as(right->type)) return call_of_two(function, left, right, left->type);
  if (is_time(left) && is_time(right))
    return errors.invalid(place, fmt::format("{} and {} are not subtracted", shown(left), shown(right)),
                          "write TIMESTAMPDIFF(SECOND, earlier, later)");
  return arithmetic(function, left, right, place, errors);
}

Result<ExpressionPtr> multiply_or_divide(Function function, const ExpressionPtr& left, const ExpressionPtr& right,
                                         Place place, const BindErrors& errors) {
  const auto number = [](const ExpressionPtr& e) { return data::is_integer(e->type.kind()); };
  if (function == Function::multiply) {
    if (is_interval(left) && number(right))
      return call_of_two(Function::multiply_interval, left, cast_to(right, DataType::bigint()), left->type);
    if (number(left) && is_interval(right))
      return call_of_two(Function::multiply_interval, right, cast_to(left, DataType::bigint()), right->type);
  }
  if (function == Function::divide && is_interval(left) && number(right))
    return call_of_two(Function::divide_interval, left, cast_to(right, DataType::bigint()), left->type);
  if (is_interval(left) || is_interval(right))
    return errors.invalid(place, fmt::format("{} and {} are not multiplied or divided", shown(left), shown(right)),
                          "an interval takes an integer as its factor");
  return arithmetic(function, left, right, place, errors);
}

Result<ExpressionPtr> concat(const ExpressionPtr& left, const ExpressionPtr& right, Place place,
                             const BindErrors& errors) {
  const DataType& a = left->type;
  const DataType& b = right->type;
  if (!data::is_text(a.kind()) || !data::is_text(b.kind()))
    return errors.invalid(place, fmt::format("|| joins texts, not {} and {}", shown(left), shown(right)),
                          "CAST(… AS STRING) makes a text of another value");
  const int64_t length = std::min<int64_t>(int64_t{a.length()} + b.length(), DataType::length_max);
  const bool fixed = a.kind() == TypeKind::character && b.kind() == TypeKind::character;
  const auto n = static_cast<int32_t>(length);
  return call_of_two(Function::concat, left, right, fixed ? DataType::character(n) : DataType::varchar(n));
}

Function comparison_of(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::equal: return Function::equal;
    case ast::BinaryOp::not_equal: return Function::not_equal;
    case ast::BinaryOp::less: return Function::less;
    case ast::BinaryOp::less_equal: return Function::less_equal;
    case ast::BinaryOp::greater: return Function::greater;
    default: return Function::greater_equal;
  }
}

}  // namespace

Result<ExpressionPtr> compare(Function function, const ExpressionPtr& left, const ExpressionPtr& right, Place place,
                              const BindErrors& errors) {
  std::optional<DataType> type = comparison_type(left->type, right->type);
  if (type && type->kind() == TypeKind::null) type = DataType::boolean();
  // As in Flink: = and <> of FLOAT and DOUBLE are of the type on the left, other comparisons of DOUBLE.
  const bool equality = function == Function::equal || function == Function::not_equal;
  if (equality && data::is_approximate(left->type.kind()) && data::is_approximate(right->type.kind()))
    type = left->type.with_nullable(type->nullable());
  if (!type)
    return errors.invalid(place, fmt::format("{} and {} cannot be compared", shown(left), shown(right)),
                          "CAST one to the type of the other");
  const bool total = function == Function::is_distinct_from || function == Function::is_not_distinct_from;
  const bool nullable = !total && (left->type.nullable() || right->type.nullable());
  return Expression::call(function, {cast_to(left, *type), cast_to(right, *type)},
                          DataType::boolean().with_nullable(nullable));
}

Result<ExpressionPtr> arithmetic(Function function, const ExpressionPtr& left, const ExpressionPtr& right, Place place,
                                 const BindErrors& errors) {
  const std::optional<ArithmeticTypes> types = arithmetic_types(function, left->type, right->type);
  if (!types) {
    const bool text = data::is_text(left->type.kind()) || data::is_text(right->type.kind());
    return errors.invalid(place,
                          fmt::format("{} does not take {} and {}", to_string(function), shown(left), shown(right)),
                          text ? "texts are joined with ||; CAST a text to a number to calculate with it" : "");
  }
  const DataType common = types->left.with_nullable(types->result.nullable());
  // The remainder of integers is that of the wider type, then has the divisor's.
  if (function == Function::modulo && data::is_integer(common.kind()))
    return cast_to(Expression::call(function, {cast_to(left, types->left), cast_to(right, types->right)}, common),
                   types->result);
  return Expression::call(function, {cast_to(left, types->left), cast_to(right, types->right)}, types->result);
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Unary& node, Place place) {
  if (node.op == ast::UnaryOp::logical_not) {
    ExpressionBinder inner(binder.scope(), binder.context(), "NOT", binder.calls());
    TRY_ASSIGN(ExpressionPtr operand, inner.bind_condition(*node.operand));
    return negate_if(true, std::move(operand));
  }
  if (node.op == ast::UnaryOp::negate) {
    TRY_ASSIGN(ExpressionPtr literal, bind_literal(*node.operand, true, binder.errors()));
    if (literal) return literal;
  }
  TRY_ASSIGN(ExpressionPtr operand, binder.bind(*node.operand));
  if (!data::is_numeric(operand->type.kind()) && !is_interval(operand))
    return binder.errors().invalid(place, fmt::format("a sign belongs before a number, not {}", shown(operand)));
  if (node.op == ast::UnaryOp::plus) return operand;
  const DataType type = operand->type;
  return Expression::call(Function::negate, {std::move(operand)}, type);
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Binary& node, Place place) {
  TRY_ASSIGN(const ExpressionPtr left, binder.bind(*node.left));
  TRY_ASSIGN(const ExpressionPtr right, binder.bind(*node.right));
  const BindErrors& errors = binder.errors();
  switch (node.op) {
    case ast::BinaryOp::add: return add_or_subtract(Function::plus, left, right, place, errors);
    case ast::BinaryOp::subtract: return add_or_subtract(Function::minus, left, right, place, errors);
    case ast::BinaryOp::multiply: return multiply_or_divide(Function::multiply, left, right, place, errors);
    case ast::BinaryOp::divide: return multiply_or_divide(Function::divide, left, right, place, errors);
    case ast::BinaryOp::remainder: return arithmetic(Function::modulo, left, right, place, errors);
    case ast::BinaryOp::concat: return concat(left, right, place, errors);
    case ast::BinaryOp::not_equal: {
      const auto between = errors.source().text({node.left->place.end, node.right->place.begin});
      if (between.contains("!=")) return errors.invalid(place, "Flink's SQL has no !=", "write <>");
      break;
    }
    default: break;
  }
  return compare(comparison_of(node.op), left, right, place, errors);
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Logical& node, Place) {
  ExpressionBinder inner(binder.scope(), binder.context(), node.is_and ? "AND" : "OR", binder.calls());
  std::vector<ExpressionPtr> operands;
  for (const ast::ExprPtr& operand : node.operands) {
    TRY_ASSIGN(operands.emplace_back(), inner.bind_condition(*operand));
  }
  const DataType type = DataType::boolean().with_nullable(any_nullable(operands));
  return Expression::call(node.is_and ? Function::logical_and : Function::logical_or, std::move(operands), type);
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Between& node, Place place) {
  TRY_ASSIGN(const ExpressionPtr operand, binder.bind(*node.operand));
  TRY_ASSIGN(const ExpressionPtr low, binder.bind(*node.low));
  TRY_ASSIGN(const ExpressionPtr high, binder.bind(*node.high));
  const BindErrors& errors = binder.errors();
  const auto both = [&](const ExpressionPtr& from, const ExpressionPtr& to) -> Result<ExpressionPtr> {
    TRY_ASSIGN(const ExpressionPtr above, compare(Function::greater_equal, operand, from, place, errors));
    TRY_ASSIGN(const ExpressionPtr below, compare(Function::less_equal, operand, to, place, errors));
    return call_of_two(Function::logical_and, above, below, DataType::boolean());
  };
  TRY_ASSIGN(ExpressionPtr result, both(low, high));
  if (node.symmetric) {
    TRY_ASSIGN(const ExpressionPtr other, both(high, low));
    result = call_of_two(Function::logical_or, result, other, DataType::boolean());
  }
  return negate_if(node.negated, std::move(result));
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::InList& node, Place place) {
  TRY_ASSIGN(const ExpressionPtr operand, binder.bind(*node.operand));
  TRY_ASSIGN(const std::vector<ExpressionPtr> items, binder.bind_all(node.items));
  std::optional<DataType> type = operand->type;
  for (const ExpressionPtr& item : items) {
    if (type) type = comparison_type(*type, item->type);
    if (!type)
      return binder.errors().invalid(place, fmt::format("{} is not compared with {}", shown(operand), shown(item)),
                                     "CAST the values of IN to the type of what is looked for");
  }
  // As in Flink: what a FLOAT is looked for in becomes FLOAT too.
  if (operand->type.kind() == TypeKind::real) type = operand->type.with_nullable(type->nullable());
  std::vector<ExpressionPtr> arguments = {cast_to(operand, *type)};
  for (const ExpressionPtr& item : items) arguments.push_back(cast_to(item, *type));
  const DataType result = DataType::boolean().with_nullable(any_nullable(arguments));
  return negate_if(node.negated, Expression::call(Function::in_list, std::move(arguments), result));
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Like& node, Place) {
  std::vector<ExpressionPtr> arguments;
  for (const ast::ExprPtr& part : {node.operand, node.pattern, node.escape}) {
    if (!part) continue;
    TRY_ASSIGN(ExpressionPtr bound, binder.bind(*part));
    if (!data::is_text(bound->type.kind()) && bound->type.kind() != TypeKind::null)
      return binder.errors().invalid(part->place, fmt::format("LIKE compares texts, not {}", shown(bound)),
                                     "CAST(… AS STRING) makes a text of another value");
    arguments.push_back(bound->type.kind() == TypeKind::null ? cast_to(bound, DataType::string()) : std::move(bound));
  }
  const DataType type = DataType::boolean().with_nullable(any_nullable(arguments));
  if (node.similar) return negate_if(node.negated, Expression::call(Function::similar_to, std::move(arguments), type));
  return Expression::call(node.negated ? Function::not_like : Function::like, std::move(arguments), type);
}

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::IsTest& node, Place place) {
  using What = ast::IsTest::What;
  TRY_ASSIGN(const ExpressionPtr operand, binder.bind(*node.operand));
  const DataType result = DataType::boolean().not_null();
  const auto test = [&](Function yes, Function no) {
    return Expression::call(node.negated ? no : yes, {operand}, result);
  };
  switch (node.what) {
    case What::null: return test(Function::is_null, Function::is_not_null);
    case What::distinct_from: {
      TRY_ASSIGN(const ExpressionPtr other, binder.bind(*node.other));
      return compare(node.negated ? Function::is_not_distinct_from : Function::is_distinct_from, operand, other, place,
                     binder.errors());
    }
    case What::json:
    case What::json_object:
    case What::json_array:
    case What::json_scalar: {
      if (!data::is_text(operand->type.kind()))
        return binder.errors().invalid(place, fmt::format("IS JSON tests a text, not {}", shown(operand)));
      constexpr std::array<const char*, 4> kinds = {"VALUE", "OBJECT", "ARRAY", "SCALAR"};
      const auto kind = static_cast<std::size_t>(node.what) - static_cast<std::size_t>(What::json);
      return negate_if(node.negated, Expression::call(Function::is_json, {operand}, result, {kinds[kind]}));
    }
    default: break;
  }
  if (operand->type.kind() != TypeKind::boolean)
    return binder.errors().invalid(place,
                                   fmt::format("IS TRUE, FALSE, UNKNOWN test a condition, not {}", shown(operand)));
  if (node.what == What::true_) return test(Function::is_true, Function::is_not_true);
  if (node.what == What::false_) return test(Function::is_false, Function::is_not_false);
  return test(Function::is_null, Function::is_not_null);
}

}  // namespace azud::sql
