#include "base/varint.h"

namespace azud {

void append_varint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

int varint_size(uint64_t value) {
  int size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}

bool take_varint(ByteView& in, uint64_t& value, int bits_max) {
  uint64_t result = 0;
  const std::size_t bytes_max = (static_cast<std::size_t>(bits_max) + 6) / 7;
  for (std::size_t i = 0; i < bytes_max && i < in.size(); ++i) {
    const uint64_t byte = static_cast<unsigned char>(in[i]);
    result |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      if (i + 1 == bytes_max && (byte >> (static_cast<unsigned>(bits_max) - 7 * i)) != 0) return false;
      in.remove_prefix(i + 1);
      value = result;
      return true;
    }
  }
  return false;
}

void append_sized(std::string& out, ByteView bytes) {
  append_varint(out, bytes.size());
  out.append(bytes);
}

bool take_sized(ByteView& in, ByteView& bytes) {
  ByteView rest = in;
  uint64_t size = 0;
  if (!take_varint(rest, size) || size > rest.size()) return false;
  bytes = rest.substr(0, size);
  rest.remove_prefix(size);
  in = rest;
  return true;
}

}  // namespace azud
