#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "sql/syntax/token.h"

namespace azud::sql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) { return starts_word(c) || is_digit(c); }

/// Longest first.
constexpr std::array<std::string_view, 25> symbols = {"||", "<>", "!=", "<=", ">=", "=>", "(", ")", "[",
                                                      "]",  "{",  "}",  ",",  ";",  ".",  "+", "-", "*",
                                                      "/",  "%",  "=",  "<",  ">",  ":",  "?"};

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text()) {}

  Result<std::vector<Token>> run() {
    if (text_.size() >= std::numeric_limits<uint32_t>::max())
      return fail(Code::invalid, "the SQL text is longer than 4 GiB: {} bytes", text_.size());
    while (true) {
      TRY(skip_blanks());
      if (at_ >= text_.size()) break;
      TRY(read_token());
    }
    push(TokenKind::end, at_);
    return std::move(tokens_);
  }

 private:
  char look(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool looking_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  Place place(std::size_t begin, std::size_t end) const {
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  std::unexpected<Error> fail_at(std::size_t begin, std::string_view message, std::string hint = {}) const {
    return std::unexpected(error_at(source_, place(begin, begin + 1), Code::invalid, message, std::move(hint)));
  }

  /// Adds the token from `begin` to where the lexer stands.
  void push(TokenKind kind, std::size_t begin) {
    tokens_.push_back({kind, place(begin, at_), text_.substr(begin, at_ - begin)});
  }

  Status skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (looking_at("--") || (at_ == 0 && looking_at("#!"))) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (looking_at("/*") && !looking_at("/*+")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return fail_at(at_, "this comment is never closed", "close it with */");
        at_ = end + 2;
      } else {
        break;
      }
    }
    return {};
  }

  Status read_token() {
    const std::size_t begin = at_;
    const char c = look();
    if (c == '\'') return read_quoted(TokenKind::text, '\'', begin);
    if (c == '`') return read_quoted(TokenKind::quoted_name, '`', begin);
    if ((c == 'X' || c == 'x') && look(1) == '\'') return read_bytes();
    if ((c == 'U' || c == 'u') && look(1) == '&' && look(2) == '\'') return read_escaped();
    if (is_digit(c) || (c == '.' && is_digit(look(1)))) return read_number();
    if (starts_word(c)) {
      while (continues_word(look()) && at_ < text_.size()) ++at_;
      push(TokenKind::word, begin);
      return {};
    }
    if (looking_at("/*+")) {
      at_ += 3;
      push(TokenKind::hint, begin);
      in_hint_ = true;
      return {};
    }
    if (in_hint_ && looking_at("*/")) {
      at_ += 2;
      push(TokenKind::symbol, begin);
      in_hint_ = false;
      return {};
    }
    for (const std::string_view symbol : symbols) {
      if (!looking_at(symbol)) continue;
      at_ += symbol.size();
      push(TokenKind::symbol, begin);
      return {};
    }
    return fail_character(c);
  }

  std::unexpected<Error> fail_character(char c) const {
    if (c == '"')
      return fail_at(at_, "a double quote means nothing here", "write 'text' for text and `name` for a name");
    if (static_cast<unsigned char>(c) < ' ')
      return fail_at(at_, fmt::format("a control character (code {}) has no place in SQL", static_cast<int>(c)));
    return fail_at(at_, fmt::format("the character {} has no meaning in SQL", c));
  }

  Status read_quoted(TokenKind kind, char quote, std::size_t begin) {
    ++at_;
    while (true) {
      const std::size_t end = text_.find(quote, at_);
      if (end == std::string_view::npos)
        return fail_at(begin, kind == TokenKind::text ? "this text is never closed" : "this name is never closed",
                       fmt::format("close it with {0}; a {0} inside is written twice", quote));
      at_ = end + 1;
      if (look() != quote) break;
      ++at_;
    }
    push(kind, begin);
    if (kind == TokenKind::quoted_name && tokens_.back().text.size() == 2) return fail_at(begin, "a name is empty");
    return {};
  }

  Status read_bytes() {
    const std::size_t begin = at_++;
    TRY(read_quoted(TokenKind::bytes, '\'', begin));
    const std::string_view digits = tokens_.back().text.substr(2, tokens_.back().text.size() - 3);
    if (digits.size() % 2 != 0 || !std::ranges::all_of(digits, is_hex))
      return fail_at(begin, "a binary literal needs an even number of hexadecimal digits", "for example X'00FF'");
    return {};
  }

  /// U&'a\00e4\\b': characters by their four hexadecimal digits.
  Status read_escaped() {
    const std::size_t begin = at_;
    at_ += 2;
    TRY(read_quoted(TokenKind::text, '\'', begin));
    std::string_view inner = tokens_.back().text.substr(3, tokens_.back().text.size() - 4);
    for (std::size_t at = inner.find('\\'); at != std::string_view::npos; at = inner.find('\\')) {
      const bool itself = inner.substr(at + 1).starts_with('\\');
      const std::string_view digits = inner.substr(at + 1, 4);
      if (!itself && (digits.size() < 4 || !std::ranges::all_of(digits, is_hex)))
        return fail_at(begin, "a backslash in U&'…' stands before four hexadecimal digits", "for example U&'\\00e4'");
      inner.remove_prefix(at + (itself ? 2 : 5));
    }
    return {};
  }

  Status read_number() {
    const std::size_t begin = at_;
    TokenKind kind = TokenKind::integer;
    while (is_digit(look())) ++at_;
    if (look() == '.') {
      kind = TokenKind::decimal;
      ++at_;
      while (is_digit(look())) ++at_;
    }
    if ((look() == 'e' || look() == 'E') &&
        (is_digit(look(1)) || ((look(1) == '+' || look(1) == '-') && is_digit(look(2))))) {
      kind = TokenKind::approximate;
      at_ += 2;
      while (is_digit(look())) ++at_;
    }
    if (starts_word(look()) && at_ < text_.size())
      return fail_at(begin, "a number runs into a word",
                     "separate them by a blank; a name that begins with a digit needs `backticks`");
    push(kind, begin);
    return {};
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool in_hint_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(const Source& source) { return Lexer(source).run(); }

namespace {

/// The character of four hexadecimal digits.
void append_character(std::string& out, std::string_view digits) {
  uint32_t code = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code >= 0x800) out += static_cast<char>(0xE0 | code >> 12);
  out += static_cast<char>(code >= 0x800 ? 0x80 | (code >> 6 & 0x3F) : 0xC0 | code >> 6);
  out += static_cast<char>(0x80 | (code & 0x3F));
}

}  // namespace

std::string unquote(const Token& token) {
  const bool escaped = token.text.front() == 'U' || token.text.front() == 'u';  // U&'…'
  const std::string_view whole = escaped ? token.text.substr(2) : token.text;
  const std::string_view inner = whole.substr(1, whole.size() - 2);
  const char quote = whole.front();
  std::string out;
  out.reserve(inner.size());
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (escaped && inner[i] == '\\' && inner[i + 1] != '\\') {
      append_character(out, inner.substr(i + 1, 4));
      i += 4;
      continue;
    }
    if (escaped && inner[i] == '\\') ++i;
    out += inner[i];
    if (inner[i] == quote) ++i;
  }
  return out;
}

}  // namespace azud::sql
