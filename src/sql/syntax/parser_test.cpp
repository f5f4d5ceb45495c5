#include "sql/syntax/parser.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/syntax/keyword.h"
#include "sql/syntax/outline.h"
#include "sql/syntax/token.h"

namespace azud::sql {
namespace {

using ::testing::HasSubstr;

SourcePtr source(std::string text) { return std::make_shared<const Source>("", std::move(text)); }

Result<std::vector<ast::Statement>> parse(std::string text) { return parse_script(source(std::move(text))); }

std::string error_of(std::string text) {
  const auto result = parse(std::move(text));
  return result ? "no error" : result.error().to_text();
}

/// The only column of SELECT <expression>, shown as its shape: operators with brackets around each operand.
std::string shape(const ast::Expr& expr) {
  if (const auto* n = expr.as<ast::NumberLiteral>()) return n->digits;
  if (const auto* n = expr.as<ast::NameExpr>()) return n->path.back().text;
  if (const auto* n = expr.as<ast::Unary>())
    return (n->op == ast::UnaryOp::negate ? "(-"
            : n->op == ast::UnaryOp::plus ? "(+"
                                          : "(not ") +
           shape(*n->operand) + ")";
  if (const auto* n = expr.as<ast::Binary>()) {
    constexpr const char* names[] = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "||"};
    return "(" + shape(*n->left) + names[static_cast<int>(n->op)] + shape(*n->right) + ")";
  }
  if (const auto* n = expr.as<ast::Logical>()) {
    std::string out = "(";
    for (const ast::ExprPtr& operand : n->operands)
      out += (out.size() > 1 ? (n->is_and ? " and " : " or ") : "") + shape(*operand);
    return out + ")";
  }
  if (const auto* n = expr.as<ast::Between>())
    return "(" + shape(*n->operand) + (n->negated ? " not" : "") + " between " + shape(*n->low) + " and " +
           shape(*n->high) + ")";
  if (const auto* n = expr.as<ast::IsTest>()) return "(" + shape(*n->operand) + (n->negated ? " is not)" : " is)");
  if (const auto* n = expr.as<ast::Index>()) return shape(*n->collection) + "[" + shape(*n->index) + "]";
  if (const auto* n = expr.as<ast::Field>()) return shape(*n->record) + "." + n->field.text;
  if (const auto* n = expr.as<ast::Call>()) {
    std::string out = n->name.back().text + "(";
    for (const ast::ExprPtr& arg : n->args) out += (out.back() == '(' ? "" : ",") + shape(*arg);
    return out + ")";
  }
  if (const auto* n = expr.as<ast::Symbol>()) return n->word;
  if (const auto* n = expr.as<ast::TextLiteral>()) return "'" + n->value + "'";
  return "?";
}

std::string shape_of(const std::string& expression) {
  const auto statements = parse("SELECT " + expression);
  if (!statements) return statements.error().to_text();
  const auto& query = *statements->front().as<ast::QueryStatement>()->query;
  return shape(*std::get<ast::Select>(query.body).items.front().expr);
}

TEST(Lexer, reads_every_kind_of_token) {
  const Source text("", "a `b``c` 'it''s' 12 1.5 .5 1. 1E5 1e-2 x'0aFF' <> != || => /* no */ + -- no\n/*+ h */");
  const auto tokens = tokenize(text);
  ASSERT_TRUE(tokens) << tokens.error().to_text();
  std::string kinds;
  for (const Token& token : *tokens) kinds += "_wqidatbsh"[static_cast<int>(token.kind)];
  EXPECT_EQ(kinds, "wqtidddaabssssshws_");
  EXPECT_EQ(unquote((*tokens)[1]), "b`c");
  EXPECT_EQ(unquote((*tokens)[2]), "it's");
  EXPECT_EQ((*tokens)[7].kind, TokenKind::approximate);
  EXPECT_EQ((*tokens)[9].kind, TokenKind::bytes);
}

TEST(Lexer, refuses_what_cannot_be_a_token) {
  EXPECT_THAT(error_of("SELECT 'abc"), HasSubstr("1:8: this text is never closed"));
  EXPECT_THAT(error_of("SELECT\n /* abc"), HasSubstr("2:2: this comment is never closed"));
  EXPECT_THAT(error_of("SELECT \"a\""), HasSubstr("`name` for a name"));
  EXPECT_THAT(error_of("SELECT 1a"), HasSubstr("a number runs into a word"));
  EXPECT_THAT(error_of("SELECT x'0'"), HasSubstr("even number of hexadecimal"));
  EXPECT_THAT(error_of("SELECT ``"), HasSubstr("a name is empty"));
  EXPECT_THAT(error_of(std::string("SELECT \x01")), HasSubstr("a control character (code 1)"));
}

TEST(Keyword, knows_the_reserved_words_in_either_case) {
  for (const char* word : {"value", "VALUE", "day", "timestamp", "offset", "result", "date", "user"})
    EXPECT_TRUE(is_reserved(word)) << word;
  for (const char* word : {"zone", "name", "key", "hop", "type", "a"}) EXPECT_FALSE(is_reserved(word)) << word;
  EXPECT_TRUE(is_callable("COUNT"));
  EXPECT_FALSE(is_callable("SELECT"));
}

TEST(Expression, binds_operators_as_calcite_does) {
  EXPECT_EQ(shape_of("1 + 2 * 3 - 4"), "((1+(2*3))-4)");
  EXPECT_EQ(shape_of("a OR b AND NOT c = d"), "(a or (b and (not (c=d))))");
  EXPECT_EQ(shape_of("a AND b AND c OR d"), "((a and b and c) or d)");
  EXPECT_EQ(shape_of("a || b + c"), "((a||b)+c)");
  EXPECT_EQ(shape_of("a || b * c"), "((a||b)*c)");
  EXPECT_EQ(shape_of("-a * b"), "((-a)*b)");
  EXPECT_EQ(shape_of("a = b IS NULL"), "((a=b) is)");
  EXPECT_EQ(shape_of("NOT a IS NOT NULL"), "(not (a is not))");
  EXPECT_EQ(shape_of("a BETWEEN 1 AND 2 + 3 AND b"), "((a between 1 and (2+3)) and b)");
  EXPECT_EQ(shape_of("a NOT BETWEEN 1 AND 2 OR b"), "((a not between 1 and 2) or b)");
  EXPECT_EQ(shape_of("m['k'][1].x"), "m['k'][1].x");
  EXPECT_EQ(shape_of("(a).b % 2"), "(a.b%2)");
}

TEST(Expression, turns_worded_calls_into_plain_ones) {
  EXPECT_EQ(shape_of("TRIM(LEADING 'x' FROM a)"), "TRIM(LEADING,'x',a)");
  EXPECT_EQ(shape_of("TRIM(a)"), "TRIM(BOTH,' ',a)");
  EXPECT_EQ(shape_of("TRIM(BOTH FROM a)"), "TRIM(BOTH,' ',a)");
  EXPECT_EQ(shape_of("SUBSTRING(a FROM 2 FOR 3)"), "SUBSTRING(a,2,3)");
  EXPECT_EQ(shape_of("POSITION(a IN b)"), "POSITION(a,b)");
  EXPECT_EQ(shape_of("OVERLAY(a PLACING b FROM 1 FOR 2)"), "OVERLAY(a,b,1,2)");
  EXPECT_EQ(shape_of("EXTRACT(DAYS FROM a)"), "EXTRACT(DAY,a)");
  EXPECT_EQ(shape_of("FLOOR(a TO HOUR)"), "FLOOR(a,HOUR)");
  EXPECT_EQ(shape_of("ceiling(a)"), "CEIL(a)");
  EXPECT_EQ(shape_of("TIMESTAMPADD(MINUTE, 3, a)"), "TIMESTAMPADD(MINUTE,3,a)");
  EXPECT_EQ(shape_of("CURRENT_TIMESTAMP"), "CURRENT_TIMESTAMP()");
}

TEST(Parser, says_where_what_and_how_to_mend) {
  EXPECT_EQ(error_of("SELECT a,\n  FROM t"),
            "2:3: expected an expression, found FROM\n  2 |   FROM t\n        ^\n"
            "hint: FROM is a reserved word; as a name it is written `FROM`");
  EXPECT_THAT(error_of("SELECT timestamp FROM t"), HasSubstr("as a column name it is written `timestamp`"));
  EXPECT_THAT(error_of("CREATE TABLE t (value INT)"), HasSubstr("as a name it is written `value`"));
  EXPECT_THAT(error_of("SELECT 1 2"), HasSubstr("1:10: expected the end of the statement, found 2"));
  EXPECT_THAT(error_of("SELECT a b c"), HasSubstr("found c"));
  EXPECT_THAT(error_of("SELEC 1"), HasSubstr("1:1: expected a statement"));
  EXPECT_THAT(error_of("SELECT * FROM a MATCH_RECOGNIZE (x)"), HasSubstr("MATCH_RECOGNIZE is not supported"));
  EXPECT_THAT(error_of("ALTER TABLE t"), HasSubstr("ALTER is not supported"));
  EXPECT_THAT(error_of("CREATE TABLE t (id INT, PRIMARY KEY (id))"), HasSubstr("NOT ENFORCED"));
  EXPECT_THAT(error_of("SELECT INTERVAL 5 SECOND"), HasSubstr("n * INTERVAL '1' SECOND"));
  EXPECT_THAT(error_of("SELECT 'ä' x y"), HasSubstr("1:14: "));
}

TEST(Parser, bounds_nesting_and_chains) {
  const auto repeat = [](const std::string& what, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += what;
    return out;
  };
  EXPECT_THAT(error_of("SELECT " + repeat("(", 100000) + "1"), HasSubstr("nested deeper than 200"));
  EXPECT_THAT(error_of("SELECT " + repeat("- ", 100000) + "1"), HasSubstr("nested deeper than 200"));
  EXPECT_THAT(error_of("SELECT CAST(1 AS " + repeat("ARRAY<", 100000)), HasSubstr("nested deeper than 200"));
  EXPECT_THAT(error_of("SELECT 1" + repeat(" + 1", 100000)), HasSubstr("more than 500 levels"));
  EXPECT_THAT(error_of("SELECT a" + repeat("[1]", 100000)), HasSubstr("more than 500 levels"));
  EXPECT_THAT(error_of("SELECT 1" + repeat(" UNION ALL SELECT 1", 10000)), HasSubstr("more than 500 joins"));
  EXPECT_THAT(error_of("SELECT 1 FROM t" + repeat(" JOIN t ON TRUE", 10000)), HasSubstr("more than 500 joins"));
  EXPECT_THAT(error_of("SELECT 1 FROM " + repeat("(", 100000)), HasSubstr("nested deeper than 200"));
  EXPECT_THAT(error_of("SELECT a FROM t WHERE a = 1" + repeat(" OR a = 1", 10000)), "no error");
}

TEST(Parser, divides_a_script_into_statements) {
  const Source text(
      "",
      "SELECT ';' ; -- no ; here\n;EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN x THEN 1 "
      "END FROM b; INSERT INTO c SELECT 1; END; BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END; SELECT 2");
  const auto division = divide_statements(text);
  ASSERT_TRUE(division) << division.error().to_text();
  ASSERT_EQ(division->statements.size(), 3U);
  EXPECT_EQ(text.text(division->statements[0]), "SELECT ';'");
  EXPECT_TRUE(text.text(division->statements[1]).ends_with("END"));
  EXPECT_EQ(text.text(division->statements[2]), "BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END");
  EXPECT_EQ(text.text(division->rest), "SELECT 2");
}

TEST(Parser, reads_create_table) {
  const auto statements = parse(
      "CREATE TEMPORARY TABLE IF NOT EXISTS t (id BIGINT NOT NULL COMMENT 'x', r ROW<a INT, b ARRAY<STRING>>, "
      "v AS id * 2, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, p TIMESTAMP(3) WITHOUT TIME ZONE, "
      "WATERMARK FOR ts AS ts - INTERVAL '5' SECOND(2), CONSTRAINT k PRIMARY KEY (id) NOT ENFORCED) COMMENT 'c' "
      "PARTITIONED BY (id) WITH ('connector' = 'kafka', 'a' = 'it''s') LIKE u (INCLUDING ALL EXCLUDING OPTIONS)");
  ASSERT_TRUE(statements) << statements.error().to_text();
  const auto& table = *statements->front().as<ast::CreateTable>();
  EXPECT_TRUE(table.temporary && table.if_not_exists);
  ASSERT_EQ(table.columns.size(), 5U);
  EXPECT_TRUE(table.columns[0].type->not_null);
  EXPECT_EQ(table.columns[1].type->arguments[1].kind, "ARRAY");
  EXPECT_TRUE(table.columns[2].computed);
  EXPECT_TRUE(table.columns[3].metadata && table.columns[3].is_virtual);
  EXPECT_EQ(table.columns[3].metadata_key, "timestamp");
  EXPECT_EQ(table.columns[4].type->kind, "TIMESTAMP");
  EXPECT_TRUE(table.watermark);
  EXPECT_EQ(table.primary_key->columns[0].text, "id");
  EXPECT_EQ(table.options[1].value, "it's");
  EXPECT_EQ(table.like->choices.size(), 2U);
}

TEST(Parser, reads_every_clause_of_a_query) {
  for (const char* text : {
           "WITH a (x) AS (SELECT 1), b AS (SELECT * FROM a) SELECT DISTINCT b.*, COUNT(*) c FROM b GROUP BY x HAVING "
           "COUNT(*) > 1 ORDER BY x DESC NULLS LAST, c LIMIT 10 OFFSET 2",
           "SELECT * FROM t FOR SYSTEM_TIME AS OF o.ts AS v",
           "SELECT * FROM a LEFT JOIN b FOR SYSTEM_TIME AS OF a.ts ON a.id = b.id CROSS JOIN UNNEST(b.x) WITH "
           "ORDINALITY "
           "AS u (v, n)",
           "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
           "SELECT * FROM TABLE(HOP(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SLIDE => INTERVAL '1' MINUTE, SIZE => "
           "INTERVAL '5' MINUTES)) AS w",
           "SELECT * FROM TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
           "SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY a, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
           "SELECT a, SUM(b) FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), CUBE (c, d), ROLLUP (e)",
           "SELECT SUM(a) OVER w, LAG(b, 1) OVER (PARTITION BY c ORDER BY d ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) "
           "FROM t WINDOW w AS (PARTITION BY c ORDER BY d RANGE INTERVAL '1' HOUR PRECEDING)",
           "(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3 EXCEPT ALL SELECT 4",
           "SELECT * FROM ((SELECT 1) UNION ALL (SELECT 2)) AS x JOIN ((SELECT 3) AS y CROSS JOIN z) ON TRUE",
           "SELECT COUNT(DISTINCT a) FILTER (WHERE b IS NOT TRUE), LISTAGG(a, ';') WITHIN GROUP (ORDER BY a) FROM t",
           "SELECT x IN (1, 2), x NOT IN (SELECT y FROM u), EXISTS (SELECT 1), (SELECT 1), (1, 2) = ROW(1, 2) FROM t",
           "SELECT CASE a WHEN 1 THEN 'x' ELSE 'y' END, CASE WHEN b THEN 1 END, ARRAY[1, 2][1], MAP['a', 1]['a']",
           "SELECT JSON_VALUE(a, '$.b' RETURNING INT NULL ON EMPTY DEFAULT 3 ON ERROR), JSON_QUERY(a, '$' WITH "
           "CONDITIONAL ARRAY WRAPPER EMPTY OBJECT ON ERROR), JSON_EXISTS(a, '$.c' TRUE ON ERROR)",
           "SELECT DATE '2020-01-01', TIME '10:00:00', TIMESTAMP '2020-01-01 00:00:00', INTERVAL -'1 10' DAY(3) TO "
           "HOUR",
           "SELECT a IS NOT DISTINCT FROM b, a IS JSON OBJECT, a LIKE 'x%' ESCAPE '!', a NOT SIMILAR TO 'b' FROM t",
           "SELECT CAST(a AS MAP<STRING, ROW<x INT NOT NULL>>), TRY_CAST(b AS DECIMAL(10, 2)) FROM t",
           "SELECT /*+ STATE_TTL('t' = '1d'), BROADCAST(t) */ * FROM t /*+ OPTIONS('a' = 'b') */ AS x",
           "VALUES (1, 'a'), ROW(2, 'b'), 3",
           "INSERT INTO t (a, b) SELECT 1, 2",
           "INSERT INTO t (SELECT 1)",
           "EXPLAIN CHANGELOG_MODE, PLAN_ADVICE SELECT 1",
           "EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END",
           "SET 'a' = 'b'; SET; RESET 'a'; RESET; SHOW TABLES; SHOW CREATE VIEW v; SHOW COLUMNS FROM t; DESC t",
           "DROP TEMPORARY VIEW IF EXISTS v; CREATE FUNCTION f AS 'a.b.C' LANGUAGE JAVA",
       })
    EXPECT_EQ(error_of(text), "no error") << text;
}

TEST(Outline, shows_the_tree_of_a_query) {
  const auto statements = parse(
      "SELECT a.x AS y, COUNT(*)\n FROM a LEFT JOIN (SELECT 1 UNION ALL SELECT 2) b ON a.x =\n b.x WHERE a.x > 1 GROUP "
      "BY a.x");
  ASSERT_TRUE(statements) << statements.error().to_text();
  const ast::Statement& statement = statements->front();
  EXPECT_EQ(outline(*statement.as<ast::QueryStatement>()->query, *statement.source),
            "select a.x as y, COUNT(*)\n"
            "  group by a.x\n"
            "  where a.x > 1\n"
            "  left join on a.x = b.x\n"
            "    table a\n"
            "    query as b\n"
            "      union all\n"
            "        select 1\n"
            "        select 2\n");
}

}  // namespace
}  // namespace azud::sql
