#include "simulate/latency.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace azud::simulate {

unsigned LatencyHistogram::bucket_of(uint64_t us) {
  if (us < (1U << sub_bits)) return static_cast<unsigned>(us);
  const auto power = static_cast<unsigned>(std::bit_width(us)) - 1;
  const auto sub = static_cast<unsigned>(us >> (power - sub_bits)) & ((1U << sub_bits) - 1);
  return ((power - sub_bits + 1) << sub_bits) + sub;
}

uint64_t LatencyHistogram::highest_of(unsigned bucket) {
  if (bucket < (1U << sub_bits)) return bucket;
  const unsigned shift = (bucket >> sub_bits) - 1;
  const uint64_t sub = (bucket & ((1U << sub_bits) - 1)) + (1U << sub_bits);
  return ((sub + 1) << shift) - 1;
}

void LatencyHistogram::record(uint64_t us) {
  ++buckets_[bucket_of(us)];
  ++count_;
  max_us_ = std::max(max_us_, us);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (unsigned i = 0; i < bucket_count; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_us_ = std::max(max_us_, other.max_us_);
}

uint64_t LatencyHistogram::percentile_us(double share) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (unsigned i = 0; i < bucket_count; ++i) {
    seen += buckets_[i];
    if (seen >= wanted && seen > 0) return std::min(highest_of(i), max_us_);
  }
  return 0;
}

}  // namespace azud::simulate
