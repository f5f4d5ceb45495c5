#include "sql/syntax/parser.h"

#include "sql/syntax/keyword.h"
#include "sql/syntax/statement_grammar.h"

namespace azud::sql {
namespace {

bool is_word(const Token& token, std::string_view word) {
  return token.kind == TokenKind::word && same_word(token.text, word);
}

/// Runs of tokens, one a statement, without the semicolons between them. In a statement set (… SET BEGIN, or
/// BEGIN STATEMENT SET) semicolons belong to it until END follows one of them.
std::vector<std::span<const Token>> divide(std::span<const Token> tokens) {
  std::vector<std::span<const Token>> runs;
  std::size_t begin = 0;
  bool in_set = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (is_word(token, "BEGIN")) in_set = in_set || i == begin || (is_word(tokens[i - 1], "SET"));
    if (is_word(token, "END") && in_set && i > begin &&
        (tokens[i - 1].is_symbol(";") || is_word(tokens[i - 1], "BEGIN")))
      in_set = false;
    const bool ends = token.kind == TokenKind::end || (token.is_symbol(";") && !in_set);
    if (!ends) continue;
    if (i > begin) runs.push_back(tokens.subspan(begin, i - begin));
    begin = i + 1;
  }
  return runs;
}

Result<ast::Statement> parse_run(const SourcePtr& source, std::span<const Token> run) {
  std::vector<Token> tokens(run.begin(), run.end());
  const uint32_t end = run.back().place.end;
  tokens.push_back({TokenKind::end, {end, end}, {}});
  TokenStream in(*source, tokens);
  ast::Statement statement;
  statement.source = source;
  statement.place = {run.front().place.begin, end};
  TRY_ASSIGN(statement.node, parse_statement_node(in));
  if (!in.at_end()) return in.fail_expected("the end of the statement");
  return statement;
}

}  // namespace

Result<std::vector<ast::Statement>> parse_script(const SourcePtr& source) {
  TRY_ASSIGN(const std::vector<Token> tokens, tokenize(*source));
  std::vector<ast::Statement> statements;
  for (const std::span<const Token> run : divide(tokens)) {
    TRY_ASSIGN(ast::Statement statement, parse_run(source, run));
    statements.push_back(std::move(statement));
  }
  return statements;
}

Result<ast::Statement> parse_statement(const SourcePtr& source) {
  TRY_ASSIGN(std::vector<ast::Statement> statements, parse_script(source));
  if (statements.empty()) return fail(Code::invalid, "there is no statement in the text");
  if (statements.size() > 1)
    return std::unexpected(
        error_at(*source, statements[1].place, Code::invalid, "expected one statement, found another"));
  return std::move(statements.front());
}

Result<Division> divide_statements(const Source& source) {
  TRY_ASSIGN(const std::vector<Token> tokens, tokenize(source));
  Division division;
  for (const std::span<const Token> run : divide(tokens)) {
    const Place place = cover(run.front().place, run.back().place);
    const Token& after = *(run.data() + run.size());
    if (after.kind == TokenKind::end)
      division.rest = place;
    else
      division.statements.push_back(place);
  }
  return division;
}

}  // namespace azud::sql
