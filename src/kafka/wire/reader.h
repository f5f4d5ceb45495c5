#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/endian.h"
#include "base/result.h"

namespace azud::kafka {

/// Takes values from a frame, front to back. The first thing that does not fit makes it fail for good: from then on
/// everything taken is zero or empty, so that a decoder asks once, at the end. Owned by one thread.
class Reader {
 public:
  explicit Reader(SharedBytes frame);

  bool failed() const { return why_ != nullptr; }
  bool at_end() const { return at_ == end_; }
  std::size_t remaining() const { return end_ - at_; }

  template <std::integral T>
  T take_int() {
    if (remaining() < sizeof(T)) [[unlikely]] {
      refuse("the bytes end early");
      return 0;
    }
    const T value = load_big<T>(frame_.data() + at_);
    at_ += sizeof(T);
    return value;
  }
  uint32_t take_varint();
  /// A part of the frame, without a share of it.
  ByteView take_view(std::size_t size);
  /// A part of the frame that keeps the frame alive.
  SharedBytes take_shared(std::size_t size);

  /// A length or count as Kafka writes it, -1 for null: int16 or int32 with the plain forms, one more as a varint in
  /// the flexible one. Never more than the bytes that remain; a short length is at most 32767 in both forms, as what
  /// came in one goes out in the other.
  int32_t take_short_length(bool flexible);
  int32_t take_length(bool flexible);

  /// Asks for memory for `count` elements. A frame may claim a fixed multiple of its size only, so that few hostile
  /// bytes do not become gigabytes of structures.
  bool charge(std::size_t count, std::size_t element_bytes);

  /// From here on only `size` bytes are there. Returns what to hand to end_part, which goes to the end of them.
  std::size_t begin_part(std::size_t size);
  void end_part(std::size_t outer_end);

  void refuse(const char* why);

  /// `corrupt`, with the place, if it failed.
  Status status(std::string_view what) const;

 private:
  int32_t check_length(int64_t length);

  SharedBytes frame_;
  std::size_t at_ = 0;
  std::size_t end_;
  std::size_t budget_;
  std::size_t failed_at_ = 0;
  const char* why_ = nullptr;
};

}  // namespace azud::kafka
