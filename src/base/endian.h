#pragma once

#include <bit>
#include <concepts>
#include <cstring>
#include <string>

#include "base/bytes.h"

namespace azud {

static_assert(std::endian::native == std::endian::little, "on-disk formats and these helpers assume it");

/// Reads a big-endian number (Kafka's order) at `at`. The caller has checked that sizeof(T) bytes are there.
template <std::integral T>
T load_big(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return std::byteswap(value);
}
template <std::integral T>
void store_big(char* at, T value) {
  value = std::byteswap(value);
  std::memcpy(at, &value, sizeof value);
}
template <std::integral T>
void append_big(std::string& out, T value) {
  char bytes[sizeof value];
  store_big(bytes, value);
  out.append(bytes, sizeof bytes);
}

/// The same in little-endian, the order of azud's own files.
template <std::integral T>
T load_little(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
template <std::integral T>
void store_little(char* at, T value) {
  std::memcpy(at, &value, sizeof value);
}
template <std::integral T>
void append_little(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace azud
