#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/bytes.h"

namespace azud::io {

/// Where a loop's sockets receive: large blocks filled one read after the other, by all connections of the loop, and
/// handed out as shared slices without a copy. A block nobody holds any more is filled again from its start. One
/// loop's thread only; slices may be dropped on any thread.
class ReceiveArena {
 public:
  static constexpr std::size_t block_bytes = 256 << 10;
  static constexpr std::size_t space_bytes_min = 32 << 10;

  /// Free space for the next read, at least space_bytes_min. Valid until take().
  std::span<char> space();

  /// The first `count` bytes of what space() gave, now filled.
  SharedBytes take(std::size_t count);

 private:
  std::shared_ptr<char[]> block_;
  std::size_t used_ = 0;
};

/// The same bytes, for keeping longer than a moment: a few bytes do not keep a block of the arena alive.
SharedBytes without_block(SharedBytes bytes);

}  // namespace azud::io
