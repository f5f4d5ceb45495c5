#include "connect/filesystem/line_splitter.h"

namespace azud::connect {

std::size_t LineSplitter::record_size(ByteView bytes) const {
  if (quote_ == 0) return bytes.find('\n') + 1;  // npos + 1 = 0
  bool inside = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (escape_ != 0 && c == escape_)
      ++i;
    else if (c == quote_)
      inside = !inside;
    else if (c == '\n' && !inside)
      return i + 1;
  }
  return 0;
}

std::size_t LineSplitter::whole_records(ByteView bytes) const {
  if (quote_ == 0) return bytes.rfind('\n') + 1;
  std::size_t whole = 0;
  while (const std::size_t size = record_size(bytes.substr(whole))) whole += size;
  return whole;
}

ByteView LineSplitter::without_line_end(ByteView record) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

}  // namespace azud::connect
