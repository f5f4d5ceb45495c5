#pragma once

#include "data/type.h"
#include "sql/bind/bind_error.h"
#include "sql/syntax/expression_ast.h"

namespace azud::sql {

struct IntervalValue {
  data::TypeKind kind;  ///< interval_months or interval_ms
  int64_t amount;       ///< months or milliseconds; parts of a millisecond are cut
};

/// Holds Calcite's limits: the leading field has two digits unless it is written wider, and no more than three (Flink);
/// the other fields are below their unit's size.
Result<IntervalValue> parse_interval(const ast::IntervalLiteral& literal, Place place, const BindErrors& errors);

}  // namespace azud::sql
