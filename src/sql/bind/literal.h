#pragma once

#include "sql/bind/bind_error.h"
#include "sql/plan/expression.h"
#include "sql/syntax/expression_ast.h"

namespace azud::sql {

/// The literal that `expr` is, with Flink's types (0.908 is DECIMAL(4, 3), 'abc' CHAR(3)); a null pointer if it is no
/// literal. `negative`: a minus stands before it (numbers and intervals).
Result<ExpressionPtr> bind_literal(const ast::Expr& expr, bool negative, const BindErrors& errors);

}  // namespace azud::sql
