#pragma once

#include <cstdint>
#include <initializer_list>

namespace azud::kafka {

/// What a client may do on a resource, one bit each (KIP-430). Without access rules: everything that Kafka knows there.
constexpr int32_t operation_bits(std::initializer_list<int> operations) {
  int32_t bits = 0;
  for (const int operation : operations) bits |= 1 << operation;
  return bits;
}

// Kafka's numbers: 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action, 10 describe configs,
// 11 alter configs, 12 idempotent write.
inline constexpr int32_t topic_operations = operation_bits({3, 4, 5, 6, 7, 8, 10, 11});
inline constexpr int32_t group_operations = operation_bits({3, 6, 8, 10, 11});
inline constexpr int32_t cluster_operations = operation_bits({5, 7, 8, 9, 10, 11, 12});

}  // namespace azud::kafka
