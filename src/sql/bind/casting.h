#pragma once

#include "sql/plan/expression.h"

namespace azud::sql {

/// The expression as a value of `type` (the nullability stays the expression's own): itself if it has that type, a new
/// literal if it is one, `reinterpret` if the values lie alike, a cast otherwise. The caller has checked that the cast
/// exists.
ExpressionPtr cast_to(const ExpressionPtr& expression, const data::DataType& type);

}  // namespace azud::sql
