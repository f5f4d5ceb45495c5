#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace azud::connect {

/// Cuts a file's bytes into records, one a line. With a quote character, lines inside quotes belong to the record.
class LineSplitter {
 public:
  /// `quote` and `escape`: 0 = none.
  explicit LineSplitter(char quote = 0, char escape = 0) : quote_(quote), escape_(escape) {}

  /// Bytes of the record at the front of `bytes`, its line end included; 0 if it does not end there.
  std::size_t record_size(ByteView bytes) const;
  /// How many of `bytes` are whole records.
  std::size_t whole_records(ByteView bytes) const;
  /// A record without its line end.
  static ByteView without_line_end(ByteView record);

 private:
  char quote_;
  char escape_;
};

}  // namespace azud::connect
