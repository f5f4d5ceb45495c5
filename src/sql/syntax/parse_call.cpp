#include "sql/syntax/grammar.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using ast::ExprPtr;

Result<ExprPtr> parse_table_argument(TokenStream& in) {
  const Place begin = in.here();
  in.take();
  const Place table_begin = in.here();
  ast::TableArgument argument;
  ast::TableRef table;
  if (in.accept("(")) {
    TRY_ASSIGN(ast::QueryPtr query, parse_query(in));
    TRY(in.expect(")"));
    table.node = ast::DerivedTable{std::move(query), false};
  } else {
    TRY_ASSIGN(ast::NamePath name, in.expect_path("a table name"));
    TRY_ASSIGN(std::vector<ast::Hint> hints, parse_hints(in));
    table.node = ast::NamedTable{std::move(name), std::move(hints)};
  }
  table.place = in.since(table_begin);
  argument.table = std::make_shared<const ast::TableRef>(std::move(table));
  if (in.accept_words({"PARTITION", "BY"})) {
    // A list without parentheses would swallow the function's next argument.
    if (in.accept("(")) {
      TRY_ASSIGN(argument.partition_by, parse_expression_list(in));
      TRY(in.expect(")"));
    } else {
      TRY_ASSIGN(argument.partition_by.emplace_back(), parse_expression(in));
      while (in.at(",") && !in.at_word("DESCRIPTOR", 1) && in.at_name(1) && !in.peek(2).is_symbol("=>")) {
        in.take();
        TRY_ASSIGN(argument.partition_by.emplace_back(), parse_expression(in));
      }
    }
  }
  if (in.accept_words({"ORDER", "BY"})) {
    TRY_ASSIGN(argument.order_by, parse_order_items(in));
  }
  return make_expr(std::move(argument), in.since(begin));
}

Result<ExprPtr> parse_argument(TokenStream& in, ast::Call& call) {
  std::optional<ast::Name> name;
  if (in.at_name() && in.peek(1).is_symbol("=>")) {
    TRY_ASSIGN(name, in.expect_name("an argument name"));
    in.take();
  }
  if (name && call.arg_names.empty()) call.arg_names.resize(call.args.size());
  if (name || !call.arg_names.empty()) call.arg_names.push_back(std::move(name));
  const Place begin = in.here();
  if (in.at_word("TABLE")) return parse_table_argument(in);
  if (in.at_word("DESCRIPTOR") && in.peek(1).is_symbol("(")) {
    in.take();
    TRY_ASSIGN(std::vector<ast::Name> columns, in.expect_name_list("a column name"));
    return make_expr(ast::Descriptor{std::move(columns)}, in.since(begin));
  }
  return parse_expression(in);
}

Status parse_arguments(TokenStream& in, ast::Call& call) {
  TRY(in.expect("("));
  if (in.accept_word("DISTINCT"))
    call.distinct = true;
  else
    in.accept_word("ALL");
  if (!in.at(")")) {
    do {
      TRY_ASSIGN(ExprPtr argument, parse_argument(in, call));
      call.args.push_back(std::move(argument));
    } while (in.accept(","));
  }
  return in.expect(")");
}

Status parse_over(TokenStream& in, ast::Call& call) {
  if (!in.accept_word("OVER")) return {};
  if (!in.at("(")) {
    TRY_ASSIGN(call.over_name, in.expect_name("a window name or ("));
    return {};
  }
  TRY_ASSIGN(ast::WindowSpec spec, parse_window_spec(in));
  call.over = std::make_shared<const ast::WindowSpec>(std::move(spec));
  return {};
}

/// What may stand behind the parenthesis of a call.
Status parse_call_suffix(TokenStream& in, ast::Call& call) {
  if (in.accept_words({"WITHIN", "GROUP"})) {
    TRY(in.expect("("));
    TRY(in.expect_words({"ORDER", "BY"}));
    TRY_ASSIGN(call.within_group, parse_order_items(in));
    TRY(in.expect(")"));
  }
  if (in.at_word("FILTER") && in.peek(1).is_symbol("(")) {
    in.take();
    in.take();
    TRY(in.expect_word("WHERE"));
    TRY_ASSIGN(call.filter, parse_expression(in));
    TRY(in.expect(")"));
  }
  if (in.accept_words({"IGNORE", "NULLS"})) call.ignore_nulls = true;
  if (in.accept_words({"RESPECT", "NULLS"})) call.ignore_nulls = false;
  return parse_over(in, call);
}

Result<ast::FrameBound> parse_bound(TokenStream& in) {
  using Kind = ast::FrameBound::Kind;
  if (in.accept_words({"CURRENT", "ROW"})) return ast::FrameBound{Kind::current_row};
  const bool unbounded = in.accept_word("UNBOUNDED");
  ExprPtr distance;
  if (!unbounded) {
    TRY_ASSIGN(distance, parse_operand(in));
  }
  if (in.accept_word("PRECEDING"))
    return ast::FrameBound{unbounded ? Kind::unbounded_preceding : Kind::preceding, std::move(distance)};
  if (in.accept_word("FOLLOWING"))
    return ast::FrameBound{unbounded ? Kind::unbounded_following : Kind::following, std::move(distance)};
  return in.fail_expected("PRECEDING or FOLLOWING");
}

Result<ast::WindowFrame> parse_frame(TokenStream& in) {
  ast::WindowFrame frame{in.at_word("ROWS"), {}, {ast::FrameBound::Kind::current_row}};
  in.take();
  const bool between = in.accept_word("BETWEEN");
  TRY_ASSIGN(frame.from, parse_bound(in));
  if (between) {
    TRY(in.expect_word("AND"));
    TRY_ASSIGN(frame.to, parse_bound(in));
  }
  return frame;
}

}  // namespace

Result<ExprPtr> parse_function_call(TokenStream& in) {
  const Place begin = in.here();
  const Token& token = in.take();
  ast::Call call;
  call.name.push_back({token.kind == TokenKind::quoted_name ? unquote(token) : std::string(token.text), token.place});
  TRY(parse_arguments(in, call));
  TRY(parse_call_suffix(in, call));
  return make_expr(std::move(call), in.since(begin));
}

Result<ast::WindowSpec> parse_window_spec(TokenStream& in) {
  ast::WindowSpec spec;
  spec.place = in.here();
  TRY(in.expect("("));
  if (in.at_name() && !in.at_word("PARTITION") && !in.at_word("ORDER")) {
    TRY_ASSIGN(spec.base, in.expect_name("a window name"));
  }
  if (in.accept_words({"PARTITION", "BY"})) {
    TRY_ASSIGN(spec.partition_by, parse_expression_list(in));
  }
  if (in.accept_words({"ORDER", "BY"})) {
    TRY_ASSIGN(spec.order_by, parse_order_items(in));
  }
  if (in.at_word("ROWS") || in.at_word("RANGE")) {
    TRY_ASSIGN(spec.frame, parse_frame(in));
  }
  TRY(in.expect(")"));
  spec.place = in.since(spec.place);
  return spec;
}

Result<std::vector<ast::OrderItem>> parse_order_items(TokenStream& in) {
  std::vector<ast::OrderItem> items;
  do {
    ast::OrderItem item;
    TRY_ASSIGN(item.key, parse_expression(in));
    if (in.accept_word("DESC"))
      item.descending = true;
    else
      in.accept_word("ASC");
    if (in.accept_words({"NULLS", "FIRST"})) item.nulls_first = true;
    if (in.accept_words({"NULLS", "LAST"})) item.nulls_first = false;
    items.push_back(std::move(item));
  } while (in.accept(","));
  return items;
}

}  // namespace azud::sql
