#include <array>
#include <random>

#include <fmt/format.h>

#include "base/base64.h"
#include "stream/eval/encoding_family.h"
#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Function;
using Text = std::string_view;

/// FROM_BASE64 takes what Java's decoder takes: padding may be missing, blanks may not be there. So not base/base64.h.
constexpr Text base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// False if the text is no base64.
bool bytes_of_base64(Text text, std::string& out) {
  while (text.ends_with('=')) text.remove_suffix(1);
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = base64_letters.find(c);
    if (value == Text::npos) return false;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 0xFF);
  }
  return bits < 6;
}

Result<ColumnPtr> to_base64(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) { append_base64(out, text); });
}

/// FROM_BASE64: what is none stops the job, as on Flink.
Result<ColumnPtr> from_base64(Call& call) {
  return made_text(call, [&](std::size_t i, Text text, std::string& out) -> Status {
    if (!bytes_of_base64(text, out)) return call.fail_at(i, "'{}' is no base64", text);
    return {};
  });
}

bool plain_in_url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '*' || c == '_';
}

Result<ColumnPtr> url_encode(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) {
    for (const char c : text) {
      if (plain_in_url(c))
        out += c;
      else if (c == ' ')
        out += '+';
      else
        fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<ColumnPtr> url_decode(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '+') {
        out += ' ';
      } else if (text[i] != '%') {
        out += text[i];
      } else {
        if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) return false;
        out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
      }
    }
    return true;
  });
}

Result<ColumnPtr> uuid(Call& call) {
  thread_local std::mt19937_64 engine{std::random_device()()};
  TextOut out(call);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const uint64_t high = (engine() & ~0xF000ULL) | 0x4000ULL;
    const uint64_t low = (engine() & ~(3ULL << 62)) | 2ULL << 62;
    out.copy(i, fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xFFFF, high & 0xFFFF,
                            low >> 48, low & 0xFFFFFFFFFFFFULL));
  }
  return out.finish();
}

/// The parts of a URL that PARSE_URL names; nothing if it has no such part.
std::optional<Text> url_part(Text url, Text part, const Text* key) {
  Text rest = url, fragment, query, protocol;
  const std::size_t hash = rest.find('#');
  const bool has_fragment = hash != Text::npos;
  if (has_fragment) fragment = rest.substr(hash + 1);
  rest = rest.substr(0, hash);
  const std::size_t colon = rest.find("://");
  if (colon == Text::npos) return std::nullopt;
  protocol = rest.substr(0, colon);
  rest.remove_prefix(colon + 3);
  const std::size_t slash = rest.find_first_of("/?");
  const Text authority = rest.substr(0, slash);
  const Text file = slash == Text::npos ? Text() : rest.substr(slash);
  const std::size_t mark = file.find('?');
  if (mark != Text::npos) query = file.substr(mark + 1);
  const std::size_t at = authority.rfind('@');
  const Text host = at == Text::npos ? authority : authority.substr(at + 1);
  if (part == "PROTOCOL") return protocol;
  if (part == "HOST") return host.substr(0, host.find(':'));
  if (part == "AUTHORITY") return authority;
  if (part == "FILE") return file;
  if (part == "PATH") return file.substr(0, mark);
  if (part == "REF") return has_fragment ? std::optional(fragment) : std::nullopt;
  if (part == "USERINFO") return at == Text::npos ? std::nullopt : std::optional(authority.substr(0, at));
  if (part != "QUERY" || mark == Text::npos) return std::nullopt;
  if (!key) return query;
  for (Text pairs = query; !pairs.empty();) {
    const std::size_t end = pairs.find('&');
    const Text pair = pairs.substr(0, end);
    pairs = end == Text::npos ? Text() : pairs.substr(end + 1);
    const std::size_t equals = pair.find('=');
    if (equals != Text::npos && pair.substr(0, equals) == *key) return pair.substr(equals + 1);
  }
  return std::nullopt;
}

Result<ColumnPtr> parse_url(Call& call) {
  TextOut out(call);
  out.share(call.args[0]);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const Text* key = call.args.size() > 2 ? &call.view<Text>(2)[i] : nullptr;
    const auto part = url_part(call.view<Text>(0)[i], call.view<Text>(1)[i], key);
    if (part)
      out.view(i, *part);
    else
      out.set_null(i);
  }
  return out.finish();
}

}  // namespace

void add_encoding_functions(FunctionTable& table) {
  add_charset_functions(table);
  add_digest_functions(table);
  add_printf_function(table);
  table.add(Function::to_base64, to_base64);
  table.add(Function::from_base64, from_base64, {.fallible = true});
  table.add(Function::url_encode, url_encode);
  table.add(Function::url_decode, url_decode);
  table.add(Function::uuid, uuid);
  table.add(Function::parse_url, parse_url);
}

}  // namespace azud::stream
