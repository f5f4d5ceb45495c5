#include <cmath>

#include <absl/container/btree_map.h>

#include "base/varint.h"
#include "stream/op/aggregate/aggregate_function.h"
#include "stream/op/aggregate/boxed.h"

namespace azud::stream {
namespace {

/// MIN and MAX of values of fixed width that are never taken back.
class FixedExtreme final : public AggregateFunction {
 public:
  FixedExtreme(bool greatest, ScalarKind kind) : AggregateFunction(sizeof(Scalar)), greatest_(greatest), kind_(kind) {}

  void add(char* state, const Scalar& value) const override {
    const Scalar best = held(state);
    if (!best.null && (compare_scalars(kind_, value, best) > 0) != greatest_) return;
    if (!best.null && compare_scalars(kind_, value, best) == 0) return;
    char bytes[sizeof(Scalar)] = {1};
    std::memcpy(bytes + value_at, &value.decimal, sizeof value.decimal);
    std::memcpy(state, bytes, sizeof bytes);
  }
  void retract(char*, const Scalar&) const override { AZUD_ASSERT(false, "made without retraction"); }
  void merge(char* to, const char* from) const override {
    if (const Scalar value = held(from); !value.null) add(to, value);
  }
  Scalar result(const char* state, std::string&) const override { return held(state); }

 private:
  static constexpr std::size_t value_at = sizeof(Scalar) - sizeof(data::Int128);
  static Scalar held(const char* state) {
    Scalar value;
    if (state[0] == 0) return value;
    value.null = false;
    std::memcpy(&value.decimal, state + value_at, sizeof value.decimal);
    return value;
  }
  bool greatest_;
  ScalarKind kind_;
};

class TextExtreme final : public BoxedBytes {
 public:
  explicit TextExtreme(bool greatest) : greatest_(greatest) {}

  void add(char* state, const Scalar& value) const override {
    std::string* best = held(state);
    if (best == nullptr) {
      made(state) = value.text;
    } else if (const int order = value.text.compare(*best); greatest_ ? order > 0 : order < 0) {
      *best = value.text;
    }
  }

 private:
  bool greatest_;
};

/// Orders encoded values as SQL orders the values.
struct ScalarLess {
  ScalarKind kind;
  data::Storage storage;
  using is_transparent = void;
  Scalar read(ByteView bytes) const {
    Scalar value;
    take_scalar(bytes, storage, value);
    return value;
  }
  bool operator()(const std::string& a, const std::string& b) const {
    return compare_scalars(kind, read(a), read(b)) < 0;
  }
};

/// MIN and MAX of values that may be taken back: all of them, in order, with how often each came.
using Multiset = absl::btree_map<std::string, int64_t, ScalarLess>;
struct Counted {
  Multiset values{ScalarLess{ScalarKind::integer, data::Storage::i64}};
};

class CountedExtreme final : public Boxed<Counted> {
 public:
  CountedExtreme(bool greatest, ScalarKind kind, data::Storage storage)
      : greatest_(greatest), kind_(kind), storage_(storage) {}

  void add(char* state, const Scalar& value) const override { change(state, encoded(value), 1); }
  void retract(char* state, const Scalar& value) const override { change(state, encoded(value), -1); }
  void merge(char* to, const char* from) const override {
    if (held(from) == nullptr) return;
    for (const auto& [value, count] : held(from)->values) change(to, value, count);
  }
  Scalar result(const char* state, std::string&) const override {
    if (held(state) == nullptr) return {};
    // A value taken back before it came has a count below 0: it is not there.
    const Multiset& values = held(state)->values;
    if (greatest_) {
      for (auto it = values.rbegin(); it != values.rend(); ++it)
        if (it->second > 0) return values.key_comp().read(it->first);
    } else {
      for (const auto& [value, count] : values)
        if (count > 0) return values.key_comp().read(value);
    }
    return {};
  }
  void encode(const char* state, std::string& out) const override {
    append_varint(out, held(state) == nullptr ? 0 : held(state)->values.size());
    if (held(state) == nullptr) return;
    for (const auto& [value, count] : held(state)->values) {
      append_sized(out, value);
      append_varint(out, zigzag(count));
    }
  }
  bool decode(ByteView& in, char* state) const override {
    uint64_t size = 0, count = 0;
    if (!take_varint(in, size)) return false;
    ByteView value;
    for (; size > 0; --size) {
      if (!take_sized(in, value) || !take_varint(in, count)) return false;
      change(state, std::string(value), unzigzag(count));
    }
    return true;
  }

 private:
  std::string encoded(const Scalar& value) const {
    std::string bytes;
    encode_scalar(bytes, storage_, value);
    return bytes;
  }
  void change(char* state, std::string value, int64_t by) const {
    if (held(state) == nullptr) made(state).values = Multiset(ScalarLess{kind_, storage_});
    Multiset& values = held(state)->values;
    const auto [at, added] = values.emplace(std::move(value), by);
    if (added) return;
    at->second += by;
    if (at->second == 0) values.erase(at);
  }
  bool greatest_;
  ScalarKind kind_;
  data::Storage storage_;
};

}  // namespace

AggregateFunctionPtr make_extreme_aggregate(const sql::AggregateCall& call, const data::DataType& argument,
                                            bool retracts) {
  const bool greatest = call.function == sql::Aggregate::max;
  if (!greatest && call.function != sql::Aggregate::min) return nullptr;
  const ScalarKind kind = scalar_kind_of(argument.kind());
  if (kind == ScalarKind::nested) return nullptr;
  if (retracts) return std::make_unique<CountedExtreme>(greatest, kind, data::storage_of(argument.kind()));
  if (kind == ScalarKind::text) return std::make_unique<TextExtreme>(greatest);
  return std::make_unique<FixedExtreme>(greatest, kind);
}

}  // namespace azud::stream
