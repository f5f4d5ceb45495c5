// What stands in a journal after a crash or on a bad disk. The first byte chooses: bytes as they are, where an entry
// should begin; or operations in a frame whose checksum is right. Nothing may crash, and operations come back the same
// after encoding.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "log/entry.h"

namespace azud::log {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string encoded(const Op& op) {
  std::string out(encoded_size(op), '\0');
  require(encode(op, out.data()) == out.data() + out.size());
  return out;
}

void read_ops(const Entry& entry) {
  OpReader reader(entry);
  Op op;
  while (true) {
    const Result<bool> more = reader.next(op);
    if (!more || !*more) return;
    const std::string once = encoded(op);
    const Entry copy{.sequence = entry.sequence, .op_count = 1, .ops = SharedBytes::own(once)};  // its ops are viewed
    OpReader again(copy);
    Op back;
    const Result<bool> read = again.next(back);
    require(read && *read && encoded(back) == once);
  }
}

void try_bytes(const SharedBytes& bytes) {
  uint32_t chain = 7;
  std::size_t size = 0;
  require(claimed_entry_bytes(bytes.view()) <= entry_bytes_max);
  if (const auto entry = open_entry(bytes, Sequence(1), chain, size)) read_ops(*entry);
}

void try_ops(uint32_t op_count, ByteView ops) {
  std::string frame(entry_header_bytes, '\0');
  frame += ops;
  seal_entry(frame.data(), frame.size(), Sequence(1), 1, op_count, 7);
  const SharedBytes bytes = SharedBytes::own(std::move(frame));
  uint32_t chain = 7;
  std::size_t size = 0;
  const auto entry = open_entry(bytes, Sequence(1), chain, size);
  require(entry && size == bytes.size());
  read_ops(*entry);
}

}  // namespace
}  // namespace azud::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace azud;
  if (size == 0) return 0;
  const ByteView rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 255)
    log::try_bytes(SharedBytes::own(std::string(rest)));
  else
    log::try_ops(data[0], rest);
  return 0;
}
