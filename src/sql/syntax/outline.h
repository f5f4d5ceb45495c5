#pragma once

#include <string>

#include "sql/syntax/statement_ast.h"

namespace azud::sql {

/// The query's syntax tree in a few lines: clauses and tables as a tree, expressions as they were written.
std::string outline(const ast::Query& query, const Source& source);

}  // namespace azud::sql
