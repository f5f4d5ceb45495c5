#include "sql/syntax/keyword.h"
#include "sql/syntax/statement_grammar.h"

namespace azud::sql {
namespace {

using ast::ColumnDef;
using ast::CreateTable;

Result<std::string> parse_comment(TokenStream& in) {
  if (!in.accept_word("COMMENT")) return std::string();
  return in.expect_text("the comment's text");
}

/// Behind PRIMARY KEY: the words that say that the key is not checked.
Status parse_not_enforced(TokenStream& in, Place begin) {
  if (in.accept_words({"NOT", "ENFORCED"})) return {};
  return in.fail_at(in.since(begin), Code::unsupported, "a primary key must be declared NOT ENFORCED",
                    "streams do not check keys: write PRIMARY KEY (…) NOT ENFORCED");
}

Status set_primary_key(TokenStream& in, CreateTable& table, ast::PrimaryKeyDef key) {
  if (table.primary_key) return in.fail_at(key.place, Code::invalid, "a table has one primary key at most");
  table.primary_key = std::move(key);
  return {};
}

Status parse_key_constraint(TokenStream& in, CreateTable& table) {
  const Place begin = in.here();
  if (in.accept_word("CONSTRAINT")) TRY(in.expect_name("a constraint's name"));
  if (in.at_word("UNIQUE")) return in.fail_at(in.here(), Code::unsupported, "UNIQUE is not supported");
  TRY(in.expect_words({"PRIMARY", "KEY"}));
  ast::PrimaryKeyDef key;
  TRY_ASSIGN(key.columns, in.expect_name_list("a column name"));
  key.place = in.since(begin);
  TRY(parse_not_enforced(in, begin));
  return set_primary_key(in, table, std::move(key));
}

Status parse_watermark(TokenStream& in, CreateTable& table) {
  ast::WatermarkDef watermark;
  watermark.place = in.take().place;
  TRY(in.expect_word("FOR"));
  TRY_ASSIGN(watermark.column, in.expect_path("a column name"));
  TRY(in.expect_word("AS"));
  TRY_ASSIGN(watermark.expr, parse_expression(in));
  watermark.place = in.since(watermark.place);
  if (table.watermark) return in.fail_at(watermark.place, Code::invalid, "a table has one watermark at most");
  table.watermark = std::move(watermark);
  return {};
}

/// name type METADATA [FROM 'key'] [VIRTUAL]
Status parse_metadata(TokenStream& in, ColumnDef& column) {
  if (!in.accept_word("METADATA")) return {};
  column.metadata = true;
  if (in.accept_word("FROM")) {
    TRY_ASSIGN(column.metadata_key, in.expect_text("the metadata's 'key'"));
  }
  column.is_virtual = in.accept_word("VIRTUAL");
  return {};
}

Status parse_column(TokenStream& in, CreateTable& table) {
  ColumnDef column;
  const Place begin = in.here();
  TRY_ASSIGN(column.name, in.expect_name("a column name, PRIMARY KEY or WATERMARK"));
  if (in.accept_word("AS")) {
    TRY_ASSIGN(column.computed, parse_expression(in));
  } else {
    TRY_ASSIGN(column.type, parse_type(in));
    TRY(parse_metadata(in, column));
    if (in.at_words({"PRIMARY", "KEY"})) {
      const Place key_begin = in.here();
      in.take();
      in.take();
      TRY(parse_not_enforced(in, begin));
      TRY(set_primary_key(in, table, {{column.name}, in.since(key_begin)}));
    }
  }
  TRY_ASSIGN(column.comment, parse_comment(in));
  table.columns.push_back(std::move(column));
  return {};
}

Status parse_table_elements(TokenStream& in, CreateTable& table) {
  TRY(in.expect("("));
  if (in.accept(")")) return {};
  do {
    if (in.at_word("WATERMARK") && in.at_word("FOR", 1)) {
      TRY(parse_watermark(in, table));
    } else if (in.at_word("CONSTRAINT") || in.at_words({"PRIMARY", "KEY"}) || in.at_word("UNIQUE")) {
      TRY(parse_key_constraint(in, table));
    } else {
      TRY(parse_column(in, table));
    }
  } while (in.accept(","));
  if (!in.at(")")) return in.fail_expected(", or )");
  in.take();
  return {};
}

Result<ast::LikeClause> parse_like_clause(TokenStream& in) {
  ast::LikeClause like;
  like.place = in.here();
  TRY_ASSIGN(like.table, in.expect_path("a table"));
  if (in.accept("(")) {
    while (!in.accept(")")) {
      ast::LikeClause::Choice choice;
      for (const std::string_view action : {"INCLUDING", "EXCLUDING", "OVERWRITING"})
        if (in.at_word(action)) choice.action = action;
      if (choice.action.empty()) return in.fail_expected("INCLUDING, EXCLUDING, OVERWRITING or )");
      in.take();
      for (const std::string_view part :
           {"ALL", "CONSTRAINTS", "DISTRIBUTION", "GENERATED", "METADATA", "OPTIONS", "PARTITIONS", "WATERMARKS"})
        if (in.at_word(part)) choice.part = part;
      if (choice.part.empty())
        return in.fail_expected("ALL, CONSTRAINTS, GENERATED, METADATA, OPTIONS, PARTITIONS or WATERMARKS");
      in.take();
      like.choices.push_back(std::move(choice));
    }
  }
  like.place = in.since(like.place);
  return like;
}

bool accept_if_not_exists(TokenStream& in) { return in.accept_words({"IF", "NOT", "EXISTS"}); }

Result<CreateTable> parse_create_table(TokenStream& in, bool temporary) {
  CreateTable table;
  table.temporary = temporary;
  table.if_not_exists = accept_if_not_exists(in);
  TRY_ASSIGN(table.name, in.expect_path("a name for the table"));
  if (in.at("(")) TRY(parse_table_elements(in, table));
  TRY_ASSIGN(table.comment, parse_comment(in));
  if (in.at_word("DISTRIBUTED"))
    return in.fail_at(in.here(), Code::unsupported, "DISTRIBUTED is not supported",
                      "a Kafka table is distributed by its key: 'key.fields'");
  if (in.accept_words({"PARTITIONED", "BY"})) {
    TRY_ASSIGN(table.partitioned_by, in.expect_name_list("a column name"));
  }
  if (in.accept_word("WITH")) {
    TRY_ASSIGN(table.options, parse_options(in));
  }
  if (in.accept_word("LIKE")) {
    TRY_ASSIGN(table.like, parse_like_clause(in));
  }
  if (in.at_word("AS"))
    return in.fail_at(in.here(), Code::unsupported, "CREATE TABLE … AS query is not supported",
                      "create the table with its columns, then INSERT INTO it");
  return table;
}

Result<ast::CreateView> parse_create_view(TokenStream& in, bool temporary) {
  ast::CreateView view;
  view.temporary = temporary;
  view.if_not_exists = accept_if_not_exists(in);
  TRY_ASSIGN(view.name, in.expect_path("a name for the view"));
  if (in.at("(")) {
    TRY_ASSIGN(view.columns, in.expect_name_list("a column name"));
  }
  TRY_ASSIGN(view.comment, parse_comment(in));
  TRY(in.expect_word("AS"));
  TRY_ASSIGN(view.query, parse_query(in));
  return view;
}

Result<ast::CreateFunction> parse_create_function(TokenStream& in) {
  ast::CreateFunction function;
  function.if_not_exists = accept_if_not_exists(in);
  TRY_ASSIGN(function.name, in.expect_path("a name for the function"));
  TRY(in.expect_word("AS"));
  TRY_ASSIGN(function.class_name, in.expect_text("the 'class'"));
  if (in.accept_word("LANGUAGE") && !in.accept_word("JAVA"))
    return in.fail_at(in.here(), Code::unsupported, "only functions in the language JAVA can be named");
  return function;
}

}  // namespace

Result<StatementNode> parse_create(TokenStream& in) {
  in.take();
  const bool replace = in.at_word("OR");
  if (replace) return in.fail_at(in.here(), Code::unsupported, "CREATE OR REPLACE is not supported", "DROP it first");
  const bool temporary = in.accept_word("TEMPORARY");
  in.accept_word("SYSTEM");
  if (in.accept_word("TABLE")) return parse_create_table(in, temporary);
  if (in.accept_word("VIEW")) return parse_create_view(in, temporary);
  if (in.accept_word("FUNCTION")) return parse_create_function(in);
  for (const std::string_view other : {"CATALOG", "DATABASE", "MATERIALIZED", "MODEL", "CONNECTION"})
    if (in.at_word(other))
      return in.fail_at(in.here(), Code::unsupported, fmt::format("CREATE {} is not supported", other),
                        "all tables and views live in one catalogue: write CREATE TABLE or CREATE VIEW");
  return in.fail_expected("TABLE, VIEW or FUNCTION");
}

Result<StatementNode> parse_drop(TokenStream& in) {
  in.take();
  in.accept_word("TEMPORARY");
  in.accept_word("SYSTEM");
  ast::Drop drop{};
  if (in.accept_word("TABLE")) {
    drop.what = ast::Drop::What::table;
  } else if (in.accept_word("VIEW")) {
    drop.what = ast::Drop::What::view;
  } else if (in.accept_word("FUNCTION")) {
    drop.what = ast::Drop::What::function;
  } else {
    return in.fail_expected("TABLE, VIEW or FUNCTION");
  }
  drop.if_exists = in.accept_words({"IF", "EXISTS"});
  TRY_ASSIGN(drop.name, in.expect_path("a name"));
  return drop;
}

}  // namespace azud::sql
