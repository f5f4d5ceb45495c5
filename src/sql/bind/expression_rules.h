#pragma once

#include "sql/bind/expression_binder.h"
#include "sql/bind/type_rules.h"

/// Inside of the binder: one overload for each kind of node, and what they share.
namespace azud::sql {

// expression_binder.cpp
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::NameExpr& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Field& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Index& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::RowExpr& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::ArrayExpr& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::MapExpr& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Cast& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Case& node, Place place);

// bind_operator.cpp
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Unary& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Binary& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Logical& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Between& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::InList& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Like& node, Place place);
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::IsTest& node, Place place);

// bind_call.cpp
Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Call& node, Place place);

/// special_call.cpp: functions with a syntax or type rules of their own; a null pointer for any other.
Result<ExpressionPtr> bind_special_call(ExpressionBinder& binder, const ast::Call& node, Place place);
/// json_call.cpp: JSON_VALUE, JSON_QUERY, JSON_EXISTS.
Result<ExpressionPtr> bind_json_call(ExpressionBinder& binder, const ast::Call& node, Place place);

/// `left function right` with both cast to the type in which they are compared.
Result<ExpressionPtr> compare(Function function, const ExpressionPtr& left, const ExpressionPtr& right, Place place,
                              const BindErrors& errors);
/// + - * / % of numbers.
Result<ExpressionPtr> arithmetic(Function function, const ExpressionPtr& left, const ExpressionPtr& right, Place place,
                                 const BindErrors& errors);
/// All values cast to the one type that holds them; `what` names them in the error.
Result<std::vector<ExpressionPtr>> to_common_type(std::vector<ExpressionPtr> values, Place place, std::string_view what,
                                                  const BindErrors& errors, Floats floats = Floats::leftmost);

std::vector<data::DataType> types_of(const std::vector<ExpressionPtr>& expressions);
/// Whether one of them may be NULL.
bool any_nullable(const std::vector<ExpressionPtr>& expressions);
/// The field of a ROW; it may be NULL where the row may.
ExpressionPtr field_of(const ExpressionPtr& row, std::size_t index);
/// NOT `expression` if `negated`, otherwise itself.
ExpressionPtr negate_if(bool negated, ExpressionPtr expression);

}  // namespace azud::sql
