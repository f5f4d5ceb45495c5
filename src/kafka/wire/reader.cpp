#include "kafka/wire/reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/varint.h"

namespace azud::kafka {
namespace {

/// Structures are at most some 30 times as large in memory as on the wire; large frames are mostly records, which are
/// not copied.
std::size_t memory_budget(std::size_t frame_bytes) {
  return std::min(32 * frame_bytes + (64UL << 10), 4 * frame_bytes + (64UL << 20));
}

}  // namespace

Reader::Reader(SharedBytes frame)
    : frame_(std::move(frame)), end_(frame_.size()), budget_(memory_budget(frame_.size())) {}

uint32_t Reader::take_varint() {
  ByteView rest = frame_.view().substr(at_, remaining());
  uint64_t value = 0;
  if (!azud::take_varint(rest, value, 32)) {
    refuse("a number ends early or is too long");
    return 0;
  }
  at_ = end_ - rest.size();
  return static_cast<uint32_t>(value);
}

ByteView Reader::take_view(std::size_t size) {
  if (remaining() < size) {
    refuse("the bytes end early");
    return {};
  }
  const ByteView view = frame_.view().substr(at_, size);
  at_ += size;
  return view;
}

SharedBytes Reader::take_shared(std::size_t size) {
  if (remaining() < size) {
    refuse("the bytes end early");
    return {};
  }
  at_ += size;
  return frame_.slice(at_ - size, size);
}

int32_t Reader::check_length(int64_t length) {
  if (length < -1) {
    refuse("a length is negative");
    return 0;
  }
  if (length > static_cast<int64_t>(remaining())) {
    refuse("a length is larger than what is left");
    return 0;
  }
  return static_cast<int32_t>(length);
}

int32_t Reader::take_short_length(bool flexible) {
  const int64_t length = flexible ? int64_t{take_varint()} - 1 : int64_t{take_int<int16_t>()};
  if (length > std::numeric_limits<int16_t>::max()) {
    refuse("a string is longer than 32767 bytes");
    return 0;
  }
  return check_length(length);
}

int32_t Reader::take_length(bool flexible) {
  return check_length(flexible ? int64_t{take_varint()} - 1 : int64_t{take_int<int32_t>()});
}

bool Reader::charge(std::size_t count, std::size_t element_bytes) {
  if (count > budget_ / element_bytes) {
    refuse("it claims more elements than a request of its size can have");
    return false;
  }
  budget_ -= count * element_bytes;
  return true;
}

std::size_t Reader::begin_part(std::size_t size) {
  const std::size_t outer_end = end_;
  if (size > remaining()) {
    refuse("a part is larger than what is left");
  } else {
    end_ = at_ + size;
  }
  return outer_end;
}

void Reader::end_part(std::size_t outer_end) {
  if (failed()) return;
  at_ = end_;
  end_ = outer_end;
}

void Reader::refuse(const char* why) {
  if (failed()) return;
  why_ = why;
  failed_at_ = at_;
  at_ = end_;  // nothing is left to take
}

Status Reader::status(std::string_view what) const {
  if (!failed()) return {};
  return fail(Code::corrupt, "{} is malformed at byte {} of {}: {}", what, failed_at_, frame_.size(), why_);
}

}  // namespace azud::kafka
