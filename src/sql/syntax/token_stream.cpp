#include "sql/syntax/token_stream.h"

#include <charconv>

#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

constexpr int nesting_max = 200;
constexpr int branches_max = 500;
constexpr std::size_t shown_token_max = 40;

std::string describe(const Token& token) {
  if (token.kind == TokenKind::end) return "the end of the text";
  if (token.text.size() <= shown_token_max) return std::string(token.text);
  return std::string(token.text.substr(0, shown_token_max)) + "…";
}

}  // namespace

bool TokenStream::at_word(std::string_view word, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::word && same_word(token.text, word);
}

bool TokenStream::at_words(std::initializer_list<std::string_view> words) const {
  std::size_t ahead = 0;
  for (const std::string_view word : words)
    if (!at_word(word, ahead++)) return false;
  return true;
}

bool TokenStream::at_name(std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::quoted_name || (token.kind == TokenKind::word && !is_reserved(token.text));
}

bool TokenStream::accept(std::string_view symbol) {
  if (!at(symbol)) return false;
  take();
  return true;
}

bool TokenStream::accept_word(std::string_view word) { return accept_words({word}); }

bool TokenStream::accept_words(std::initializer_list<std::string_view> words) {
  if (!at_words(words)) return false;
  at_ += words.size();
  return true;
}

Status TokenStream::expect(std::string_view symbol) {
  if (!accept(symbol)) return fail_expected(symbol);
  return {};
}

Status TokenStream::expect_word(std::string_view word) {
  if (!accept_word(word)) return fail_expected(word);
  return {};
}

Status TokenStream::expect_words(std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) TRY(expect_word(word));
  return {};
}

Result<ast::Name> TokenStream::expect_name(std::string_view what) {
  if (!at_name()) return fail_expected(what);
  const Token& token = take();
  return ast::Name{token.kind == TokenKind::quoted_name ? unquote(token) : std::string(token.text), token.place};
}

Result<ast::NamePath> TokenStream::expect_path(std::string_view what) {
  ast::NamePath path;
  do {
    TRY_ASSIGN(path.emplace_back(), expect_name(what));
  } while (accept("."));
  return path;
}

Result<std::string> TokenStream::expect_text(std::string_view what) {
  if (peek().kind != TokenKind::text) return fail_expected(what);
  return unquote(take());
}

Result<int64_t> TokenStream::expect_integer(std::string_view what) {
  const Token& token = peek();
  if (token.kind != TokenKind::integer) return fail_expected(what);
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
  if (failure != std::errc()) return fail_at(token.place, Code::invalid, "this number is too large");
  take();
  return value;
}

Result<std::vector<ast::Name>> TokenStream::expect_name_list(std::string_view what) {
  TRY(expect("("));
  std::vector<ast::Name> names;
  do {
    TRY_ASSIGN(names.emplace_back(), expect_name(what));
  } while (accept(","));
  TRY(expect(")"));
  return names;
}

std::unexpected<Error> TokenStream::fail_expected(std::string_view expected) const {
  const Token& token = peek();
  std::string hint;
  const bool wants_name = expected.contains("name") || expected.contains("expression");
  if (wants_name && token.kind == TokenKind::word && is_reserved(token.text))
    hint = fmt::format("{0} is a reserved word; as a name it is written `{0}`", token.text);
  return fail_at(token.place, Code::invalid, fmt::format("expected {}, found {}", expected, describe(token)),
                 std::move(hint));
}

std::unexpected<Error> TokenStream::fail_at(Place place, Code code, std::string_view message, std::string hint) const {
  return std::unexpected(error_at(source_, place, code, message, std::move(hint)));
}

Status TokenStream::count_branch() {
  if (++branches_ <= branches_max) return {};
  return fail_at(here(), Code::invalid,
                 fmt::format("more than {} joins and set operations in one statement", branches_max),
                 "split it over several statements");
}

std::size_t TokenStream::closing(std::size_t ahead) const {
  int open = 0;
  for (;; ++ahead) {
    const Token& token = peek(ahead);
    if (token.kind == TokenKind::end) return ahead;
    if (token.is_symbol("(")) ++open;
    if (token.is_symbol(")") && --open == 0) return ahead;
  }
}

Status TokenStream::Nesting::check() const {
  if (in_.depth_ <= nesting_max) return {};
  return in_.fail_at(in_.here(), Code::invalid, fmt::format("nested deeper than {} levels", nesting_max),
                     "give inner queries a name with WITH or CREATE VIEW");
}

}  // namespace azud::sql
