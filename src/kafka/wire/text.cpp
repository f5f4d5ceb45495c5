#include "kafka/wire/text.h"

#include "base/base64.h"

namespace azud::kafka {

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
