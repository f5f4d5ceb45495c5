#include "kafka/wire/partitioner.h"

#include "base/endian.h"

namespace azud::kafka {

uint32_t murmur2(ByteView bytes) {
  constexpr uint32_t m = 0x5bd1e995;
  uint32_t hash = 0x9747b28cU ^ static_cast<uint32_t>(bytes.size());
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 4; at += 4, left -= 4) {
    uint32_t word = load_little<uint32_t>(at) * m;
    word = (word ^ (word >> 24)) * m;
    hash = hash * m ^ word;
  }
  if (left > 0) {
    for (std::size_t i = left; i-- > 0;) hash ^= uint32_t{static_cast<unsigned char>(at[i])} << (8 * i);
    hash *= m;
  }
  hash = (hash ^ (hash >> 13)) * m;
  return hash ^ (hash >> 15);
}

}  // namespace azud::kafka
