#include <algorithm>
#include <cctype>
#include <clocale>
#include <cwctype>

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include "data/number_parse.h"
#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Function;
using Text = std::string_view;

/// out[i] = f(i, text), a part of the text.
template <class F>
Result<ColumnPtr> part_of_text(Call& call, F f) {
  TextOut out(call);
  out.share(call.args[0]);
  const View<Text> text = call.view<Text>(0);
  for (std::size_t i = 0; i < out.rows(); ++i)
    if (!out.skip(i)) out.view(i, f(i, text[i]));
  return out.finish();
}

/// What a letter of any script is, and its other case.
locale_t unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  AZUD_ASSERT(locale != nullptr, "the C library has C.UTF-8");
  return locale;
}

/// Letter by letter, as Java in the root locale; the few that become two letters are written out.
void append_cased(std::string& out, Text text, bool upper) {
  if (is_ascii(text)) {
    for (const char c : text)
      out += static_cast<char>(upper ? (c >= 'a' && c <= 'z' ? c - 32 : c) : (c >= 'A' && c <= 'Z' ? c + 32 : c));
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const uint32_t c = utf8_next(text, at);
    if (upper && c == 0xDF)
      out += "SS";
    else if (!upper && c == 0x130)
      out += "i\xCC\x87";
    else
      utf8_append(out, static_cast<uint32_t>(upper ? towupper_l(static_cast<wint_t>(c), unicode())
                                                   : towlower_l(static_cast<wint_t>(c), unicode())));
  }
}

template <bool up>
Result<ColumnPtr> cased(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) { append_cased(out, text, up); });
}

/// Words are of ASCII letters and digits, as in Flink.
Result<ColumnPtr> initcap(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) {
    bool inside = false;
    for (const char c : text) {
      const bool ascii = static_cast<unsigned char>(c) < 0x80;
      if (ascii)
        append_cased(out, Text(&c, 1), !inside);
      else
        out += c;
      inside = ascii && std::isalnum(static_cast<unsigned char>(c)) != 0;
    }
  });
}

/// || and CONCAT.
Result<ColumnPtr> concat(Call& call) {
  TextOut out(call);
  std::vector<View<Text>> parts;
  for (std::size_t k = 0; k < call.args.size(); ++k) parts.push_back(call.view<Text>(k));
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    std::size_t size = 0;
    for (const auto& part : parts) size += part[i].size();
    char* to = out.make(i, size);
    if (to == nullptr) break;
    for (const auto& part : parts) to = std::copy(part[i].begin(), part[i].end(), to);
  }
  return out.finish();
}

/// CONCAT_WS: NULL parts are left out, a NULL separator gives NULL.
Result<ColumnPtr> concat_ws(Call& call) {
  TextOut out(call, {});
  GrowingText made(call.frame.made());
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const View<Text> separator = call.view<Text>(0);
    if (separator.is_null(i)) {
      out.set_null(i);
      continue;
    }
    made.clear();
    bool first = true;
    for (std::size_t k = 1; k < call.args.size(); ++k) {
      const View<Text> part = call.view<Text>(k);
      if (part.is_null(i)) continue;
      if (!first) made += separator[i];
      made += part[i];
      first = false;
    }
    if (!out.copy(i, made)) break;
  }
  return out.finish();
}

/// Takes characters of `set` away from the ends.
Text trimmed(Text text, Text set, bool leading, bool trailing) {
  const auto in_set = [set](Text character) { return set.find(character) != Text::npos; };
  while (leading && !text.empty()) {
    const std::size_t width = std::min(utf8_width(text.front()), text.size());
    if (!in_set(text.substr(0, width))) break;
    text.remove_prefix(width);
  }
  while (trailing && !text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    if (!in_set(text.substr(start))) break;
    text = text.substr(0, start);
  }
  return text;
}

template <bool leading, bool trailing>
Result<ColumnPtr> trim(Call& call) {
  return part_of_text(call, [&call](std::size_t i, Text text) {
    return trimmed(text, call.args.size() > 1 ? call.view<Text>(1)[i] : Text(" "), leading, trailing);
  });
}

/// LPAD and RPAD(text, characters, fill): NULL if there is nothing to fill with.
template <bool left>
Result<ColumnPtr> pad(Call& call) {
  const View<int32_t> width = call.view<int32_t>(1);
  const View<Text> fill = call.view<Text>(2);
  return made_text(call, [&](std::size_t i, Text text, GrowingText& out) {
    const std::size_t length = utf8_length(text), fill_length = utf8_length(fill[i]);
    if (width[i] < 0 || fill_length == 0) return false;
    const auto wanted = static_cast<std::size_t>(width[i]);
    if (wanted <= length) {
      out += text.substr(0, utf8_offset(text, wanted));
      return true;
    }
    if (!left) out += text;
    out.append_times(fill[i], (wanted - length) / fill_length);
    out += fill[i].substr(0, utf8_offset(fill[i], (wanted - length) % fill_length));
    if (left) out += text;
    return true;
  });
}

/// From 1; 0 counts as 1, negative from the end, nothing if that lies before the text. For bytes by bytes.
Text part(Text text, int64_t from, int64_t count, bool bytes) {
  if (count <= 0) return {};
  const auto length = static_cast<int64_t>(bytes ? text.size() : utf8_length(text));
  const int64_t start = from > 0 ? from - 1 : from == 0 ? 0 : length + from;
  if (start >= length || start < 0) return {};
  const int64_t end = count > length - start ? length : start + count;
  if (bytes) return text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start));
  const std::size_t first = utf8_offset(text, static_cast<std::size_t>(start));
  return text.substr(first, utf8_offset(text.substr(first), static_cast<std::size_t>(end - start)));
}

/// SUBSTRING(text, from [, count]): NULL for a negative count.
Result<ColumnPtr> substring(Call& call) {
  TextOut out(call);
  out.share(call.args[0]);
  const View<Text> text = call.view<Text>(0);
  const View<int32_t> from = call.view<int32_t>(1);
  const bool bytes = data::is_bytes(call.arg_type(0).kind());
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const int32_t count = call.args.size() > 2 ? call.view<int32_t>(2)[i] : INT32_MAX;
    if (count < 0)
      out.set_null(i);
    else
      out.view(i, part(text[i], from[i], count, bytes));
  }
  return out.finish();
}

Result<ColumnPtr> left(Call& call) {
  const View<int32_t> count = call.view<int32_t>(1);
  return part_of_text(call, [&](std::size_t i, Text text) { return part(text, 1, count[i], false); });
}

Result<ColumnPtr> right(Call& call) {
  const View<int32_t> count = call.view<int32_t>(1);
  return part_of_text(call, [&](std::size_t i, Text text) -> Text {
    if (count[i] <= 0) return {};
    const auto length = static_cast<int64_t>(utf8_length(text));
    return count[i] >= length ? text : part(text, length - count[i] + 1, count[i], false);
  });
}

Result<ColumnPtr> reverse(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) {
    for (std::size_t end = text.size(); end > 0;) {
      std::size_t start = end - 1;
      while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
      out += text.substr(start, end - start);
      end = start;
    }
  });
}

Result<ColumnPtr> repeat(Call& call) {
  const View<int32_t> count = call.view<int32_t>(1);
  return made_text(call, [&](std::size_t i, Text text, GrowingText& out) {
    out.append_times(text, static_cast<std::size_t>(std::max(count[i], 0)));
  });
}

Result<ColumnPtr> char_length(Call& call) {
  return map_one<int32_t, Text>(call, [](Text text) { return static_cast<int32_t>(utf8_length(text)); });
}
Result<ColumnPtr> ascii(Call& call) {
  return map_one<int32_t, Text>(
      call, [](Text text) { return text.empty() ? 0 : static_cast<int32_t>(static_cast<int8_t>(text.front())); });
}

Result<ColumnPtr> chr(Call& call) {
  TextOut out(call);
  const bool wide = data::storage_of(call.arg_type(0).kind()) == data::Storage::i64;
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const int64_t code = wide ? call.view<int64_t>(0)[i] : call.view<int32_t>(0)[i];
    std::string made;
    if (code >= 0) utf8_append(made, static_cast<uint32_t>(code % 256));
    out.copy(i, made);
  }
  return out.finish();
}

/// OVERLAY(text PLACING with FROM start [FOR count]).
Result<ColumnPtr> overlay(Call& call) {
  const View<Text> with = call.view<Text>(1);
  const View<int32_t> from = call.view<int32_t>(2);
  return made_text(call, [&](std::size_t i, Text text, std::string& out) {
    const auto length = static_cast<int64_t>(utf8_length(text));
    const int64_t count = call.args.size() > 3 ? call.view<int32_t>(3)[i] : static_cast<int64_t>(utf8_length(with[i]));
    if (from[i] <= 0 || from[i] > length) {
      out = text;
      return;
    }
    out += part(text, 1, from[i] - 1, false);
    out += with[i];
    if (count > 0 && from[i] + count <= length) out += part(text, from[i] + count, INT32_MAX, false);
  });
}

Text take_character(Text& text) {
  std::size_t end = 0;
  utf8_next(text, end);
  const Text character = text.substr(0, end);
  text.remove_prefix(end);
  return character;
}

/// What each character of `from` becomes: the one of `to` at the same place, or nothing. The first one of a character
/// counts.
class Translation {
 public:
  void set(Text from, Text to) {
    if (from == from_ && to == to_) return;
    from_ = from;
    to_ = to;
    becomes_.clear();
    while (!from.empty()) becomes_.try_emplace(take_character(from), to.empty() ? Text() : take_character(to));
  }
  Text of(Text character) const {
    const auto found = becomes_.find(character);
    return found == becomes_.end() ? character : found->second;
  }

 private:
  Text from_, to_;
  absl::flat_hash_map<Text, Text> becomes_;
};

/// TRANSLATE(text, from, to).
Result<ColumnPtr> translate(Call& call) {
  const View<Text> from = call.view<Text>(1), to = call.view<Text>(2);
  Translation translation;
  return made_text(call, [&](std::size_t i, Text text, std::string& out) {
    translation.set(from[i], to[i]);
    while (!text.empty()) out += translation.of(take_character(text));
  });
}

/// A test of a text; of NULL it is FALSE. For a number its type decides, NULL or not.
template <bool (*test)(Text), bool (*test_type)(data::TypeKind)>
Result<ColumnPtr> tested(Call& call) {
  const data::TypeKind kind = call.arg_type(0).kind();
  if (!data::is_text(kind)) return data::Column::constant(call.type(), data::Value(test_type(kind)), call.rows);
  Out<int8_t> out(call, {});
  const View<Text> text = call.view<Text>(0);
  for (std::size_t i = 0; i < out.rows(); ++i) out[i] = !text.is_null(i) && test(text[i]) ? 1 : 0;
  return out.finish();
}

bool is_digits(Text text) {
  static const re2::RE2 digits("\\p{Nd}+");
  return re2::RE2::FullMatch({text.data(), text.size()}, digits);
}

bool is_letters(Text text) {
  static const re2::RE2 letters("\\p{L}+");
  return re2::RE2::FullMatch({text.data(), text.size()}, letters);
}

bool is_never(data::TypeKind) { return false; }
bool is_whole_or_approximate(data::TypeKind kind) { return data::is_integer(kind) || data::is_approximate(kind); }

/// What Java's Double.valueOf reads: "-1.5", ".5", "1e-3", "2f", "NaN".
bool is_decimal_text(Text text) {
  text = data::trim(text);
  const auto skip_sign = [&] {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  };
  const auto skip_digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  skip_sign();
  if (text == "NaN" || text == "Infinity") return true;
  if (!text.empty() && std::string_view("fFdD").contains(text.back())) text.remove_suffix(1);
  std::size_t digits = skip_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (!text.starts_with('e') && !text.starts_with('E')) return text.empty();
  text.remove_prefix(1);
  skip_sign();
  return skip_digits() > 0 && text.empty();
}

}  // namespace

void add_text_functions(FunctionTable& table) {
  table.add(Function::upper, cased<true>);
  table.add(Function::lower, cased<false>);
  table.add(Function::initcap, initcap);
  table.add(Function::concat, concat, {.costly = true});
  table.add(Function::concat_ws, concat_ws, {.strict = false, .costly = true});
  table.add(Function::trim_both, trim<true, true>);
  table.add(Function::trim_leading, trim<true, false>);
  table.add(Function::trim_trailing, trim<false, true>);
  table.add(Function::btrim, trim<true, true>);
  table.add(Function::ltrim, trim<true, false>);
  table.add(Function::rtrim, trim<false, true>);
  table.add(Function::lpad, pad<true>, {.fallible = true});
  table.add(Function::rpad, pad<false>, {.fallible = true});
  table.add(Function::substring, substring);
  table.add(Function::left, left);
  table.add(Function::right, right);
  table.add(Function::reverse, reverse);
  table.add(Function::repeat, repeat, {.fallible = true});
  table.add(Function::char_length, char_length);
  table.add(Function::ascii, ascii);
  table.add(Function::chr, chr);
  table.add(Function::overlay, overlay);
  table.add(Function::translate, translate);
  table.add(Function::is_digit, tested<is_digits, data::is_integer>, {.strict = false});
  table.add(Function::is_alpha, tested<is_letters, is_never>, {.strict = false});
  table.add(Function::is_decimal, tested<is_decimal_text, is_whole_or_approximate>, {.strict = false});
}

}  // namespace azud::stream
