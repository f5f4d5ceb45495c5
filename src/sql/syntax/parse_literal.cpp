#include <algorithm>
#include <array>

#include "sql/syntax/grammar.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using ast::ExprPtr;

/// Each unit, with the plural that Flink takes for it.
constexpr std::array<std::array<std::string_view, 2>, 19> units = {{{"YEAR", "YEARS"},
                                                                    {"QUARTER", "QUARTERS"},
                                                                    {"MONTH", "MONTHS"},
                                                                    {"WEEK", "WEEKS"},
                                                                    {"DAY", "DAYS"},
                                                                    {"HOUR", "HOURS"},
                                                                    {"MINUTE", "MINUTES"},
                                                                    {"SECOND", "SECONDS"},
                                                                    {"MILLISECOND", ""},
                                                                    {"MICROSECOND", ""},
                                                                    {"NANOSECOND", ""},
                                                                    {"EPOCH", ""},
                                                                    {"DECADE", ""},
                                                                    {"CENTURY", ""},
                                                                    {"MILLENNIUM", ""},
                                                                    {"DOW", ""},
                                                                    {"DOY", ""},
                                                                    {"ISODOW", ""},
                                                                    {"ISOYEAR", ""}}};

Result<std::optional<int64_t>> parse_digits(TokenStream& in) {
  std::optional<int64_t> digits;
  if (in.accept("(")) {
    TRY_ASSIGN(digits, in.expect_integer("a number of digits"));
    TRY(in.expect(")"));
  }
  return digits;
}

Result<ExprPtr> parse_interval(TokenStream& in) {
  const Place begin = in.here();
  in.take();
  ast::IntervalLiteral interval;
  if (in.accept("-"))
    interval.negative = true;
  else
    in.accept("+");
  if (in.peek().kind != TokenKind::text) {
    return in.fail_at(in.here(), Code::invalid, "the length of an interval is a text",
                      "write INTERVAL '5' SECOND; for a computed length multiply: n * INTERVAL '1' SECOND");
  }
  interval.value = unquote(in.take());
  TRY_ASSIGN(interval.from_unit, parse_time_unit(in));
  if (in.accept("(")) {
    TRY_ASSIGN(interval.leading, in.expect_integer("a number of digits"));
    if (in.accept(",")) {
      TRY_ASSIGN(interval.fraction, in.expect_integer("a number of digits"));
    }
    TRY(in.expect(")"));
  }
  if (in.accept_word("TO")) {
    TRY_ASSIGN(interval.to_unit, parse_time_unit(in));
    TRY_ASSIGN(interval.fraction, parse_digits(in));
  }
  return make_expr(std::move(interval), in.since(begin));
}

Result<ExprPtr> parse_number(TokenStream& in) {
  const Token& token = in.take();
  const auto form = token.kind == TokenKind::integer   ? ast::NumberLiteral::Form::integer
                    : token.kind == TokenKind::decimal ? ast::NumberLiteral::Form::decimal
                                                       : ast::NumberLiteral::Form::approximate;
  return make_expr(ast::NumberLiteral{form, std::string(token.text)}, token.place);
}

int hex_digit(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

Result<ExprPtr> parse_bytes(TokenStream& in) {
  const Token& token = in.take();
  std::string bytes;
  for (std::size_t i = 2; i + 1 < token.text.size(); i += 2)
    bytes += static_cast<char>(hex_digit(token.text[i]) * 16 + hex_digit(token.text[i + 1]));
  return make_expr(ast::BytesLiteral{std::move(bytes)}, token.place);
}

}  // namespace

Result<std::string> parse_time_unit(TokenStream& in) {
  if (in.peek().kind == TokenKind::word) {
    for (const auto& [unit, plural] : units) {
      if (!in.at_word(unit) && !(plural.size() > 0 && in.at_word(plural))) continue;
      in.take();
      return std::string(unit);
    }
  }
  return in.fail_expected("a time unit (YEAR, MONTH, DAY, HOUR, MINUTE, SECOND …)");
}

Result<ExprPtr> parse_literal(TokenStream& in) {
  const Token& token = in.peek();
  switch (token.kind) {
    case TokenKind::integer:
    case TokenKind::decimal:
    case TokenKind::approximate: return parse_number(in);
    case TokenKind::bytes: return parse_bytes(in);
    case TokenKind::text: in.take(); return make_expr(ast::TextLiteral{unquote(token)}, token.place);
    case TokenKind::word: break;
    default: return ExprPtr();
  }
  if (in.at_word("NULL")) return make_expr(ast::NullLiteral{}, in.take().place);
  if (in.at_word("TRUE")) return make_expr(ast::BooleanLiteral{true}, in.take().place);
  if (in.at_word("FALSE")) return make_expr(ast::BooleanLiteral{false}, in.take().place);
  if (in.at_word("UNKNOWN")) return make_expr(ast::BooleanLiteral{std::nullopt}, in.take().place);
  if (in.at_word("INTERVAL")) return parse_interval(in);
  for (const std::string_view kind : {"DATE", "TIME", "TIMESTAMP"}) {
    if (!in.at_word(kind)) continue;
    in.take();
    if (in.peek().kind != TokenKind::text)
      return in.fail_at(token.place, Code::invalid, fmt::format("expected a text behind {}", kind),
                        fmt::format("as a column name it is written `{}`", token.text));
    return make_expr(ast::TimeLiteral{std::string(kind), unquote(in.take())}, in.since(token.place));
  }
  return ExprPtr();
}

}  // namespace azud::sql
