#pragma once

#include <cstddef>
#include <vector>

namespace azud::io {

/// A queue that keeps its memory: what a connection has in progress comes and goes at every request.
template <class T>
class SlotRing {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }

  T& operator[](std::size_t index) { return slots_[(begin_ + index) & (slots_.size() - 1)]; }
  T& front() { return slots_[begin_]; }

  T& emplace_back() {
    if (count_ == slots_.size()) grow();
    return (*this)[count_++];
  }
  void pop_front() {
    front() = T();
    begin_ = (begin_ + 1) & (slots_.size() - 1);
    --count_;
  }
  void clear() {
    slots_ = {};
    begin_ = count_ = 0;
  }

 private:
  void grow() {
    std::vector<T> larger(slots_.empty() ? 4 : slots_.size() * 2);
    for (std::size_t i = 0; i < count_; ++i) larger[i] = std::move((*this)[i]);
    slots_ = std::move(larger);
    begin_ = 0;
  }

  std::vector<T> slots_;  ///< as many as a power of two
  std::size_t begin_ = 0;
  std::size_t count_ = 0;
};

}  // namespace azud::io
