#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace azud::io {

/// Bytes on their way out of a connection, in order: short ones copied together into one reused buffer, long ones
/// shared. One thread.
class OutputQueue {
 public:
  /// Pieces up to this size are cheaper to copy than to give a place of their own in a gather write.
  static constexpr std::size_t copy_bytes_max = 1024;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Of size(), without what others hold anyway.
  std::size_t own_size() const { return size_ - common_size_; }

  /// The copied tail, for appending; call appended() afterwards.
  std::string& tail() { return text_; }
  /// Counts what was appended to tail() since the last call of any other function.
  void appended();

  void append(ByteView bytes);
  void append(SharedBytes bytes);
  /// Of bytes that stay in memory whether this queue has them or not.
  void append_common(SharedBytes bytes);

  /// The first bytes as at most views.size() views; returns how many views were filled.
  std::size_t front(std::span<ByteView> views) const;
  /// Drops the first `count` bytes: they are written.
  void consume(std::size_t count);
  void clear();

 private:
  struct Piece {
    SharedBytes shared;          ///< if not empty, the piece; else
    std::size_t text_bytes = 0;  ///< so many bytes of text_
    bool is_common = false;      ///< counted in common_size_
  };
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  ///< piece not yet written
  std::string text_;
  std::size_t text_begin_ = 0;    ///< first byte of text_ not yet written
  std::size_t text_counted_ = 0;  ///< end of the part of text_ that pieces_ knows
  std::size_t size_ = 0;
  std::size_t common_size_ = 0;
};

}  // namespace azud::io
