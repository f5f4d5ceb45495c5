#include <array>

#include "sql/syntax/grammar.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using ast::ExprPtr;

ExprPtr make_call(const TokenStream& in, Place begin, std::string name, std::vector<ExprPtr> args) {
  ast::Call call;
  call.name.push_back({std::move(name), begin});
  call.args = std::move(args);
  return make_expr(std::move(call), in.since(begin));
}

Result<ExprPtr> parse_unit_symbol(TokenStream& in) {
  const Place begin = in.here();
  TRY_ASSIGN(std::string unit, parse_time_unit(in));
  return make_expr(ast::Symbol{std::move(unit)}, in.since(begin));
}

Result<ExprPtr> parse_cast(TokenStream& in, bool or_null) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  TRY_ASSIGN(ExprPtr operand, parse_expression(in));
  TRY(in.expect_word("AS"));
  TRY_ASSIGN(ast::TypeName type, parse_type(in));
  TRY(in.expect(")"));
  return make_expr(ast::Cast{std::move(operand), std::move(type), or_null}, in.since(begin));
}
Result<ExprPtr> parse_plain_cast(TokenStream& in) { return parse_cast(in, false); }
Result<ExprPtr> parse_try_cast(TokenStream& in) { return parse_cast(in, true); }

Result<ExprPtr> parse_case(TokenStream& in) {
  const Place begin = in.take().place;
  ast::Case node;
  if (!in.at_word("WHEN")) {
    TRY_ASSIGN(node.operand, parse_expression(in));
  }
  while (in.accept_word("WHEN")) {
    ast::Case::Branch branch;
    TRY_ASSIGN(branch.condition, parse_expression(in));
    TRY(in.expect_word("THEN"));
    TRY_ASSIGN(branch.result, parse_expression(in));
    node.branches.push_back(std::move(branch));
  }
  if (node.branches.empty()) return in.fail_expected("WHEN");
  if (in.accept_word("ELSE")) {
    TRY_ASSIGN(node.otherwise, parse_expression(in));
  }
  if (!in.accept_word("END")) return in.fail_expected("WHEN, ELSE or END");
  return make_expr(std::move(node), in.since(begin));
}

/// EXTRACT(unit FROM x)
Result<ExprPtr> parse_extract(TokenStream& in) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  TRY_ASSIGN(ExprPtr unit, parse_unit_symbol(in));
  TRY(in.expect_word("FROM"));
  TRY_ASSIGN(ExprPtr operand, parse_expression(in));
  TRY(in.expect(")"));
  return make_call(in, begin, "EXTRACT", {std::move(unit), std::move(operand)});
}

/// TRIM([BOTH | LEADING | TRAILING] [characters] FROM x), TRIM(x): arguments side, characters, x.
Result<ExprPtr> parse_trim(TokenStream& in) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  std::string side;
  for (const std::string_view word : {"BOTH", "LEADING", "TRAILING"})
    if (side.empty() && in.accept_word(word)) side = word;
  ExprPtr characters;
  ExprPtr operand;
  if (side.empty() || !in.at_word("FROM")) {
    TRY_ASSIGN(operand, parse_expression(in));
  }
  if (in.accept_word("FROM")) {
    characters = std::move(operand);
    TRY_ASSIGN(operand, parse_expression(in));
  } else if (!side.empty()) {
    return in.fail_expected("FROM");
  }
  TRY(in.expect(")"));
  if (!characters) characters = make_expr(ast::TextLiteral{" "}, begin);
  ExprPtr symbol = make_expr(ast::Symbol{side.empty() ? "BOTH" : side}, begin);
  return make_call(in, begin, "TRIM", {std::move(symbol), std::move(characters), std::move(operand)});
}

/// SUBSTRING(x FROM a FOR b) and SUBSTRING(x, a, b).
Result<ExprPtr> parse_substring(TokenStream& in) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  std::vector<ExprPtr> args(1);
  TRY_ASSIGN(args[0], parse_expression(in));
  if (in.accept_word("FROM")) {
    TRY_ASSIGN(args.emplace_back(), parse_expression(in));
    if (in.accept_word("FOR")) {
      TRY_ASSIGN(args.emplace_back(), parse_expression(in));
    }
  }
  while (in.accept(",")) {
    TRY_ASSIGN(args.emplace_back(), parse_expression(in));
  }
  TRY(in.expect(")"));
  return make_call(in, begin, "SUBSTRING", std::move(args));
}

/// POSITION(a IN b)
Result<ExprPtr> parse_position(TokenStream& in) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  TRY_ASSIGN(ExprPtr needle, parse_operand(in));
  TRY(in.expect_word("IN"));
  TRY_ASSIGN(ExprPtr hay, parse_expression(in));
  TRY(in.expect(")"));
  return make_call(in, begin, "POSITION", {std::move(needle), std::move(hay)});
}

/// OVERLAY(x PLACING y FROM a FOR b)
Result<ExprPtr> parse_overlay(TokenStream& in) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  std::vector<ExprPtr> args(3);
  TRY_ASSIGN(args[0], parse_expression(in));
  const bool words = in.accept_word("PLACING");
  if (!words) TRY(in.expect(","));
  TRY_ASSIGN(args[1], parse_expression(in));
  TRY(words ? in.expect_word("FROM") : in.expect(","));
  TRY_ASSIGN(args[2], parse_expression(in));
  if (words ? in.accept_word("FOR") : in.accept(",")) {
    TRY_ASSIGN(args.emplace_back(), parse_expression(in));
  }
  TRY(in.expect(")"));
  return make_call(in, begin, "OVERLAY", std::move(args));
}

/// FLOOR(x), FLOOR(x TO unit); CEIL and CEILING alike.
Result<ExprPtr> parse_rounding(TokenStream& in, std::string name) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  std::vector<ExprPtr> args(1);
  TRY_ASSIGN(args[0], parse_expression(in));
  if (in.accept_word("TO")) {
    TRY_ASSIGN(args.emplace_back(), parse_unit_symbol(in));
  }
  TRY(in.expect(")"));
  return make_call(in, begin, std::move(name), std::move(args));
}
Result<ExprPtr> parse_floor(TokenStream& in) { return parse_rounding(in, "FLOOR"); }
Result<ExprPtr> parse_ceil(TokenStream& in) { return parse_rounding(in, "CEIL"); }

/// TIMESTAMPADD(unit, n, x), TIMESTAMPDIFF(unit, a, b)
Result<ExprPtr> parse_timestamp_function(TokenStream& in) {
  const Token& name = in.take();
  TRY(in.expect("("));
  std::vector<ExprPtr> args(3);
  TRY_ASSIGN(args[0], parse_unit_symbol(in));
  TRY(in.expect(","));
  TRY_ASSIGN(args[1], parse_expression(in));
  TRY(in.expect(","));
  TRY_ASSIGN(args[2], parse_expression(in));
  TRY(in.expect(")"));
  return make_call(in, name.place, to_upper(name.text), std::move(args));
}

Result<ast::JsonFallback> parse_json_fallback(TokenStream& in) {
  ast::JsonFallback fallback;
  if (in.accept_word("DEFAULT")) {
    fallback.kind = "DEFAULT";
    TRY_ASSIGN(fallback.value, parse_expression(in));
    return fallback;
  }
  if (in.accept_word("EMPTY")) {
    if (!in.at_word("ARRAY") && !in.at_word("OBJECT")) return in.fail_expected("ARRAY or OBJECT");
    fallback.kind = "EMPTY " + to_upper(in.take().text);
    return fallback;
  }
  fallback.kind = to_upper(in.take().text);
  return fallback;
}

bool at_json_fallback(const TokenStream& in) {
  for (const std::string_view word : {"NULL", "ERROR", "DEFAULT", "EMPTY", "TRUE", "FALSE", "UNKNOWN"})
    if (in.at_word(word)) return true;
  return false;
}

Status parse_json_wrapper(TokenStream& in, ast::JsonClauses& clauses) {
  if (in.accept_word("WITHOUT")) {
    clauses.wrapper = "WITHOUT";
  } else if (in.accept_word("WITH")) {
    clauses.wrapper = in.accept_word("CONDITIONAL") ? "CONDITIONAL" : "UNCONDITIONAL";
    in.accept_word("UNCONDITIONAL");
  } else {
    return {};
  }
  in.accept_word("ARRAY");
  return in.expect_word("WRAPPER");
}

/// JSON_VALUE, JSON_QUERY, JSON_EXISTS: (document, path, clauses).
Result<ExprPtr> parse_json_function(TokenStream& in) {
  const Token& name = in.take();
  ast::Call call;
  call.name.push_back({to_upper(name.text), name.place});
  TRY(in.expect("("));
  call.args.resize(2);
  TRY_ASSIGN(call.args[0], parse_expression(in));
  TRY(in.expect(","));
  TRY_ASSIGN(call.args[1], parse_expression(in));
  ast::JsonClauses clauses;
  if (in.accept_word("RETURNING")) {
    TRY_ASSIGN(clauses.returning, parse_type(in));
  }
  TRY(parse_json_wrapper(in, clauses));
  while (at_json_fallback(in)) {
    TRY_ASSIGN(ast::JsonFallback fallback, parse_json_fallback(in));
    TRY(in.expect_word("ON"));
    if (in.accept_word("EMPTY")) {
      clauses.on_empty = std::move(fallback);
    } else {
      TRY(in.expect_word("ERROR"));
      clauses.on_error = std::move(fallback);
    }
  }
  TRY(in.expect(")"));
  call.json = std::move(clauses);
  return make_expr(std::move(call), in.since(name.place));
}

/// JSON_OBJECT([KEY] key VALUE value | key : value, …): key, value, …; JSON_ARRAY(value, …). Both end with NULL ON NULL
/// or ABSENT ON NULL, if with anything.
Result<ExprPtr> parse_json_making(TokenStream& in) {
  const Token& name = in.take();
  ast::Call call;
  call.name.push_back({to_upper(name.text), name.place});
  const bool object = call.name.back().text == "JSON_OBJECT";
  TRY(in.expect("("));
  const auto at_clause = [&in] { return (in.at_word("NULL") || in.at_word("ABSENT")) && in.at_word("ON", 1); };
  bool more = !in.at(")") && !at_clause();
  while (more) {
    if (object) {
      if (in.at_word("KEY") && !in.at_word("VALUE", 1)) in.take();
      TRY_ASSIGN(ExprPtr key, parse_expression(in));
      call.args.push_back(std::move(key));
      if (!in.accept(":")) TRY(in.expect_word("VALUE"));
    }
    TRY_ASSIGN(ExprPtr value, parse_expression(in));
    call.args.push_back(std::move(value));
    more = in.accept(",");
  }
  ast::JsonClauses clauses;
  clauses.wrapper = object ? "NULL" : "ABSENT";
  if (at_clause()) {
    clauses.wrapper = to_upper(in.take().text);
    TRY(in.expect_word("ON"));
    TRY(in.expect_word("NULL"));
  }
  TRY(in.expect(")"));
  call.json = std::move(clauses);
  return make_expr(std::move(call), in.since(name.place));
}

Result<ExprPtr> parse_exists(TokenStream& in) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  TRY_ASSIGN(ast::QueryPtr query, parse_query(in));
  TRY(in.expect(")"));
  return make_expr(ast::Exists{std::move(query)}, in.since(begin));
}

Result<ExprPtr> parse_row(TokenStream& in) {
  const Place begin = in.take().place;
  TRY(in.expect("("));
  ast::RowExpr row;
  if (!in.at(")")) {
    TRY_ASSIGN(row.items, parse_expression_list(in));
  }
  TRY(in.expect(")"));
  return make_expr(std::move(row), in.since(begin));
}

Result<std::vector<ExprPtr>> parse_bracketed(TokenStream& in) {
  TRY(in.expect("["));
  std::vector<ExprPtr> items;
  if (!in.at("]")) {
    TRY_ASSIGN(items, parse_expression_list(in));
  }
  TRY(in.expect("]"));
  return items;
}

Result<ExprPtr> parse_array(TokenStream& in) {
  const Place begin = in.take().place;
  if (in.at("("))
    return in.fail_at(begin, Code::unsupported, "ARRAY(query) is not supported", "write ARRAY[a, b] or use ARRAY_AGG");
  TRY_ASSIGN(std::vector<ExprPtr> items, parse_bracketed(in));
  return make_expr(ast::ArrayExpr{std::move(items)}, in.since(begin));
}

Result<ExprPtr> parse_map(TokenStream& in) {
  const Place begin = in.take().place;
  TRY_ASSIGN(std::vector<ExprPtr> items, parse_bracketed(in));
  if (items.size() % 2 != 0)
    return in.fail_at(in.since(begin), Code::invalid, "MAP needs a value for each key", "write MAP[key, value, …]");
  return make_expr(ast::MapExpr{std::move(items)}, in.since(begin));
}

/// CURRENT_TIMESTAMP and the like, which are called without parentheses.
Result<ExprPtr> parse_context_value(TokenStream& in) {
  const Token& name = in.take();
  if (in.accept("(")) TRY(in.expect(")"));
  return make_call(in, name.place, to_upper(name.text), {});
}

/// USER is a word of the grammar that names a column all the same.
Result<ExprPtr> parse_word_as_name(TokenStream& in) {
  const Token& word = in.take();
  return make_expr(ast::NameExpr{{{std::string(word.text), word.place}}}, word.place);
}

Result<ExprPtr> refuse_form(TokenStream& in) {
  return in.fail_at(in.here(), Code::unsupported, fmt::format("{} is not supported", to_upper(in.peek().text)));
}

struct Form {
  std::string_view word;
  std::string_view next;  ///< the symbol that must follow; empty: any
  Result<ExprPtr> (*parse)(TokenStream&);
};
constexpr std::array<Form, 33> forms = {{{"CAST", "(", parse_plain_cast},
                                         {"TRY_CAST", "(", parse_try_cast},
                                         {"CASE", "", parse_case},
                                         {"EXTRACT", "(", parse_extract},
                                         {"TRIM", "(", parse_trim},
                                         {"SUBSTRING", "(", parse_substring},
                                         {"POSITION", "(", parse_position},
                                         {"OVERLAY", "(", parse_overlay},
                                         {"FLOOR", "(", parse_floor},
                                         {"CEIL", "(", parse_ceil},
                                         {"CEILING", "(", parse_ceil},
                                         {"TIMESTAMPADD", "(", parse_timestamp_function},
                                         {"TIMESTAMPDIFF", "(", parse_timestamp_function},
                                         {"JSON_VALUE", "(", parse_json_function},
                                         {"JSON_QUERY", "(", parse_json_function},
                                         {"JSON_EXISTS", "(", parse_json_function},
                                         {"JSON_OBJECT", "(", parse_json_making},
                                         {"JSON_ARRAY", "(", parse_json_making},
                                         {"JSON_OBJECTAGG", "(", refuse_form},
                                         {"JSON_ARRAYAGG", "(", refuse_form},
                                         {"EXISTS", "(", parse_exists},
                                         {"ROW", "(", parse_row},
                                         {"ARRAY", "[", parse_array},
                                         {"ARRAY", "(", parse_array},
                                         {"MAP", "[", parse_map},
                                         {"MULTISET", "[", refuse_form},
                                         {"CURRENT_DATE", "", parse_context_value},
                                         {"CURRENT_TIME", "", parse_context_value},
                                         {"CURRENT_TIMESTAMP", "", parse_context_value},
                                         {"LOCALTIME", "", parse_context_value},
                                         {"LOCALTIMESTAMP", "", parse_context_value},
                                         {"TRANSLATE", "(", parse_function_call},
                                         {"USER", "", parse_word_as_name}}};

}  // namespace

Result<ExprPtr> parse_special_form(TokenStream& in) {
  if (in.peek().kind != TokenKind::word) return ExprPtr();
  for (const Form& form : forms)
    if (in.at_word(form.word) && (form.next.empty() || in.peek(1).is_symbol(form.next))) return form.parse(in);
  return ExprPtr();
}

}  // namespace azud::sql
