#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace azud::kafka {

/// Kafka's hash of keys (MurmurHash2, 32 bits, Kafka's seed).
uint32_t murmur2(ByteView bytes);

/// The partition to which Kafka's Java clients send a record with this key: the same key, the same place, whoever
/// writes. `partition_count` > 0.
inline int32_t partition_of_key(ByteView key, int32_t partition_count) {
  return static_cast<int32_t>(murmur2(key) & 0x7fffffffU) % partition_count;
}

}  // namespace azud::kafka
