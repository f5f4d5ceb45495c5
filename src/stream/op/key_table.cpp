#include "stream/op/key_table.h"

namespace azud::stream {

KeyTable::Slot KeyTable::find(ByteView key) const {
  if (key.size() <= short_bytes_max) {
    const auto found = short_.find(pack(key));
    return found == short_.end() ? none : found->second;
  }
  const auto found = long_.find(key);
  return found == long_.end() ? none : found->second;
}

KeyTable::Slot KeyTable::insert(ByteView key, bool& added) {
  const Slot known = find(key);
  added = known == none;
  if (!added) return known;
  Slot slot;
  if (free_.empty()) {
    slot = static_cast<Slot>(keys_.size());
    keys_.emplace_back(key);
    used_.push_back(1);
    records_.resize(records_.size() + stride_, 0);
  } else {
    slot = free_.back();
    free_.pop_back();
    keys_[slot] = key;
    used_[slot] = 1;
    std::memset(record(slot), 0, stride_);
  }
  key_bytes_ += key.size();
  if (key.size() <= short_bytes_max)
    short_.emplace(pack(key), slot);
  else
    long_.emplace(keys_[slot], slot);
  return slot;
}

void KeyTable::erase(Slot slot) {
  const ByteView key = keys_[slot];
  key_bytes_ -= key.size();
  if (key.size() <= short_bytes_max)
    short_.erase(pack(key));
  else
    long_.erase(key);
  keys_[slot].clear();
  used_[slot] = 0;
  free_.push_back(slot);
}

void KeyTable::clear() {
  short_.clear();
  long_.clear();
  keys_.clear();
  used_.clear();
  records_.clear();
  free_.clear();
  key_bytes_ = 0;
}

}  // namespace azud::stream
