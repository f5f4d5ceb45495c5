#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

/// Test support: fills described structures with random values that their version can carry. The same seed gives the
/// same message on every machine.
class RandomFiller {
 public:
  RandomFiller(uint32_t seed, int16_t version) : random_(seed), version_(version) {}

  template <class T>
  void field(std::string_view /*name*/, T& value, Field f = {}) {
    if (f.versions.has(version_)) fill(value, f.is_nullable(version_));
  }
  template <class T>
  void tagged(uint32_t /*tag*/, std::string_view /*name*/, T& value, Field f, const T& fallback = {}) {
    if (!f.versions.has(version_)) return;
    if (below(2) == 0) {
      value = fallback;
    } else {
      fill(value, false);
    }
  }

  template <Described T>
  void fill(T& m, bool = false) {
    T::visit(m, *this);
  }

 private:
  /// mt19937's sequence is the same everywhere; the standard distributions are not.
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

  template <class T>
    requires std::is_integral_v<T>
  void fill(T& value, bool) {
    if constexpr (std::is_same_v<T, bool>) {
      value = below(2) == 1;
      return;
    }
    switch (below(6)) {
      case 0: value = std::numeric_limits<T>::max(); return;
      case 1: value = std::numeric_limits<T>::min(); return;
      case 2: value = static_cast<T>(-1 - static_cast<T>(below(100))); return;
      default: value = static_cast<T>(1 + below(100)); return;
    }
  }
  template <class T>
    requires std::is_enum_v<T>
  void fill(T& value, bool) {
    value = static_cast<T>(below(100));
  }
  void fill(Uuid& value, bool) {
    for (uint8_t& byte : value.bytes) byte = static_cast<uint8_t>(1 + below(255));
  }
  void fill(std::string& value, bool) {
    // Now and then longer than one byte of a compact length can say.
    const uint32_t size = below(12) == 0 ? 130 : 1 + below(6);
    value.clear();
    for (uint32_t i = 0; i < size; ++i) value.push_back(static_cast<char>('a' + below(26)));
  }
  void fill(SharedBytes& value, bool) {
    std::string bytes;
    for (uint32_t i = below(8); i > 0; --i) bytes.push_back(static_cast<char>(below(256)));
    value = SharedBytes::own(std::move(bytes));
  }
  void fill(Records& value, bool) {
    value.pieces.clear();
    for (uint32_t i = below(3); i > 0; --i) fill(value.pieces.emplace_back(), false);
  }
  template <class T>
  void fill(std::vector<T>& values, bool) {
    values.clear();
    for (uint32_t i = below(3); i > 0; --i) fill(values.emplace_back(), false);
  }
  template <class T>
  void fill(std::optional<T>& value, bool nullable) {
    if (nullable && below(3) == 0) {
      value.reset();
    } else {
      fill(value.emplace(T{}), false);
    }
  }

  std::mt19937 random_;
  int16_t version_;
};

/// Of the messages whose bytes by Apache Kafka are kept in kafka_messages.txt: seeds from 1 to this.
inline constexpr uint32_t sample_seeds = 3;

template <Message M>
M random_message(uint32_t seed, int16_t version) {
  M message;
  RandomFiller(seed, version).fill(message);
  return message;
}

}  // namespace azud::kafka
