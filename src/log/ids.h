#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "base/strong.h"

namespace azud::log {

/// A record's place in its partition, dense from 0.
using Offset = Strong<struct OffsetTag, int64_t>;
using PartitionId = Strong<struct PartitionIdTag, int32_t>;
/// An entry's place in the journal, dense from 1 over all partitions: the one order of everything that happened.
using Sequence = Strong<struct SequenceTag, uint64_t>;
using ProducerId = Strong<struct ProducerIdTag, int64_t>;
using LeaderEpoch = Strong<struct LeaderEpochTag, int32_t>;

inline constexpr ProducerId no_producer{-1};

/// A topic's identity for life (KIP-516); a topic made again under the same name has another.
struct TopicId {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const TopicId&) const = default;
};

}  // namespace azud::log
