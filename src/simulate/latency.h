#pragma once

#include <array>
#include <cstdint>

namespace azud::simulate {

/// Counts of durations by size: exact below 32 µs, within 3 % above. One thread; merge the ones of several threads.
class LatencyHistogram {
 public:
  void record(uint64_t us);
  void merge(const LatencyHistogram& other);

  uint64_t count() const { return count_; }
  uint64_t max_us() const { return max_us_; }

  /// The duration that `share` (0..1) of the recorded ones do not exceed; 0 when nothing was recorded.
  uint64_t percentile_us(double share) const;

 private:
  static constexpr unsigned sub_bits = 5;  // 32 buckets for each power of two
  static constexpr unsigned bucket_count = (64 - sub_bits + 1) << sub_bits;

  static unsigned bucket_of(uint64_t us);
  static uint64_t highest_of(unsigned bucket);

  std::array<uint64_t, bucket_count> buckets_{};
  uint64_t count_ = 0;
  uint64_t max_us_ = 0;
};

}  // namespace azud::simulate
