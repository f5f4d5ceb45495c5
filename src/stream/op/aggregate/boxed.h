#pragma once

#include <cstring>
#include <string>

#include "base/assert.h"
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
    std::memcpy(&at, state, sizeof(T*));
    return at;
  }
  static T& made(char* state) {
    T* at = held(state);
    if (at == nullptr) {
      at = new T();
      std::memcpy(state, &at, sizeof(T*));
    }
    return *at;
  }
};

/// A function of values that are never taken back whose state is one of them, or what they make together, as bytes.
/// The bytes are the result's text unless result() is overridden. NULL before the first value.
class BoxedBytes : public Boxed<std::string> {
 public:
  void retract(char*, const Scalar&) const override { AZUD_ASSERT(false, "made without retraction"); }
  void merge(char* to, const char* from) const override {
    std::string scratch;
    if (held(from) != nullptr) add(to, result(from, scratch));
  }
  Scalar result(const char* state, std::string&) const override {
    return held(state) == nullptr ? Scalar() : Scalar::of(std::string_view(*held(state)));
  }
  void encode(const char* state, std::string& out) const override {
    out.push_back(held(state) == nullptr ? 0 : 1);
    if (held(state) != nullptr) append_sized(out, *held(state));
  }
  bool decode(ByteView& in, char* state) const override {
    if (in.empty()) return false;
    const bool present = in.front() != 0;
    in.remove_prefix(1);
    ByteView bytes;
    if (!present) return true;
    if (!take_sized(in, bytes)) return false;
    made(state) = bytes;
    return true;
  }
};

}  // namespace azud::stream
