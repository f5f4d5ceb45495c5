#include <cctype>
#include <optional>

#include "stream/eval/encoding_family.h"
#include "stream/eval/function_table.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Function;
using Text = std::string_view;

/// The character sets that every Java has.
enum class Charset : uint8_t { us_ascii, iso_8859_1, utf_8, utf_16, utf_16be, utf_16le };

std::optional<Charset> charset_named(Text name) {
  std::string upper(name);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (upper == "US-ASCII" || upper == "ASCII") return Charset::us_ascii;
  if (upper == "ISO-8859-1" || upper == "LATIN1") return Charset::iso_8859_1;
  if (upper == "UTF-8" || upper == "UTF8") return Charset::utf_8;
  if (upper == "UTF-16") return Charset::utf_16;
  if (upper == "UTF-16BE") return Charset::utf_16be;
  if (upper == "UTF-16LE") return Charset::utf_16le;
  return std::nullopt;
}

void append_unit(std::string& out, uint32_t unit, bool little) {
  const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
  out += little ? low : high;
  out += little ? high : low;
}

void append_utf16(std::string& out, uint32_t character, bool little) {
  if (character < 0x10000) return append_unit(out, character, little);
  append_unit(out, 0xD800 + ((character - 0x10000) >> 10), little);
  append_unit(out, 0xDC00 + ((character - 0x10000) & 0x3FF), little);
}

/// What the set does not have becomes "?".
void encode(Text text, Charset charset, std::string& out) {
  if (charset == Charset::utf_16 && !text.empty()) append_unit(out, 0xFEFF, false);
  for (std::size_t at = 0; at < text.size();) {
    const uint32_t character = utf8_next(text, at);
    switch (charset) {
      case Charset::us_ascii: out += character < 0x80 ? static_cast<char>(character) : '?'; break;
      case Charset::iso_8859_1: out += character < 0x100 ? static_cast<char>(character) : '?'; break;
      case Charset::utf_8: utf8_append(out, character); break;
      default: append_utf16(out, character, charset == Charset::utf_16le);
    }
  }
}

constexpr uint32_t replacement = 0xFFFD;

void decode_utf16(Text bytes, bool little, std::string& out) {
  const auto unit = [&](std::size_t at) -> uint32_t {
    const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
    return little ? second << 8 | first : first << 8 | second;
  };
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    if (at + 1 == bytes.size()) return utf8_append(out, replacement);
    const uint32_t first = unit(at);
    const bool pair = first >= 0xD800 && first < 0xDC00 && at + 3 < bytes.size();
    const uint32_t second = pair ? unit(at + 2) : 0;
    if (pair && second >= 0xDC00 && second < 0xE000) {
      utf8_append(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
      at += 2;
    } else {
      utf8_append(out, first >= 0xD800 && first < 0xE000 ? replacement : first);
    }
  }
}

void decode(Text bytes, Charset charset, std::string& out) {
  bool little = charset == Charset::utf_16le;
  switch (charset) {
    case Charset::utf_8:
      for (std::size_t at = 0; at < bytes.size();) utf8_append(out, utf8_next(bytes, at));
      return;
    case Charset::us_ascii:
    case Charset::iso_8859_1:
      for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        utf8_append(out, byte < 0x80 || charset == Charset::iso_8859_1 ? byte : replacement);
      }
      return;
    case Charset::utf_16:
      little = bytes.starts_with("\xFF\xFE");
      if (little || bytes.starts_with("\xFE\xFF")) bytes.remove_prefix(2);
      break;
    default: break;
  }
  decode_utf16(bytes, little, out);
}

/// ENCODE(text, charset), DECODE(bytes, charset).
template <void (*recode)(Text, Charset, std::string&)>
Result<ColumnPtr> recoded(Call& call) {
  TextOut out(call);
  const View<Text> text = call.view<Text>(0), name = call.view<Text>(1);
  std::string made;
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const auto charset = charset_named(name[i]);
    if (!charset)
      return call.fail_at(i, "there is no character set '{}': US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE, UTF-16LE",
                          name[i]);
    made.clear();
    recode(text[i], *charset, made);
    if (!out.copy(i, made)) break;
  }
  return out.finish();
}

}  // namespace

void add_charset_functions(FunctionTable& table) {
  table.add(Function::encode, recoded<encode>, {.fallible = true});
  table.add(Function::decode, recoded<decode>, {.fallible = true});
}

}  // namespace azud::stream
