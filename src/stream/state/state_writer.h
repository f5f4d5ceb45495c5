#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/varint.h"
#include "stream/state/key_group.h"

namespace azud::stream {

/// Takes what an operator wants kept: entries whose meaning is the operator's own, each with the key group that decides
/// which worker gets it back. Order is kept within a group.
class StateWriter {
 public:
  explicit StateWriter(std::string& out) : out_(out) {}

  void entry(KeyGroup group, ByteView payload) {
    append_varint(out_, group);
    append_sized(out_, payload);
    ++entries_;
  }
  uint64_t entries() const { return entries_; }

 private:
  std::string& out_;
  uint64_t entries_ = 0;
};

}  // namespace azud::stream
