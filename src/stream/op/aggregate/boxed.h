#pragma once

#include <cstring>
#include <string>
#include <utility>

#include "base/varint.h"
#include "stream/op/aggregate/aggregate_function.h"

namespace azud::stream {

/// A function whose state is a T on the heap, made by the first value.
template <class T>
class Boxed : public AggregateFunction {
 public:
  explicit Boxed(std::size_t more = 0) : AggregateFunction(sizeof(T*) + more) {}

  void destroy(char* state) const override {
    delete held(state);
    std::memset(state, 0, sizeof(T*));
  }
  bool owns_memory() const override { return true; }

 protected:
  static T* held(const char* state) {
    T* at;
    std::memcpy(&at, state, sizeof at);
    return at;
  }
  static T& made(char* state) {
    T* at = held(state);
    if (at == nullptr) {
      at = new T();
      std::memcpy(state, &at, sizeof at);
    }
    return *at;
  }
};

inline void append_sized(std::string& out, ByteView bytes) {
  append_varint(out, bytes.size());
  out += bytes;
}

inline bool take_sized(ByteView& in, ByteView& bytes) {
  uint64_t size = 0;
  if (!take_varint(in, size) || size > in.size()) return false;
  bytes = in.substr(0, size);
  in.remove_prefix(size);
  return true;
}

}  // namespace azud::stream
