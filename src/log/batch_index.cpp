#include "log/batch_index.h"

#include <algorithm>

#include "base/assert.h"
#include "base/crc.h"
#include "base/endian.h"
#include "base/varint.h"

namespace azud::log {

// The header: u32 size, u32 crc of what follows, u32 count, u32 zero, i64 base, i64 next, u64 position, u64 end,
// u64 sequence, i64 largest timestamp. Then for each batch as varints: offsets left out before it, its offsets less
// one, its bytes, journal entries since the batch before, and (zig-zag) its largest timestamp less that before.

IndexBlock append_index_block(std::span<const BatchPlace> places, uint64_t index_position, std::string& out) {
  AZUD_ASSERT(!places.empty() && places.size() <= index_block_batches_max, "a block has batches, but not too many");
  const std::size_t start = out.size();
  IndexBlock block;
  block.base = places.front().base;
  block.next = places.back().last + 1;
  block.position = places.front().position;
  block.end = places.back().position + places.back().size;
  block.sequence = places.front().sequence;
  block.max_timestamp = places.front().max_timestamp;
  for (const BatchPlace& place : places) block.max_timestamp = std::max(block.max_timestamp, place.max_timestamp);

  out.append(8, '\0');
  append_little<uint32_t>(out, static_cast<uint32_t>(places.size()));
  append_little<uint32_t>(out, 0);
  append_little<int64_t>(out, block.base.value());
  append_little<int64_t>(out, block.next.value());
  append_little<uint64_t>(out, block.position);
  append_little<uint64_t>(out, block.end);
  append_little<uint64_t>(out, block.sequence.value());
  append_little<int64_t>(out, block.max_timestamp);
  Offset next = block.base;
  Sequence sequence = block.sequence;
  TimestampMs timestamp = block.max_timestamp;
  for (const BatchPlace& place : places) {
    append_varint(out, static_cast<uint64_t>(place.base - next));
    append_varint(out, static_cast<uint64_t>(place.last - place.base));
    append_varint(out, place.size);
    append_varint(out, place.sequence - sequence);
    append_varint(out, zigzag(static_cast<int64_t>(static_cast<uint64_t>(place.max_timestamp) -
                                                   static_cast<uint64_t>(timestamp))));
    next = place.last + 1;
    sequence = place.sequence;
    timestamp = place.max_timestamp;
  }
  block.index_position = index_position;
  block.index_size = static_cast<uint32_t>(out.size() - start);
  store_little<uint32_t>(out.data() + start, block.index_size);
  store_little<uint32_t>(out.data() + start + 4, crc32c(ByteView(out).substr(start + 8)));
  return block;
}

Result<IndexBlock> read_index_block(ByteView bytes, uint64_t index_position) {
  if (bytes.size() < index_block_header_bytes) return fail(Code::corrupt, "the index ends inside a block");
  IndexBlock block;
  const char* at = bytes.data();
  block.index_size = load_little<uint32_t>(at);
  block.base = Offset(load_little<int64_t>(at + 16));
  block.next = Offset(load_little<int64_t>(at + 24));
  block.position = load_little<uint64_t>(at + 32);
  block.end = load_little<uint64_t>(at + 40);
  block.sequence = Sequence(load_little<uint64_t>(at + 48));
  block.max_timestamp = load_little<int64_t>(at + 56);
  block.index_position = index_position;
  const auto count = load_little<uint32_t>(at + 8);
  constexpr std::size_t varints_bytes_max = 50;
  if (count == 0 || count > index_block_batches_max || block.index_size < index_block_header_bytes ||
      block.index_size > index_block_header_bytes + count * varints_bytes_max || block.next <= block.base ||
      block.end <= block.position) {
    return fail(Code::corrupt, "the index holds no block at byte {}", index_position);
  }
  return block;
}

Result<std::vector<BatchPlace>> read_index_places(const IndexBlock& block, ByteView bytes) {
  if (bytes.size() != block.index_size || load_little<uint32_t>(bytes.data() + 4) != crc32c(bytes.substr(8))) {
    return fail(Code::corrupt, "the index block at byte {} is damaged", block.index_position);
  }
  std::vector<BatchPlace> places(load_little<uint32_t>(bytes.data() + 8));
  ByteView rest = bytes.substr(index_block_header_bytes);
  Offset next = block.base;
  uint64_t position = block.position;
  Sequence sequence = block.sequence;
  TimestampMs timestamp = block.max_timestamp;
  for (BatchPlace& place : places) {
    uint64_t gap, length, size, entries, time;
    if (!take_varint(rest, gap) || !take_varint(rest, length) || !take_varint(rest, size, 32) ||
        !take_varint(rest, entries) || !take_varint(rest, time)) {
      return fail(Code::corrupt, "the index block at byte {} is cut short", block.index_position);
    }
    place.base = next + static_cast<int64_t>(gap);
    place.last = place.base + static_cast<int64_t>(length);
    place.position = position;
    place.size = static_cast<uint32_t>(size);
    place.sequence = sequence = sequence + entries;
    place.max_timestamp = timestamp =
        static_cast<TimestampMs>(static_cast<uint64_t>(timestamp) + static_cast<uint64_t>(unzigzag(time)));
    next = place.last + 1;
    position += size;
  }
  return places;
}

}  // namespace azud::log
