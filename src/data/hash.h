#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "data/type.h"

namespace azud::data {

/// A 64-bit hash of bytes that is the same in every process and on every machine: it decides which worker owns a key,
/// and so which state is whose. Multiply-and-fold over 128 bits; not for untrusted hash tables without a seed of their
/// own.
inline uint64_t stable_hash(ByteView bytes) {
  constexpr uint64_t k0 = 0x9e3779b97f4a7c15ULL;
  constexpr uint64_t k1 = 0xe7037ed1a0b428dbULL;
  const auto fold = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<UInt128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  uint64_t hash = k0 ^ bytes.size();
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = fold(hash ^ word, k1);
  }
  uint64_t tail = 0;
  if (left > 0) std::memcpy(&tail, at, left);  // of no bytes there may be no address
  return fold(hash ^ tail ^ (uint64_t{left} << 56), k0);
}

}  // namespace azud::data
