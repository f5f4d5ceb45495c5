#include "log/retention.h"

#include <algorithm>

namespace azud::log {

namespace {

/// A partition's parts while it is decided what to give up.
struct Candidate {
  const StoredPartition* partition;
  TopicConfig config;
  StoredPartition::Sizes sizes;
  std::size_t given_up = 0;  ///< segments from the front

  uint64_t bytes() const {
    uint64_t bytes = sizes.unflushed_bytes;
    for (std::size_t i = given_up; i < sizes.segments.size(); ++i) bytes += sizes.segments[i].bytes;
    return bytes;
  }
  /// The segment being filled is not given up for its size, nor while something newer is in memory only.
  bool has_closed() const { return given_up + 1 < sizes.segments.size(); }
  const SegmentInfo& oldest() const { return sizes.segments[given_up]; }
};

void give_up_old(Candidate& candidate, TimestampMs now) {
  if (candidate.config.retention_ms < 0) return;
  const TimestampMs keep_from = now - candidate.config.retention_ms;
  const auto& segments = candidate.sizes.segments;
  while (candidate.given_up < segments.size() && candidate.oldest().max_timestamp < keep_from) ++candidate.given_up;
}

void give_up_large(Candidate& candidate) {
  if (candidate.config.retention_bytes < 0) return;
  const auto keep = static_cast<uint64_t>(candidate.config.retention_bytes);
  while (candidate.has_closed() && candidate.bytes() - candidate.oldest().bytes >= keep) ++candidate.given_up;
}

void give_up_oldest_of_all(std::vector<Candidate>& candidates, uint64_t total_bytes_max) {
  uint64_t total = 0;
  for (const Candidate& candidate : candidates) total += candidate.bytes();
  while (total > total_bytes_max) {
    Candidate* oldest = nullptr;
    for (Candidate& candidate : candidates) {
      if (!candidate.config.delete_old || !candidate.has_closed()) continue;
      if (oldest == nullptr || candidate.oldest().max_timestamp < oldest->oldest().max_timestamp) oldest = &candidate;
    }
    if (oldest == nullptr) return;
    total -= oldest->oldest().bytes;
    ++oldest->given_up;
  }
}

}  // namespace

std::vector<op::LogStart> retention_starts(const std::vector<std::shared_ptr<StoredPartition>>& partitions,
                                           TimestampMs now, uint64_t total_bytes_max) {
  std::vector<Candidate> candidates;
  for (const auto& partition : partitions) {
    candidates.push_back({partition.get(), partition->topic()->config(), partition->sizes()});
    if (!candidates.back().config.delete_old) continue;
    give_up_old(candidates.back(), now);
    give_up_large(candidates.back());
  }
  if (total_bytes_max > 0) give_up_oldest_of_all(candidates, total_bytes_max);
  std::vector<op::LogStart> starts;
  for (const Candidate& candidate : candidates) {
    if (candidate.given_up == 0) continue;
    starts.push_back({candidate.partition->topic_number(), candidate.partition->id(),
                      candidate.sizes.segments[candidate.given_up - 1].next});
  }
  return starts;
}

}  // namespace azud::log
