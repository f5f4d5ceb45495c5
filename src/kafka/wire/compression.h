#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace azud::kafka {

/// How a batch's records are packed: bits 0 to 2 of its attributes.
enum class Codec : uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

/// Kafka's names: "none", "gzip", "snappy", "lz4", "zstd".
std::string_view to_string(Codec codec);

/// Unpacked size at which a batch is refused unless a caller says otherwise: a few packed bytes must not claim memory
/// without end.
inline constexpr std::size_t unpacked_bytes_max_default = 128UL << 20;

/// Appends `bytes`, packed as Kafka's producers pack them (snappy in xerial framing, lz4 and zstd as frames), to `out`.
void compress(Codec codec, ByteView bytes, std::string& out);

/// Replaces `out` by the unpacked `bytes`. Takes what the known clients send: snappy with and without xerial framing,
/// several gzip members or frames in a row. `corrupt` for bytes that are not in the codec's format, `invalid` past
/// `bytes_max`. `out` keeps its capacity, so a reader that owns one buffer does not allocate for each batch.
Status decompress(Codec codec, ByteView bytes, std::size_t bytes_max, std::string& out);

}  // namespace azud::kafka
