#include "sql/syntax/grammar.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using ast::TableRef;
using ast::TableRefPtr;

Result<std::optional<ast::Alias>> parse_alias(TokenStream& in) {
  std::optional<ast::Alias> alias;
  if (!in.accept_word("AS") && !in.at_name()) return alias;
  alias.emplace();
  TRY_ASSIGN(alias->name, in.expect_name("a name for the table"));
  if (in.at("(")) {
    TRY_ASSIGN(alias->columns, in.expect_name_list("a column name"));
  }
  return alias;
}

Result<ast::Unnest> parse_unnest(TokenStream& in) {
  in.take();
  ast::Unnest unnest;
  TRY(in.expect("("));
  TRY_ASSIGN(unnest.collection, parse_expression(in));
  if (in.at(","))
    return in.fail_at(in.here(), Code::unsupported, "UNNEST of several collections is not supported",
                      "write one UNNEST for each");
  TRY(in.expect(")"));
  unnest.with_ordinality = in.accept_words({"WITH", "ORDINALITY"});
  return unnest;
}

/// TABLE ( f(…) )
Result<ast::TableFunction> parse_table_function(TokenStream& in, bool lateral) {
  TRY(in.expect_word("TABLE"));
  TRY(in.expect("("));
  if (!(in.peek().kind == TokenKind::word && in.peek(1).is_symbol("("))) return in.fail_expected("a table function");
  TRY_ASSIGN(ast::ExprPtr call, parse_function_call(in));
  TRY(in.expect(")"));
  return ast::TableFunction{std::move(call), lateral};
}

Result<ast::NamedTable> parse_named_table(TokenStream& in) {
  ast::NamedTable table;
  TRY_ASSIGN(table.name, in.expect_path("a table, a view or a query in parentheses"));
  TRY_ASSIGN(table.hints, parse_hints(in));
  if (in.accept_words({"FOR", "SYSTEM_TIME"})) {
    TRY(in.expect_words({"AS", "OF"}));
    // A whole expression would read the alias's AS as its own; Calcite takes a name or a call here as well.
    TRY_ASSIGN(table.as_of, parse_operand(in));
  }
  return table;
}

/// Of several parentheses that open here: whether the outermost holds a query rather than a join of tables.
bool holds_query(const TokenStream& in) {
  if (!at_query(in)) return false;
  if (!in.peek(1).is_symbol("(")) return true;
  std::size_t ahead = 1;
  while (in.peek(ahead).is_symbol("(")) {
    const std::size_t after = in.closing(ahead) + 1;
    for (const std::string_view word : {"UNION", "INTERSECT", "EXCEPT", "MINUS", "ORDER", "LIMIT", "OFFSET", "FETCH"})
      if (in.at_word(word, after)) return true;
    if (!in.peek(after).is_symbol(")")) return false;
    ++ahead;
  }
  return true;
}

Status refuse_suffix(const TokenStream& in) {
  if (in.at_word("MATCH_RECOGNIZE"))
    return in.fail_at(in.here(), Code::unsupported, "MATCH_RECOGNIZE is not supported",
                      "for a condition on a row and those before it, use LAG(…) OVER (PARTITION BY … ORDER BY time)");
  if (in.at_word("TABLESAMPLE") || in.at_word("PIVOT") || in.at_word("UNPIVOT"))
    return in.fail_at(in.here(), Code::unsupported, fmt::format("{} is not supported", to_upper(in.peek().text)));
  return {};
}

Result<TableRefPtr> parse_primary(TokenStream& in) {
  const Place begin = in.here();
  TableRef table;
  const bool lateral = in.accept_word("LATERAL");
  if (in.at("(") && holds_query(in)) {
    in.take();
    TRY_ASSIGN(ast::QueryPtr query, parse_query(in));
    TRY(in.expect(")"));
    table.node = ast::DerivedTable{std::move(query), lateral};
  } else if (in.at("(")) {
    const TokenStream::Nesting nesting(in);
    TRY(nesting.check());
    in.take();
    TRY_ASSIGN(TableRefPtr inner, parse_table_ref(in));
    TRY(in.expect(")"));
    return inner;
  } else if (in.at_word("UNNEST") && in.peek(1).is_symbol("(")) {
    TRY_ASSIGN(table.node, parse_unnest(in));
  } else if (in.at_word("TABLE") && in.peek(1).is_symbol("(")) {
    TRY_ASSIGN(table.node, parse_table_function(in, lateral));
  } else if (in.at_name() && in.peek(1).is_symbol("(")) {
    TRY_ASSIGN(ast::ExprPtr call, parse_function_call(in));
    table.node = ast::TableFunction{std::move(call), lateral};
  } else {
    TRY_ASSIGN(table.node, parse_named_table(in));
  }
  TRY(refuse_suffix(in));
  TRY_ASSIGN(table.alias, parse_alias(in));
  TRY(refuse_suffix(in));
  table.place = in.since(begin);
  return std::make_shared<const TableRef>(std::move(table));
}

/// The words that open a join; nothing if none stands here.
std::optional<ast::Join::Kind> accept_join(TokenStream& in) {
  using Kind = ast::Join::Kind;
  if (in.accept_word("JOIN") || in.accept_words({"INNER", "JOIN"})) return Kind::inner;
  if (in.accept_words({"CROSS", "JOIN"})) return Kind::cross;
  if (in.accept_words({"LEFT", "JOIN"}) || in.accept_words({"LEFT", "OUTER", "JOIN"})) return Kind::left;
  if (in.accept_words({"RIGHT", "JOIN"}) || in.accept_words({"RIGHT", "OUTER", "JOIN"})) return Kind::right;
  if (in.accept_words({"FULL", "JOIN"}) || in.accept_words({"FULL", "OUTER", "JOIN"})) return Kind::full;
  return std::nullopt;
}

Status parse_join_condition(TokenStream& in, ast::Join& join) {
  if (join.kind == ast::Join::Kind::cross || join.natural) return {};
  if (in.accept_word("USING")) {
    TRY_ASSIGN(join.columns, in.expect_name_list("a column name"));
    return {};
  }
  if (!in.accept_word("ON")) {
    // Calcite checks this later, and takes UNNEST and table functions without a condition only after CROSS JOIN.
    return in.fail_expected("ON or USING");
  }
  TRY_ASSIGN(join.condition, parse_expression(in));
  return {};
}

}  // namespace

Result<TableRefPtr> parse_table_ref(TokenStream& in) {
  TRY_ASSIGN(TableRefPtr left, parse_primary(in));
  while (true) {
    const Place begin = in.here();
    const bool natural = in.accept_word("NATURAL");
    const std::optional<ast::Join::Kind> kind = accept_join(in);
    if (!kind) {
      if (natural) return in.fail_expected("JOIN");
      if (in.at_words({"CROSS", "APPLY"}) || in.at_words({"OUTER", "APPLY"}))
        return in.fail_at(begin, Code::unsupported, "APPLY is not supported", "write CROSS JOIN UNNEST(…)");
      return left;
    }
    TRY(in.count_branch());
    ast::Join join{*kind, natural, std::move(left), nullptr, nullptr, {}};
    TRY_ASSIGN(join.right, parse_primary(in));
    TRY(parse_join_condition(in, join));
    const Place place = in.since(join.left->place);
    left = std::make_shared<const TableRef>(TableRef{std::move(join), std::nullopt, place});
  }
}

Result<std::vector<ast::Option>> parse_options(TokenStream& in) {
  std::vector<ast::Option> options;
  TRY(in.expect("("));
  if (in.accept(")")) return options;
  do {
    const Place begin = in.here();
    ast::Option option;
    TRY_ASSIGN(option.key, in.expect_text("an option's 'key'"));
    TRY(in.expect("="));
    TRY_ASSIGN(option.value, in.expect_text("the option's 'value'"));
    option.place = in.since(begin);
    options.push_back(std::move(option));
  } while (in.accept(","));
  TRY(in.expect(")"));
  return options;
}

Result<std::vector<ast::Hint>> parse_hints(TokenStream& in) {
  std::vector<ast::Hint> hints;
  while (in.peek().kind == TokenKind::hint) {
    in.take();
    do {
      ast::Hint hint;
      TRY_ASSIGN(hint.name, in.expect_name("the name of a hint"));
      if (in.at("(") && in.peek(1).kind == TokenKind::text && in.peek(2).is_symbol("=")) {
        TRY_ASSIGN(hint.options, parse_options(in));
      } else if (in.accept("(")) {
        while (!in.accept(")")) {
          if (in.at_end()) return in.fail_expected(")");
          if (!in.at(",")) hint.words.emplace_back(in.peek().text);
          in.take();
        }
      }
      hints.push_back(std::move(hint));
    } while (in.accept(","));
    TRY(in.expect("*/"));
  }
  return hints;
}

}  // namespace azud::sql
