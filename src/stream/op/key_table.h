#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/bytes.h"
#include "data/hash.h"
#include "stream/op/encoded_key_hash.h"
#include "stream/state/key_group.h"

namespace azud::stream {

/// Keys (rows as bytes) with a record of fixed size each. Keys of up to 7 bytes, a number and its bitmap, are looked up
/// without touching the key's bytes. Owned by one thread.
class KeyTable {
 public:
  using Slot = uint32_t;
  static constexpr Slot none = ~Slot{0};

  /// `stride`: bytes of a record; it is aligned to 8 if the stride is divisible by 8.
  explicit KeyTable(std::size_t stride) : stride_(stride) {}

  Slot find(ByteView key) const;
  /// The key's slot, made with a record of zeros if it is new; then `added` is set.
  Slot insert(ByteView key, bool& added);
  /// The slot may be used again for another key.
  void erase(Slot slot);
  void clear();

  ByteView key(Slot slot) const { return keys_[slot]; }
  bool is_used(Slot slot) const { return used_[slot] != 0; }
  char* record(Slot slot) { return records_.data() + std::size_t{slot} * stride_; }
  const char* record(Slot slot) const { return records_.data() + std::size_t{slot} * stride_; }
  KeyGroup group(Slot slot) const { return key_group_of(data::stable_hash(keys_[slot])); }

  /// Slots lie in [0, slots()), some of them perhaps unused.
  std::size_t slots() const { return keys_.size(); }
  std::size_t size() const { return keys_.size() - free_.size(); }
  uint64_t state_bytes() const { return records_.size() + keys_.size() * (sizeof(std::string) + 16) + key_bytes_; }

 private:
  static constexpr std::size_t short_bytes_max = 7;
  static uint64_t pack(ByteView key) {
    uint64_t packed = 0;
    std::memcpy(&packed, key.data(), key.size());
    return packed | uint64_t{key.size()} << 56;
  }

  std::size_t stride_;
  std::deque<std::string> keys_;
  std::vector<uint8_t> used_;
  std::vector<char> records_;
  std::vector<Slot> free_;
  absl::flat_hash_map<uint64_t, Slot> short_;
  absl::flat_hash_map<ByteView, Slot, EncodedKeyHash> long_;
  uint64_t key_bytes_ = 0;
};

}  // namespace azud::stream
