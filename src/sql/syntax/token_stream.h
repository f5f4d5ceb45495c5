#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "sql/syntax/expression_ast.h"
#include "sql/syntax/token.h"

namespace azud::sql {

/// Where the parser stands among the tokens, and the errors it can make there. Words match in either case, and never
/// a quoted name.
class TokenStream {
 public:
  /// `tokens` ends with one of kind `end`.
  TokenStream(const Source& source, std::span<const Token> tokens) : source_(source), tokens_(tokens) {}

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool at_end() const { return peek().kind == TokenKind::end; }
  bool at(std::string_view symbol) const { return peek().is_symbol(symbol); }
  bool at_word(std::string_view word, std::size_t ahead = 0) const;
  bool at_words(std::initializer_list<std::string_view> words) const;
  /// Whether the next token could be a name: quoted, or a word that is not reserved.
  bool at_name(std::size_t ahead = 0) const;

  /// The next token, which is passed over.
  const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool accept(std::string_view symbol);
  bool accept_word(std::string_view word);
  bool accept_words(std::initializer_list<std::string_view> words);

  Status expect(std::string_view symbol);
  Status expect_word(std::string_view word);
  Status expect_words(std::initializer_list<std::string_view> words);
  /// "expected a column name, found SELECT" if there is none.
  Result<ast::Name> expect_name(std::string_view what);
  Result<ast::NamePath> expect_path(std::string_view what);
  Result<std::string> expect_text(std::string_view what);
  Result<int64_t> expect_integer(std::string_view what);
  /// ( name, name … )
  Result<std::vector<ast::Name>> expect_name_list(std::string_view what);

  /// "expected …, found …" at the next token.
  std::unexpected<Error> fail_expected(std::string_view expected) const;
  std::unexpected<Error> fail_at(Place place, Code code, std::string_view message, std::string hint = {}) const;

  Place here() const { return peek().place; }
  /// From `begin` to the last token taken.
  Place since(Place begin) const { return {begin.begin, tokens_[at_ == 0 ? 0 : at_ - 1].place.end}; }
  const Source& source() const { return source_; }

  /// To be called for each join and each UNION: bounds how deep the tree of a statement gets to the left.
  Status count_branch();
  /// How many tokens ahead the parenthesis at `ahead` closes; the distance to the end if it does not.
  std::size_t closing(std::size_t ahead) const;

  /// Bounds the nesting of expressions and queries, so that hostile text cannot use up the thread's stack.
  class Nesting {
   public:
    explicit Nesting(TokenStream& in) : in_(in) { ++in_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --in_.depth_; }
    /// An error if the limit is passed.
    Status check() const;

   private:
    TokenStream& in_;
  };

 private:
  const Source& source_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int branches_ = 0;
};

}  // namespace azud::sql
