#pragma once

#include "sql/syntax/grammar.h"
#include "sql/syntax/statement_ast.h"

/// Inside of the parser: statements.
namespace azud::sql {

using StatementNode = decltype(ast::Statement::node);

Result<StatementNode> parse_create(TokenStream& in);
Result<StatementNode> parse_drop(TokenStream& in);
/// Any statement, without the semicolon behind it.
Result<StatementNode> parse_statement_node(TokenStream& in);

}  // namespace azud::sql
