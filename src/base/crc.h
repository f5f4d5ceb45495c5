#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace azud {

/// CRC-32C (Castagnoli), the checksum of Kafka's record batches and of azud's own files.
uint32_t crc32c(ByteView bytes);

/// The CRC of a followed by `more`, where `crc` is the CRC of a.
uint32_t crc32c_extend(uint32_t crc, ByteView more);

}  // namespace azud
