#pragma once

#include <cstring>

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

}  // namespace azud::stream
