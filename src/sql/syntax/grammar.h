#pragma once

#include <string_view>
#include <vector>

#include "sql/syntax/query_ast.h"
#include "sql/syntax/token_stream.h"

/// Inside of the parser: the rules that call each other across its files. Each reads from where the stream stands and
/// leaves it behind what it read.
namespace azud::sql {

/// Operators that bind less than `power` are left alone; 0 reads a whole expression.
Result<ast::ExprPtr> parse_expression(TokenStream& in, int power = 0);
/// What binds tighter than IN, BETWEEN and comparisons.
Result<ast::ExprPtr> parse_operand(TokenStream& in);
Result<std::vector<ast::ExprPtr>> parse_expression_list(TokenStream& in);
/// The call of a function whose name stands next.
Result<ast::ExprPtr> parse_function_call(TokenStream& in);
/// The forms with words inside: CAST, CASE, EXTRACT, TRIM … Nothing (a null pointer) if none begins here.
Result<ast::ExprPtr> parse_special_form(TokenStream& in);
/// What follows the opening word of a literal like DATE '…' or INTERVAL '…' DAY; null if none begins here.
Result<ast::ExprPtr> parse_literal(TokenStream& in);
Result<ast::WindowSpec> parse_window_spec(TokenStream& in);
/// ORDER BY is already read.
Result<std::vector<ast::OrderItem>> parse_order_items(TokenStream& in);
Result<ast::TypeName> parse_type(TokenStream& in);
/// YEAR, DAYS … as "YEAR", "DAY"; an error if no unit stands here.
Result<std::string> parse_time_unit(TokenStream& in);

/// Whether a query begins here: SELECT, VALUES, WITH, or a parenthesis in front of one.
bool at_query(const TokenStream& in);
Result<ast::QueryPtr> parse_query(TokenStream& in);
Result<ast::TableRefPtr> parse_table_ref(TokenStream& in);
Result<std::vector<ast::Hint>> parse_hints(TokenStream& in);
/// ('k' = 'v', …)
Result<std::vector<ast::Option>> parse_options(TokenStream& in);

ast::ExprPtr make_expr(ast::Expr::Node node, Place place);

}  // namespace azud::sql
