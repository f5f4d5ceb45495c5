#include "kafka/wire/text.h"

namespace azud::kafka {
namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (code < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_base64(std::string& out, ByteView bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (j < here ? static_cast<unsigned char>(bytes[i + j]) : 0);
    for (std::size_t j = 0; j < 4; ++j) {
      out.push_back(j <= here ? base64_digits[group >> (18 - 6 * j) & 63] : '=');
    }
  }
}

std::string to_text(const Uuid& uuid) {
  std::string text;
  append_base64(text, {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()});
  text.resize(22);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

void TextWriter::put_bytes(ByteView bytes) {
  out_.push_back('"');
  if (bytes_as_ == BytesAs::size) {
    fmt::format_to(std::back_inserter(out_), "{} bytes", bytes.size());
  } else {
    append_base64(out_, bytes);
  }
  out_.push_back('"');
}

void TextWriter::put(const Records& value) {
  if (value.pieces.size() == 1) return put_bytes(value.pieces.front().view());
  std::string whole;
  for (const SharedBytes& piece : value.pieces) whole.append(piece.view());
  put_bytes(whole);
}

}  // namespace azud::kafka
