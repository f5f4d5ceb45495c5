#pragma once

#include <string_view>
#include <vector>

#include "sql/bind/bind_error.h"
#include "sql/plan/expression.h"
#include "sql/syntax/expression_ast.h"

namespace azud::sql {

/// `name` in capitals: COUNT, SUM …, and what only OVER has: LAG, ROW_NUMBER …
bool is_aggregate(std::string_view name);
bool is_window_only(std::string_view name);

/// An aggregate whose arguments are still expressions over the input; they become columns of a projection below it.
struct BoundAggregate {
  Aggregate function{};
  std::vector<ExpressionPtr> arguments;
  std::vector<data::Value> constants;
  bool distinct = false;
  ExpressionPtr filter;
  data::DataType type;
  bool operator==(const BoundAggregate& other) const;
};

/// `arguments` are the call's, bound (none for COUNT(*)). `grouped`: there is a GROUP BY, so that SUM and the like of a
/// column without NULLs are never NULL. `over`: the call has an OVER clause.
Result<BoundAggregate> bind_aggregate(const ast::Call& call, std::vector<ExpressionPtr> arguments, ExpressionPtr filter,
                                      bool grouped, bool over, Place place, const BindErrors& errors);

}  // namespace azud::sql
