#pragma once

#include "sql/bind/query_binder.h"
#include "sql/plan/logical_rows.h"
#include "sql/syntax/statement_ast.h"

namespace azud::sql {

/// INSERT INTO: the query's columns cast to those of the table, left-out ones NULL.
Result<LogicalPtr> bind_insert(const ast::Insert& insert, const SourcePtr& source, PlanContext& plan);

/// A query whose rows go to whoever asked.
Result<LogicalPtr> bind_collect(const ast::Query& query, const SourcePtr& source, PlanContext& plan);

}  // namespace azud::sql
