#pragma once

#include <string>
#include <vector>

#include "sql/plan/logical.h"
#include "sql/plan/logical_rows.h"

namespace azud::sql {

/// A bound query or table: the node, and what its columns are called here (an alias renames columns without a node).
struct Relation {
  LogicalPtr node;
  Schema columns;
};

/// A relation under the names that the node has.
Relation relation_of(LogicalPtr node);

/// A projection; `input` itself if nothing would change. Plain columns keep their time attribute, PROCTIME() makes one.
LogicalPtr make_project(const LogicalPtr& input, std::vector<ExpressionPtr> expressions, std::vector<std::string> names,
                        Origin origin);
LogicalPtr make_filter(const LogicalPtr& input, ExpressionPtr condition, Origin origin);
/// GROUP BY all columns: DISTINCT, UNION.
LogicalPtr make_distinct(const LogicalPtr& input, Origin origin);

/// Column `index` of the node as an expression.
ExpressionPtr column_of(const LogicalNode& node, int32_t index);

/// Names made different by a number behind the second of two equal ones, as Calcite does.
void make_unique(std::vector<std::string>& names);

}  // namespace azud::sql
