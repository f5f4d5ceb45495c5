#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/bytes.h"

namespace azud::io {

/// Collects a given number of bytes of which only a part has arrived. Memory grows with what arrives, not with what
/// was announced: up to 1 MiB at first, then by four.
class GrowingBuffer {
 public:
  void begin(std::size_t total) {
    *this = {};
    total_ = total;
  }
  bool complete() const { return filled_ == total_; }
  std::size_t missing() const { return total_ - filled_; }
  /// Bytes of memory it has.
  std::size_t capacity() const { return capacity_; }

  /// Room for the next bytes; not empty unless complete.
  std::span<char> space();
  void filled(std::size_t count) { filled_ += count; }
  /// Moves what belongs here from the front of `bytes`.
  void take_from(SharedBytes& bytes);

  /// What was collected; the buffer is empty after that.
  SharedBytes take();

 private:
  std::shared_ptr<char[]> data_;
  std::size_t total_ = 0;
  std::size_t filled_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace azud::io
