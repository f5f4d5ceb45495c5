#pragma once

#include <cstddef>

#include "data/column.h"
#include "stream/eval/kernel.h"

namespace azud::stream {

/// Negative, 0 or positive, as the value of `a` at `row_a` is less than, equal to or greater than that of `b`. Neither
/// is NULL at the top; inside ROW, ARRAY and MAP a NULL equals NULL and is least. Numbers by value (DECIMAL of any
/// scale, NaN above all), text and bytes by bytes.
int compare_values(const data::Column& a, std::size_t row_a, const data::Column& b, std::size_t row_b);

inline int compare_values(const Operand& a, std::size_t row_a, const Operand& b, std::size_t row_b) {
  return compare_values(*a.column, a.constant ? 0 : row_a, *b.column, b.constant ? 0 : row_b);
}

inline bool is_null(const Operand& operand, std::size_t row) {
  return operand.column->type().kind() == data::TypeKind::null || operand.column->is_null(operand.constant ? 0 : row);
}

}  // namespace azud::stream
