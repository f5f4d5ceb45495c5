#pragma once

#include <cstdint>

namespace azud::sensor_alarms {

/// The random numbers of SPECIFICATION.md section 1: a splitmix64 sequence with an integer mapping of our own, because
/// the distributions of the standard library differ from one library to the next.
class Random {
 public:
  /// The independent sequence `index` of `domain`.
  static constexpr Random stream(uint64_t seed, uint64_t domain, uint64_t index) {
    return Random(mix(mix(seed + step * domain) + step * (index + 1)));
  }

  /// An integer, first <= result <= last. Costs one step of the sequence.
  constexpr int64_t draw(int64_t first, int64_t last) {
    state_ += step;
    const uint64_t high = mix(state_) >> 32;
    return first + static_cast<int64_t>((high * static_cast<uint64_t>(last - first + 1)) >> 32);
  }

 private:
  static constexpr uint64_t step = 0x9E3779B97F4A7C15;

  constexpr explicit Random(uint64_t state) : state_(state) {}

  static constexpr uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

inline constexpr uint64_t domain_sensors = 1;
inline constexpr uint64_t domain_clients = 2;

}  // namespace azud::sensor_alarms
