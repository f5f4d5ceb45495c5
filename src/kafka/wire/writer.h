#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/endian.h"
#include "base/varint.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

/// Writes a frame. Records are not copied: they stand between the written bytes as pieces of their own.
class Writer {
 public:
  explicit Writer(std::size_t expected_bytes = 0) { buffer_.reserve(expected_bytes); }

  template <std::integral T>
  void put_int(T value) {
    append_big(buffer_, value);
  }
  void put_varint(uint64_t value) { append_varint(buffer_, value); }
  void put_bytes(ByteView bytes) { buffer_.append(bytes); }
  void put_records(const Records& records);

  /// The frame, to be sent piece by piece.
  std::vector<SharedBytes> finish();

 private:
  struct Cut {
    std::size_t at;  ///< bytes of `buffer_` before the piece
    SharedBytes piece;
  };
  std::string buffer_;
  std::vector<Cut> cuts_;
};

/// Counts what a Writer would write.
class SizeCounter {
 public:
  template <std::integral T>
  void put_int(T) {
    size_ += sizeof(T);
  }
  void put_varint(uint64_t value) { size_ += static_cast<std::size_t>(varint_size(value)); }
  void put_bytes(ByteView bytes) { size_ += bytes.size(); }
  void put_records(const Records& records) { records_size_ += records.size(); }

  std::size_t size() const { return size_ + records_size_; }
  std::size_t size_without_records() const { return size_; }

 private:
  std::size_t size_ = 0;
  std::size_t records_size_ = 0;
};

}  // namespace azud::kafka
