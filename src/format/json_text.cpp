#include "format/json_text.h"

#include <array>
#include <cstdint>
#include <optional>

#include "base/json_string.h"

namespace azud::format {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

void append_u(std::string& out, uint32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex_digits[unit >> shift & 15];
}

void append_escaped(std::string& out, unsigned char c) {
  const char letter = json_escape_letter(static_cast<char>(c));
  if (letter == 0) return append_u(out, c);
  out += '\\';
  out += letter;
}

void append_utf8(std::string& out, uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 63));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 63));
    out += static_cast<char>(0x80 | (point & 63));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 63));
    out += static_cast<char>(0x80 | (point >> 6 & 63));
    out += static_cast<char>(0x80 | (point & 63));
  }
}

/// Length of the well-formed UTF-8 sequence that `text` begins with; 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t count) {
    if (text.size() <= count) return false;
    for (std::size_t i = 1; i <= count; ++i)
      if ((byte(i) & 0xC0) != 0x80) return false;
    return true;
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(2) || (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) >= 0xA0)) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(3) || (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) >= 0x90)) return 0;
    return 4;
  }
  return 0;
}

/// Appends the character at the front of `text`, which is not ASCII; how many bytes it had.
std::size_t append_wide(std::string& out, std::string_view text) {
  const std::size_t length = sequence_length(text);
  if (length == 0) {
    out += "\xEF\xBF\xBD";
    return 1;
  }
  if (length < 4) {
    out += text.substr(0, length);
    return length;
  }
  const auto bits = [&](std::size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i]) & 63); };
  const uint32_t point =
      (static_cast<uint32_t>(static_cast<unsigned char>(text[0])) & 7) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
  append_u(out, 0xD800 + ((point - 0x10000) >> 10));
  append_u(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
  return length;
}

std::optional<uint32_t> take_hex4(std::string_view& raw) {
  if (raw.size() < 4) return std::nullopt;
  uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const char c = raw[i];
    uint32_t digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<uint32_t>(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
      digit = static_cast<uint32_t>((c | 0x20) - 'a' + 10);
    else
      return std::nullopt;
    out = out << 4 | digit;
  }
  raw.remove_prefix(4);
  return out;
}

bool append_unicode(std::string_view& raw, std::string& out) {
  const auto unit = take_hex4(raw);
  if (!unit) return false;
  if (*unit < 0xD800 || *unit > 0xDFFF) {
    append_utf8(out, *unit);
    return true;
  }
  if (*unit < 0xDC00 && raw.starts_with("\\u")) {
    std::string_view ahead = raw.substr(2);
    const auto low = take_hex4(ahead);
    if (!low) return false;
    if (*low >= 0xDC00 && *low <= 0xDFFF) {
      raw = ahead;
      append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
      return true;
    }
  }
  out += '?';
  return true;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t run = 0, at = 0;
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
      ++at;
      continue;
    }
    out += text.substr(run, at - run);
    if (c < 0x80) {
      append_escaped(out, c);
      ++at;
    } else {
      at += append_wide(out, text.substr(at));
    }
    run = at;
  }
  out += text.substr(run);
  out += '"';
}

bool unescape_json(std::string_view raw, std::string& out) {
  while (!raw.empty()) {
    const std::size_t run = raw.find('\\');
    out += raw.substr(0, run);
    if (run == std::string_view::npos) return true;
    raw.remove_prefix(run + 1);
    if (raw.empty()) return false;
    const char c = raw.front();
    raw.remove_prefix(1);
    switch (c) {
      case '"':
      case '\\':
      case '/': out += c; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u':
        if (!append_unicode(raw, out)) return false;
        break;
      default: return false;
    }
  }
  return true;
}

bool is_json_number(std::string_view text) {
  std::size_t i = 0;
  const auto run = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - from;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const std::size_t whole_at = i;
  const std::size_t whole = run();
  if (whole == 0 || (whole > 1 && text[whole_at] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (run() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (run() == 0) return false;
  }
  return i == text.size();
}

std::string with_escaped_controls(std::string_view message) {
  std::string out;
  out.reserve(message.size() + 16);
  bool inside = false;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    if (inside && static_cast<unsigned char>(c) < ' ') {
      append_escaped(out, static_cast<unsigned char>(c));
      continue;
    }
    out += c;
    if (c == '"') inside = !inside;
    if (inside && c == '\\' && i + 1 < message.size()) out += message[++i];
  }
  return out;
}

std::string_view first_json_value(std::string_view message) {
  bool inside = false;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    if (inside) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        inside = false;
    } else if (c == '"') {
      inside = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth <= 1) return message.substr(0, i + 1);
      --depth;
    }
  }
  return message;
}

}  // namespace azud::format
