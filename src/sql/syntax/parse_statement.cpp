#include <array>

#include "sql/syntax/keyword.h"
#include "sql/syntax/statement_grammar.h"

namespace azud::sql {
namespace {

/// ON CONFLICT DO DEDUPLICATE: where it stands.
Result<std::optional<Place>> parse_on_conflict(TokenStream& in) {
  const Place begin = in.here();
  if (!in.accept_words({"ON", "CONFLICT"})) return std::nullopt;
  TRY(in.expect_word("DO"));
  if (in.accept_word("DEDUPLICATE")) return in.since(begin);
  return in.fail_at(begin, Code::unsupported, "only ON CONFLICT DO DEDUPLICATE is supported",
                    "or group by the primary key of the table, so that the query has the same key");
}

Result<ast::Insert> parse_insert(TokenStream& in) {
  ast::Insert insert;
  insert.place = in.here();
  TRY(in.expect_word("INSERT"));
  if (in.at_word("OVERWRITE"))
    return in.fail_at(in.here(), Code::unsupported, "INSERT OVERWRITE is not supported in streaming",
                      "write INSERT INTO");
  TRY(in.expect_word("INTO"));
  in.accept_word("TABLE");
  TRY_ASSIGN(insert.table, in.expect_path("a table"));
  TRY_ASSIGN(insert.hints, parse_hints(in));
  if (in.at_word("PARTITION"))
    return in.fail_at(in.here(), Code::unsupported, "INSERT INTO … PARTITION is not supported",
                      "select the partition's columns like the others");
  if (in.at("(") && !at_query(in)) {
    TRY_ASSIGN(insert.columns, in.expect_name_list("a column name"));
  }
  TRY_ASSIGN(insert.query, parse_query(in));
  TRY_ASSIGN(insert.on_conflict, parse_on_conflict(in));
  insert.place = in.since(insert.place);
  return insert;
}

/// Behind BEGIN: INSERT …; INSERT …; END.
Result<ast::StatementSet> parse_inserts(TokenStream& in) {
  ast::StatementSet set;
  while (!in.accept_word("END")) {
    if (!in.at_word("INSERT")) return in.fail_expected("INSERT or END");
    TRY_ASSIGN(ast::Insert insert, parse_insert(in));
    set.inserts.push_back(std::move(insert));
    TRY(in.expect(";"));
  }
  if (set.inserts.empty()) return in.fail_at(in.here(), Code::invalid, "the statement set is empty");
  return set;
}

/// BEGIN STATEMENT SET; …; END and EXECUTE STATEMENT SET BEGIN … END.
Result<StatementNode> parse_begin(TokenStream& in) {
  TRY(in.expect_words({"BEGIN", "STATEMENT", "SET"}));
  TRY(in.expect(";"));
  return parse_inserts(in);
}

Result<StatementNode> parse_query_statement(TokenStream& in) {
  TRY_ASSIGN(ast::QueryPtr query, parse_query(in));
  return ast::QueryStatement{std::move(query)};
}

Result<StatementNode> parse_insert_statement(TokenStream& in) { return parse_insert(in); }

Result<StatementNode> parse_execute(TokenStream& in) {
  in.take();
  if (in.accept_words({"STATEMENT", "SET"})) {
    TRY(in.expect_word("BEGIN"));
    return parse_inserts(in);
  }
  if (in.at_word("INSERT")) return parse_insert(in);
  return parse_query_statement(in);
}

Result<StatementNode> parse_explain(TokenStream& in) {
  in.take();
  ast::Explain explain;
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view detail : {"CHANGELOG_MODE", "PLAN_ADVICE", "JSON_EXECUTION_PLAN", "ESTIMATED_COST"})
      if (in.accept_word(detail)) explain.details.emplace_back(detail), more = true;
    more = more && in.accept(",");
  }
  in.accept_words({"PLAN", "FOR"});
  in.accept_word("EXECUTE");
  if (in.accept_words({"STATEMENT", "SET"})) {
    TRY(in.expect_word("BEGIN"));
    TRY_ASSIGN(explain.what, parse_inserts(in));
  } else if (in.at_word("INSERT")) {
    TRY_ASSIGN(explain.what, parse_insert(in));
  } else {
    TRY_ASSIGN(explain.what, parse_query(in));
  }
  return explain;
}

Result<std::string> parse_key(TokenStream& in) {
  if (in.peek().kind == TokenKind::text) return unquote(in.take());
  return in.fail_expected("a setting's 'key'");
}

Result<StatementNode> parse_set(TokenStream& in) {
  const Place begin = in.take().place;
  if (in.at_end() || in.at(";")) return ast::Set{};
  ast::Option option;
  TRY_ASSIGN(option.key, parse_key(in));
  TRY(in.expect("="));
  TRY_ASSIGN(option.value, in.expect_text("the setting's 'value'"));
  option.place = in.since(begin);
  return ast::Set{std::move(option)};
}

Result<StatementNode> parse_reset(TokenStream& in) {
  in.take();
  if (in.at_end() || in.at(";")) return ast::Reset{};
  TRY_ASSIGN(std::string key, parse_key(in));
  return ast::Reset{std::move(key)};
}

Result<StatementNode> parse_show(TokenStream& in) {
  in.take();
  ast::Show show;
  for (const std::string_view what : {"TABLES", "VIEWS", "FUNCTIONS", "JOBS"})
    if (in.accept_word(what)) {
      show.what = what;
      return show;
    }
  if (in.accept_word("COLUMNS")) {
    show.what = "COLUMNS";
    if (!in.accept_word("FROM")) TRY(in.expect_word("IN"));
  } else if (in.accept_words({"CREATE", "TABLE"})) {
    show.what = "CREATE TABLE";
  } else if (in.accept_words({"CREATE", "VIEW"})) {
    show.what = "CREATE VIEW";
  } else {
    return in.fail_expected("TABLES, VIEWS, FUNCTIONS, JOBS, COLUMNS, CREATE TABLE or CREATE VIEW");
  }
  TRY_ASSIGN(show.name, in.expect_path("a table or view"));
  return show;
}

Result<StatementNode> parse_describe(TokenStream& in) {
  in.take();
  in.accept_word("EXTENDED");
  TRY_ASSIGN(ast::NamePath name, in.expect_path("a table or view"));
  return ast::Describe{std::move(name)};
}

struct Opening {
  std::string_view word;
  Result<StatementNode> (*parse)(TokenStream&);
};
constexpr std::array<Opening, 15> openings = {{{"SELECT", parse_query_statement},
                                               {"WITH", parse_query_statement},
                                               {"VALUES", parse_query_statement},
                                               {"INSERT", parse_insert_statement},
                                               {"CREATE", parse_create},
                                               {"DROP", parse_drop},
                                               {"SET", parse_set},
                                               {"RESET", parse_reset},
                                               {"EXPLAIN", parse_explain},
                                               {"EXECUTE", parse_execute},
                                               {"BEGIN", parse_begin},
                                               {"SHOW", parse_show},
                                               {"DESCRIBE", parse_describe},
                                               {"DESC", parse_describe},
                                               {"VALUE", parse_query_statement}}};

struct Refusal {
  std::string_view word;
  std::string_view hint;
};
constexpr std::array<Refusal, 9> refusals = {{{"ALTER", "DROP the table or view and CREATE it again"},
                                              {"USE", "all tables and views live in one catalogue"},
                                              {"DELETE", "streams only grow: delete through the connector's own means"},
                                              {"UPDATE", "streams only grow: insert into a table with a primary key"},
                                              {"LOAD", "all functions are built in"},
                                              {"UNLOAD", "all functions are built in"},
                                              {"ADD", "there are no jars: connectors and functions are built in"},
                                              {"ANALYZE", ""},
                                              {"CALL", ""}}};

}  // namespace

Result<StatementNode> parse_statement_node(TokenStream& in) {
  if (in.at("(")) return parse_query_statement(in);
  for (const Opening& opening : openings)
    if (in.at_word(opening.word)) return opening.parse(in);
  for (const Refusal& refusal : refusals)
    if (in.at_word(refusal.word))
      return in.fail_at(in.here(), Code::unsupported, fmt::format("{} is not supported", refusal.word),
                        std::string(refusal.hint));
  return in.fail_expected("a statement (SELECT, INSERT, CREATE, SET, EXPLAIN …)");
}

}  // namespace azud::sql
