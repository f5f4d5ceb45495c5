#pragma once

#include <cstdint>
#include <vector>

#include "sql/plan/expression.h"
#include "sql/plan/logical.h"

namespace azud::sql {

/// The column that an expression is, also if only its type changes and different values stay different; -1 otherwise.
int32_t passed_column(const Expression& expression);

/// Whether no two rows of the node can have the same values in `columns` at the same time: the key of a table, what
/// GROUP BY groups by, as far as it is passed on.
bool is_unique(const LogicalNode& node, const std::vector<int32_t>& columns);

/// The keys that is_unique() knows of.
std::vector<std::vector<int32_t>> unique_keys(const LogicalNode& node);

}  // namespace azud::sql
