#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/syntax/source.h"

namespace azud::sql {

enum class TokenKind : uint8_t {
  end,          ///< after the last token of the text
  word,         ///< a keyword or a bare name
  quoted_name,  ///< `name`
  integer,      ///< 12
  decimal,      ///< 1.5, .5, 1.
  approximate,  ///< 1E5
  text,         ///< 'text'
  bytes,        ///< X'00FF'
  symbol,       ///< operators and punctuation
  hint,         ///< the opening of a hint, "/*+"; its closing is the symbol "*/"
};

/// `text` is the token as written, inside the Source.
struct Token {
  TokenKind kind = TokenKind::end;
  Place place;
  std::string_view text;

  bool is_symbol(std::string_view symbol) const { return kind == TokenKind::symbol && text == symbol; }
};

/// Every token of the source, without comments, closed by one of kind `end`. An error for text that cannot be a token
/// (an unclosed quote or comment, a character that SQL does not use).
Result<std::vector<Token>> tokenize(const Source& source);

/// What a quoted_name or text token says: quotes removed, doubled quotes made single.
std::string unquote(const Token& token);

}  // namespace azud::sql
