#pragma once

#include <cstddef>
#include <cstdint>

namespace azud::stream {

/// Keys are divided into as many groups, as in Flink (maxParallelism); a group belongs to one worker. So state written
/// by some number of workers can be read by another.
inline constexpr uint32_t key_group_count = 128;

using KeyGroup = uint32_t;

inline KeyGroup key_group_of(uint64_t hash) { return static_cast<KeyGroup>(hash >> 57); }

/// The worker that owns a group.
inline std::size_t owner_of(KeyGroup group, std::size_t parallelism) { return group * parallelism / key_group_count; }

}  // namespace azud::stream
