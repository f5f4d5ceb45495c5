#include "io/net/growing_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace azud::io {

std::span<char> GrowingBuffer::space() {
  constexpr std::size_t first_bytes_max = 1 << 20;
  if (filled_ == capacity_ && capacity_ < total_) {
    const std::size_t capacity = std::min(capacity_ == 0 ? first_bytes_max : capacity_ * 4, total_);
    auto data = std::make_shared_for_overwrite<char[]>(capacity);
    if (filled_ > 0) std::memcpy(data.get(), data_.get(), filled_);
    data_ = std::move(data);
    capacity_ = capacity;
  }
  return {data_.get() + filled_, capacity_ - filled_};
}

void GrowingBuffer::take_from(SharedBytes& bytes) {
  while (!bytes.empty() && !complete()) {
    const std::span<char> room = space();
    const std::size_t part = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), part);
    filled_ += part;
    bytes = bytes.slice(part);
  }
}

SharedBytes GrowingBuffer::take() {
  const ByteView view(data_.get(), filled_);
  SharedBytes all(std::move(data_), view);
  *this = {};
  return all;
}

}  // namespace azud::io
