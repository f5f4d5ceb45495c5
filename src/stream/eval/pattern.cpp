#include <algorithm>
#include <cctype>
#include <memory>

#include <re2/re2.h>

#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Expression;
using sql::Function;
using Text = std::string_view;
using Pattern = std::shared_ptr<const re2::RE2>;

/// Never without an address: a group that has none has not matched.
re2::StringPiece piece(Text text) { return {text.data() == nullptr ? "" : text.data(), text.size()}; }

/// Whether Java refuses the pattern too: Flink's functions then give NULL or FALSE.
bool is_wrong_in_java(re2::RE2::ErrorCode code) {
  return code == re2::RE2::ErrorMissingBracket || code == re2::RE2::ErrorMissingParen ||
         code == re2::RE2::ErrorUnexpectedParen || code == re2::RE2::ErrorRepeatArgument ||
         code == re2::RE2::ErrorTrailingBackslash;
}

/// Null if it is no regular expression.
Result<Pattern> compiled(Text pattern, bool whole_language) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(!whole_language);
  auto regex = std::make_shared<const re2::RE2>(piece(pattern), options);
  if (!regex->ok() && is_wrong_in_java(regex->error_code())) return Pattern();
  if (!regex->ok())
    return std::unexpected(Error(Code::invalid, fmt::format("regular expression '{}': {}", pattern, regex->error()),
                                 "look-around and back-references are not offered"));
  return regex;
}

/// LIKE as a regular expression: % any text, _ any character.
Result<std::string> regex_of_like(Text pattern, std::optional<char> escape) {
  std::string out = "(?s)";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (escape && c == *escape) {
      if (i + 1 == pattern.size()) return fail(Code::invalid, "LIKE pattern '{}' ends with its escape", pattern);
      out += re2::RE2::QuoteMeta(piece(pattern.substr(++i, 1)));
    } else if (c == '%') {
      out += ".*";
    } else if (c == '_') {
      out += '.';
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      out += c;
    } else {
      out += re2::RE2::QuoteMeta(piece(pattern.substr(i, 1)));
    }
  }
  return out;
}

/// SIMILAR TO: % is any text, _ any character, $ and \ stand for themselves; the other signs of regular expressions
/// keep their meaning.
Result<std::string> regex_of_similar(Text pattern, std::optional<char> escape) {
  std::string out = "(?-s)";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (escape && c == *escape && i + 1 < pattern.size())
      out += re2::RE2::QuoteMeta(piece(pattern.substr(++i, 1)));
    else if (c == '%')
      out += "(?s:.*)";
    else if (c == '_')
      out += '.';
    else if (c == '\\' || c == '$')
      out += std::string("\\") + c;
    else if (const std::size_t end = pattern.substr(i).starts_with("[:") ? pattern.find(":]", i) : Text::npos;
             end != Text::npos) {
      std::string name(pattern.substr(i, end + 2 - i));
      std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::tolower(letter); });
      out += name == "[:whitespace:]" ? "[:space:]" : name;
      i = end + 1;
    } else
      out += c;
  }
  return out;
}

/// The literal text of argument `index`, if it is one.
std::optional<std::string> literal_text(const Expression& expression, std::size_t index) {
  if (index >= expression.arguments.size()) return std::nullopt;
  const Expression& argument = *expression.arguments[index];
  if (!argument.is_literal() || argument.literal.is_null()) return std::nullopt;
  return argument.literal.as_text();
}

/// Compiles the pattern of a call: once if it is a literal, else again whenever it changes from row to row.
class PatternSource {
 public:
  using Translate = Result<std::string> (*)(Text pattern, std::optional<char> escape);

  static Result<PatternSource> make(const Expression& expression, std::size_t argument, Translate translate) {
    PatternSource source;
    source.argument_ = argument;
    source.translate_ = translate;
    if (translate != nullptr) {
      const auto escape = literal_text(expression, argument + 1);
      if (escape && !escape->empty()) source.escape_ = escape->front();
    }
    if (const auto pattern = literal_text(expression, argument)) {
      TRY_ASSIGN(source.fixed_, source.ready(*pattern));
      source.is_fixed_ = true;
    }
    return source;
  }

  /// Reads the pattern of row after row.
  class Cursor {
   public:
    Cursor(const PatternSource& source, const Call& call) : source_(source), patterns_(call.args[source.argument_]) {}
    /// Null if the row's pattern is no regular expression.
    const re2::RE2* at(std::size_t row) {
      if (source_.is_fixed_) return source_.fixed_.get();
      if (!pattern_ || text_ != patterns_[row]) {
        text_ = patterns_[row];
        Result<Pattern> made = source_.ready(text_);
        pattern_ = made ? *made : nullptr;
      }
      return pattern_.get();
    }

   private:
    const PatternSource& source_;
    View<Text> patterns_;
    std::string text_;
    Pattern pattern_;
  };

 private:
  Result<Pattern> ready(Text pattern) const {
    if (translate_ == nullptr) return compiled(pattern, true);
    TRY_ASSIGN(const std::string regex, translate_(pattern, escape_));
    return compiled(regex, false);
  }

  std::size_t argument_ = 1;
  Translate translate_ = nullptr;
  std::optional<char> escape_;
  bool is_fixed_ = false;
  Pattern fixed_;
};

/// 'abc%' and its kind need no automaton.
struct SimpleLike {
  enum class Kind : uint8_t { none, equal, prefix, suffix, contains } kind = Kind::none;
  std::string text;

  bool matches(Text value) const {
    switch (kind) {
      case Kind::equal: return value == text;
      case Kind::prefix: return value.starts_with(text);
      case Kind::suffix: return value.ends_with(text);
      case Kind::contains: return value.find(text) != Text::npos;
      case Kind::none: break;
    }
    return false;
  }
};

SimpleLike simple_like(const Expression& expression) {
  const auto pattern = literal_text(expression, 1);
  if (!pattern || expression.arguments.size() > 2 || pattern->find('_') != std::string::npos) return {};
  Text inner = *pattern;
  const bool open_start = inner.starts_with('%');
  if (open_start) inner.remove_prefix(1);
  const bool open_end = inner.ends_with('%');
  if (open_end) inner.remove_suffix(1);
  if (inner.find('%') != Text::npos) return {};
  using enum SimpleLike::Kind;
  return {open_start && open_end ? contains : open_start ? suffix : open_end ? prefix : equal, std::string(inner)};
}

template <bool negated>
Result<Kernel> make_like(const Expression& expression, const EvalSettings&) {
  if (SimpleLike simple = simple_like(expression); simple.kind != SimpleLike::Kind::none)
    return Kernel([simple = std::move(simple)](Call& call) -> Result<ColumnPtr> {
      return map_one<int8_t, Text>(
          call, [&simple](Text text) { return static_cast<int8_t>(simple.matches(text) != negated ? 1 : 0); });
    });
  TRY_ASSIGN(PatternSource source, PatternSource::make(expression, 1, regex_of_like));
  return Kernel([source = std::move(source)](Call& call) -> Result<ColumnPtr> {
    Out<int8_t> out(call);
    const View<Text> text = call.view<Text>(0);
    PatternSource::Cursor patterns(source, call);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const re2::RE2* pattern = patterns.at(i);
      if (pattern == nullptr) return call.fail_at(i, "bad LIKE pattern");
      out[i] = re2::RE2::FullMatch(piece(text[i]), *pattern) != negated ? 1 : 0;
    }
    return out.finish();
  });
}

Result<Kernel> make_similar(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(PatternSource source, PatternSource::make(expression, 1, regex_of_similar));
  return Kernel([source = std::move(source)](Call& call) -> Result<ColumnPtr> {
    Out<int8_t> out(call);
    const View<Text> text = call.view<Text>(0);
    PatternSource::Cursor patterns(source, call);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const re2::RE2* pattern = patterns.at(i);
      if (pattern == nullptr) return call.fail_at(i, "bad SIMILAR TO pattern");
      out[i] = re2::RE2::FullMatch(piece(text[i]), *pattern) ? 1 : 0;
    }
    return out.finish();
  });
}

/// REGEXP(text, pattern): found anywhere; an empty pattern is found nowhere.
Result<Kernel> make_regexp(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(PatternSource source, PatternSource::make(expression, 1, nullptr));
  return Kernel([source = std::move(source)](Call& call) -> Result<ColumnPtr> {
    Out<int8_t> out(call);
    const View<Text> text = call.view<Text>(0);
    PatternSource::Cursor patterns(source, call);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const re2::RE2* pattern = patterns.at(i);
      const bool usable = pattern != nullptr && !pattern->pattern().empty();
      out[i] = usable && re2::RE2::PartialMatch(piece(text[i]), *pattern) ? 1 : 0;
    }
    return out.finish();
  });
}

/// REGEXP_EXTRACT(text, pattern [, group 0]): NULL if there is no match or no such group.
Result<Kernel> make_regexp_extract(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(PatternSource source, PatternSource::make(expression, 1, nullptr));
  return Kernel([source = std::move(source)](Call& call) -> Result<ColumnPtr> {
    TextOut out(call);
    out.share(call.args[0]);
    const View<Text> text = call.view<Text>(0);
    PatternSource::Cursor patterns(source, call);
    std::vector<re2::StringPiece> groups;
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const re2::RE2* pattern = patterns.at(i);
      const int32_t group = call.args.size() > 2 ? call.view<int32_t>(2)[i] : 0;
      if (pattern == nullptr || group < 0 || group > pattern->NumberOfCapturingGroups()) {
        out.set_null(i);
        continue;
      }
      groups.assign(static_cast<std::size_t>(group) + 1, {});
      const bool found =
          pattern->Match(piece(text[i]), 0, text[i].size(), re2::RE2::UNANCHORED, groups.data(), group + 1);
      const re2::StringPiece& match = groups[static_cast<std::size_t>(group)];
      if (found && match.data() != nullptr)
        out.view(i, {match.data(), match.size()});
      else
        out.set_null(i);
    }
    return out.finish();
  });
}

/// The match that begins at `at` or later; false if there is none.
bool next_match(const re2::RE2& pattern, Text text, std::size_t at, std::vector<re2::StringPiece>& groups) {
  return at <= text.size() && pattern.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, groups.data(),
                                            static_cast<int>(groups.size()));
}

/// Where the search goes on behind a match.
std::size_t after(const re2::StringPiece& match, Text text) {
  const auto end = static_cast<std::size_t>(match.data() - piece(text).data()) + match.size();
  return !match.empty() ? end : end < text.size() ? end + utf8_width(text[end]) : end + 1;
}

/// Each match replaced, empty ones too, as in Java. The replacement is plain text: neither $1 nor a backslash means
/// anything in it.
void append_replaced(GrowingText& out, const re2::RE2& pattern, Text text, Text replacement) {
  std::vector<re2::StringPiece> match(1);
  std::size_t copied = 0;
  for (std::size_t at = 0; next_match(pattern, text, at, match); at = after(match[0], text)) {
    const auto start = static_cast<std::size_t>(match[0].data() - piece(text).data());
    out += text.substr(copied, start - copied);
    out += replacement;
    copied = start + match[0].size();
    if (!out.fits()) return;
  }
  out += text.substr(copied);
}

/// REGEXP_REPLACE(text, pattern, replacement).
Result<Kernel> make_regexp_replace(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(PatternSource source, PatternSource::make(expression, 1, nullptr));
  return Kernel([source = std::move(source)](Call& call) -> Result<ColumnPtr> {
    const View<Text> replacement = call.view<Text>(2);
    PatternSource::Cursor patterns(source, call);
    return made_text(call, [&](std::size_t i, Text text, GrowingText& out) {
      const re2::RE2* pattern = patterns.at(i);
      if (pattern != nullptr) append_replaced(out, *pattern, text, replacement[i]);
      return pattern != nullptr;
    });
  });
}

Result<Kernel> make_regexp_count(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(PatternSource source, PatternSource::make(expression, 1, nullptr));
  return Kernel([source = std::move(source)](Call& call) -> Result<ColumnPtr> {
    Out<int32_t> out(call);
    const View<Text> text = call.view<Text>(0);
    PatternSource::Cursor patterns(source, call);
    std::vector<re2::StringPiece> match(1);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const re2::RE2* pattern = patterns.at(i);
      if (pattern == nullptr) {
        out.set_null(i);
        continue;
      }
      for (std::size_t at = 0; next_match(*pattern, text[i], at, match); at = after(match[0], text[i])) ++out[i];
    }
    return out.finish();
  });
}

}  // namespace

void add_pattern_functions(FunctionTable& table) {
  table.add(Function::like, make_like<false>, {.costly = true});
  table.add(Function::not_like, make_like<true>, {.costly = true});
  table.add(Function::similar_to, make_similar, {.costly = true});
  table.add(Function::regexp, make_regexp, {.costly = true});
  table.add(Function::regexp_extract, make_regexp_extract, {.costly = true});
  table.add(Function::regexp_replace, make_regexp_replace, {.costly = true});
  table.add(Function::regexp_count, make_regexp_count, {.costly = true});
}

}  // namespace azud::stream
