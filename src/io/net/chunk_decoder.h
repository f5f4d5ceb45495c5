#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace azud::io {

/// Takes a chunked body (RFC 9112, 7.1) apart, in whatever pieces it comes. Extensions and trailers are read over. Our
/// own because Beast's asserts that an empty body comes in one piece. One thread.
class ChunkDecoder {
 public:
  enum class Outcome : uint8_t { need_more, done, malformed, too_large };

  /// Starts a new body of at most `body_bytes_max` bytes.
  void begin(std::size_t body_bytes_max) {
    *this = {};
    body_bytes_max_ = body_bytes_max;
  }

  /// Takes bytes from the front of `bytes` and appends the body's to `body`; stops after the last.
  Outcome decode(ByteView& bytes, std::string& body);

 private:
  enum class State : uint8_t {
    size_first,
    size,
    extension,
    size_end,
    data,
    data_cr,
    data_end,
    line,
    in_line,
    line_end
  };

  /// Everything that is not data, one byte at a time.
  Outcome step(char c, std::size_t body_bytes);
  Outcome add_digit(char c, std::size_t body_bytes);

  State state_ = State::size_first;
  uint64_t left_ = 0;  ///< of the chunk's size, or of its data
  bool line_is_empty_ = false;
  std::size_t overhead_bytes_ = 0;  ///< of extensions and trailers
  std::size_t body_bytes_max_ = 0;
};

}  // namespace azud::io
