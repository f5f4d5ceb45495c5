#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "log/ids.h"

namespace azud::log {

/// Where a batch stands in its segment, and what a search needs to know of it.
struct BatchPlace {
  Offset base, last;
  uint64_t position = 0;  ///< in the segment file
  uint32_t size = 0;
  Sequence sequence;
  TimestampMs max_timestamp = 0;
};

/// A run of batches, as the index file holds it (docs/formats/segment.md): this much of each block is kept in memory.
struct IndexBlock {
  Offset base, next;               ///< of its first batch; after its last
  uint64_t position = 0, end = 0;  ///< of its batches in the segment file
  Sequence sequence;               ///< of its first batch
  TimestampMs max_timestamp = 0;   ///< the largest in it
  uint64_t index_position = 0;
  uint32_t index_size = 0;  ///< header and entries
};

inline constexpr std::size_t index_block_header_bytes = 64;
/// A look-up decodes one block: small enough for that to be quick, large enough for few of them to be kept in memory.
inline constexpr std::size_t index_block_batches_max = 512;

/// Appends a block for `places`, which follow each other, to `out`; `index_position` is where it will stand.
IndexBlock append_index_block(std::span<const BatchPlace> places, uint64_t index_position, std::string& out);

/// Reads the header at the front of `bytes`. `corrupt` if it is none; its entries are not looked at.
Result<IndexBlock> read_index_block(ByteView bytes, uint64_t index_position);

/// All places of a block, from its `index_size` bytes. `corrupt` if the checksum does not fit.
Result<std::vector<BatchPlace>> read_index_places(const IndexBlock& block, ByteView bytes);

}  // namespace azud::log
