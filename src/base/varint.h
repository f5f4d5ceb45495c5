#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace azud {

/// Base-128 varints as in Kafka and protobuf: seven bits a byte, lowest first, high bit = more follow.
void append_varint(std::string& out, uint64_t value);
int varint_size(uint64_t value);

/// Reads one varint of at most `bits_max` bits (32 or 64) from the front of `in` and removes it. False, with `in`
/// untouched, if the bytes end early or the number is too long.
bool take_varint(ByteView& in, uint64_t& value, int bits_max = 64);

/// The length of `bytes` as a varint, then the bytes.
void append_sized(std::string& out, ByteView bytes);

/// Takes from the front of `in` what append_sized wrote; `bytes` points into what `in` saw. False, with both untouched,
/// if the length is no varint or says more than is there.
bool take_sized(ByteView& in, ByteView& bytes);

/// Zig-zag: small magnitudes, positive or negative, become small unsigned numbers.
constexpr uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

}  // namespace azud
