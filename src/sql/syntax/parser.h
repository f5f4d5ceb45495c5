#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/syntax/statement_ast.h"

namespace azud::sql {

/// Every statement of the source, in order. Errors name file, line and column, show the line, and say what was
/// expected; nothing of a source with an error is returned.
Result<std::vector<ast::Statement>> parse_script(const SourcePtr& source);

/// The one statement of the source; the semicolon behind it may be left out.
Result<ast::Statement> parse_statement(const SourcePtr& source);

/// Where each statement stands, without its semicolon: for callers that run them one by one, like an interactive
/// shell. Semicolons in quotes, comments and statement sets do not divide.
struct Division {
  std::vector<Place> statements;
  /// Bytes behind the last semicolon that hold the beginning of another statement; empty if there is none.
  Place rest;
};
/// An error only for text that has no tokens (an unclosed quote): a shell then waits for more lines.
Result<Division> divide_statements(const Source& source);

}  // namespace azud::sql
