#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace azud::io {

/// Unpacks gzip (also several members one after the other) or zlib data. More than `bytes_max` bytes of result give
/// storage_full; damaged or cut-off data give invalid.
Result<std::string> gunzip(ByteView packed, std::size_t bytes_max);

/// Packs `bytes` as one gzip member.
std::string gzip(ByteView bytes);

}  // namespace azud::io
