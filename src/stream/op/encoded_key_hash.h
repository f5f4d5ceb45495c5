#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "data/hash.h"

namespace azud::stream {

/// Of keys as data::encode_rows() writes them, for tables that are asked with a view.
struct EncodedKeyHash {
  using is_transparent = void;
  std::size_t operator()(ByteView key) const { return data::stable_hash(key); }
};

}  // namespace azud::stream
