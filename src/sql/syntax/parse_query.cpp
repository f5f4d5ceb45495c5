#include "sql/syntax/grammar.h"

namespace azud::sql {
namespace {

using ast::ExprPtr;
using ast::QueryPtr;

Result<QueryPtr> parse_set_expression(TokenStream& in);

Result<ast::SelectItem> parse_select_item(TokenStream& in) {
  ast::SelectItem item;
  TRY_ASSIGN(item.expr, parse_expression(in));
  if (in.accept_word("AS") || in.at_name()) {
    TRY_ASSIGN(item.alias, in.expect_name("a name for the column"));
  }
  return item;
}

Result<ast::GroupItem> parse_group_item(TokenStream& in);

/// ( item, item … ) of GROUPING SETS, CUBE and ROLLUP.
Result<ast::GroupItem> parse_group_sets(TokenStream& in, ast::GroupItem::Kind kind) {
  ast::GroupItem item{kind};
  TRY(in.expect("("));
  do {
    TRY_ASSIGN(ast::GroupItem inner, parse_group_item(in));
    item.sets.push_back(std::move(inner));
  } while (in.accept(","));
  TRY(in.expect(")"));
  return item;
}

Result<ast::GroupItem> parse_group_item(TokenStream& in) {
  using Kind = ast::GroupItem::Kind;
  const TokenStream::Nesting nesting(in);
  TRY(nesting.check());
  if (in.accept_words({"GROUPING", "SETS"})) return parse_group_sets(in, Kind::grouping_sets);
  if (in.at_word("ROLLUP") && in.peek(1).is_symbol("(")) {
    in.take();
    return parse_group_sets(in, Kind::rollup);
  }
  if (in.at_word("CUBE") && in.peek(1).is_symbol("(")) {
    in.take();
    return parse_group_sets(in, Kind::cube);
  }
  ast::GroupItem item{Kind::key};
  if (in.at("(") && in.peek(1).is_symbol(")")) {
    in.take();
    in.take();
    return item;
  }
  TRY_ASSIGN(item.key, parse_expression(in));
  if (const auto* row = item.key->as<ast::RowExpr>()) {  // (a, b) is a list of keys here
    item.keys = row->items;
    item.key = nullptr;
  }
  return item;
}

Status parse_group_by(TokenStream& in, ast::Select& select) {
  if (!in.accept_words({"GROUP", "BY"})) return {};
  select.grouped = true;
  if (in.accept_word("DISTINCT")) return in.fail_at(in.here(), Code::unsupported, "GROUP BY DISTINCT is not supported");
  in.accept_word("ALL");
  do {
    TRY_ASSIGN(ast::GroupItem item, parse_group_item(in));
    select.group_by.push_back(std::move(item));
  } while (in.accept(","));
  return {};
}

Status parse_windows(TokenStream& in, ast::Select& select) {
  if (!in.accept_word("WINDOW")) return {};
  do {
    ast::NamedWindow window;
    TRY_ASSIGN(window.name, in.expect_name("a window name"));
    TRY(in.expect_word("AS"));
    TRY_ASSIGN(window.spec, parse_window_spec(in));
    select.windows.push_back(std::move(window));
  } while (in.accept(","));
  return {};
}

Result<ast::TableRefPtr> parse_from(TokenStream& in) {
  TRY_ASSIGN(ast::TableRefPtr from, parse_table_ref(in));
  while (in.accept(",")) {
    TRY(in.count_branch());
    TRY_ASSIGN(ast::TableRefPtr right, parse_table_ref(in));
    const Place place = cover(from->place, right->place);
    ast::Join join{ast::Join::Kind::cross, false, std::move(from), std::move(right), nullptr, {}};
    from = std::make_shared<const ast::TableRef>(ast::TableRef{std::move(join), std::nullopt, place});
  }
  return from;
}

Result<ast::Select> parse_select(TokenStream& in) {
  ast::Select select;
  TRY(in.expect_word("SELECT"));
  TRY_ASSIGN(select.hints, parse_hints(in));
  if (in.accept_word("DISTINCT"))
    select.distinct = true;
  else
    in.accept_word("ALL");
  do {
    TRY_ASSIGN(ast::SelectItem item, parse_select_item(in));
    select.items.push_back(std::move(item));
  } while (in.accept(","));
  if (in.accept_word("FROM")) {
    TRY_ASSIGN(select.from, parse_from(in));
  }
  if (in.accept_word("WHERE")) {
    TRY_ASSIGN(select.where, parse_expression(in));
  }
  TRY(parse_group_by(in, select));
  if (in.accept_word("HAVING")) {
    TRY_ASSIGN(select.having, parse_expression(in));
  }
  TRY(parse_windows(in, select));
  if (in.at_word("QUALIFY"))
    return in.fail_at(in.here(), Code::unsupported, "QUALIFY is not supported",
                      "put the query into FROM ( … ) and filter it with WHERE");
  return select;
}

Result<ast::Values> parse_values(TokenStream& in) {
  ast::Values values;
  in.take();
  do {
    const Place begin = in.here();
    std::vector<ExprPtr> row;
    if (in.accept_word("ROW") || in.at("(")) {
      TRY(in.expect("("));
      TRY_ASSIGN(row, parse_expression_list(in));
      TRY(in.expect(")"));
    } else {
      TRY_ASSIGN(row.emplace_back(), parse_expression(in));
    }
    values.rows.push_back(std::move(row));
    values.row_places.push_back(in.since(begin));
  } while (in.accept(","));
  return values;
}

/// SELECT …, VALUES …, TABLE t or a query in parentheses.
Result<QueryPtr> parse_query_term(TokenStream& in) {
  ast::Query query;
  query.place = in.here();
  if (in.at_word("SELECT")) {
    TRY_ASSIGN(query.body, parse_select(in));
  } else if (in.at_word("VALUES") || in.at_word("VALUE")) {
    TRY_ASSIGN(query.body, parse_values(in));
  } else if (in.accept("(")) {
    TRY_ASSIGN(QueryPtr inner, parse_query(in));
    TRY(in.expect(")"));
    query.body = std::move(inner);
  } else if (in.at_word("TABLE")) {
    return in.fail_at(in.here(), Code::unsupported, "TABLE as a query is not supported", "write SELECT * FROM");
  } else {
    return in.fail_expected("SELECT, VALUES or a query in parentheses");
  }
  query.place = in.since(query.place);
  return std::make_shared<const ast::Query>(std::move(query));
}

QueryPtr combine(ast::SetOperation::Kind kind, bool all, QueryPtr left, QueryPtr right) {
  ast::Query query;
  query.place = cover(left->place, right->place);
  query.body = ast::SetOperation{kind, all, std::move(left), std::move(right)};
  return std::make_shared<const ast::Query>(std::move(query));
}

bool accept_all(TokenStream& in) {
  const bool all = in.accept_word("ALL");
  if (!all) in.accept_word("DISTINCT");
  return all;
}

/// INTERSECT binds tighter than UNION and EXCEPT.
Result<QueryPtr> parse_intersections(TokenStream& in) {
  TRY_ASSIGN(QueryPtr left, parse_query_term(in));
  while (in.accept_word("INTERSECT")) {
    TRY(in.count_branch());
    const bool all = accept_all(in);
    TRY_ASSIGN(QueryPtr right, parse_query_term(in));
    left = combine(ast::SetOperation::Kind::intersect, all, std::move(left), std::move(right));
  }
  return left;
}

Result<QueryPtr> parse_set_expression(TokenStream& in) {
  TRY_ASSIGN(QueryPtr left, parse_intersections(in));
  while (true) {
    ast::SetOperation::Kind kind;
    if (in.accept_word("UNION")) {
      kind = ast::SetOperation::Kind::union_;
    } else if (in.accept_word("EXCEPT") || in.accept_word("MINUS")) {
      kind = ast::SetOperation::Kind::except;
    } else {
      return left;
    }
    TRY(in.count_branch());
    const bool all = accept_all(in);
    TRY_ASSIGN(QueryPtr right, parse_intersections(in));
    left = combine(kind, all, std::move(left), std::move(right));
  }
}

Result<std::vector<ast::CommonTable>> parse_with(TokenStream& in) {
  std::vector<ast::CommonTable> tables;
  if (!in.accept_word("WITH")) return tables;
  if (in.at_word("RECURSIVE"))
    return in.fail_at(in.here(), Code::unsupported, "recursive queries are not supported in streaming");
  do {
    ast::CommonTable table;
    TRY_ASSIGN(table.name, in.expect_name("a name"));
    if (in.at("(")) {
      TRY_ASSIGN(table.columns, in.expect_name_list("a column name"));
    }
    TRY(in.expect_word("AS"));
    TRY(in.expect("("));
    TRY_ASSIGN(table.query, parse_query(in));
    TRY(in.expect(")"));
    tables.push_back(std::move(table));
  } while (in.accept(","));
  return tables;
}

/// LIMIT n, OFFSET m [ROWS], FETCH {FIRST | NEXT} n {ROW | ROWS} ONLY.
Status parse_limits(TokenStream& in, ast::Query& query) {
  if (in.accept_word("LIMIT") && !in.accept_word("ALL")) {
    TRY_ASSIGN(query.limit, parse_expression(in));
  }
  if (in.accept_word("OFFSET")) {
    TRY_ASSIGN(query.offset, parse_expression(in));
    if (!in.accept_word("ROWS")) in.accept_word("ROW");
  }
  if (in.accept_word("FETCH")) {
    if (!in.accept_word("FIRST")) TRY(in.expect_word("NEXT"));
    TRY_ASSIGN(query.limit, parse_expression(in));
    if (!in.accept_word("ROWS")) TRY(in.expect_word("ROW"));
    TRY(in.expect_word("ONLY"));
  }
  return {};
}

}  // namespace

bool at_query(const TokenStream& in) {
  std::size_t ahead = 0;
  while (in.peek(ahead).is_symbol("(")) ++ahead;
  return in.at_word("SELECT", ahead) || in.at_word("VALUES", ahead) || in.at_word("WITH", ahead);
}

Result<QueryPtr> parse_query(TokenStream& in) {
  const TokenStream::Nesting nesting(in);
  TRY(nesting.check());
  const Place begin = in.here();
  TRY_ASSIGN(std::vector<ast::CommonTable> with, parse_with(in));
  TRY_ASSIGN(QueryPtr core, parse_set_expression(in));
  ast::Query query;
  query.with = std::move(with);
  if (in.accept_words({"ORDER", "BY"})) {
    TRY_ASSIGN(query.order_by, parse_order_items(in));
  }
  TRY(parse_limits(in, query));
  if (query.with.empty() && query.order_by.empty() && !query.limit && !query.offset) return core;
  query.body = core->body;
  query.place = in.since(begin);
  return std::make_shared<const ast::Query>(std::move(query));
}

}  // namespace azud::sql
