#include "io/net/receive_arena.h"

namespace azud::io {

std::span<char> ReceiveArena::space() {
  if (!block_ || block_bytes - used_ < space_bytes_min) {
    if (block_ && block_.use_count() == 1) {
      // Dropping a share synchronises with the other holders' drops: their reads are over before we write again.
      [[maybe_unused]] const auto share = block_;
    } else {
      block_ = std::make_shared_for_overwrite<char[]>(block_bytes);
    }
    used_ = 0;
  }
  return {block_.get() + used_, block_bytes - used_};
}

SharedBytes ReceiveArena::take(std::size_t count) {
  const ByteView view(block_.get() + used_, count);
  used_ += count;
  return {block_, view};
}

SharedBytes without_block(SharedBytes bytes) {
  if (bytes.size() >= ReceiveArena::block_bytes / 4) return bytes;
  return SharedBytes::own(std::string(bytes.view()));
}

}  // namespace azud::io
