#include <algorithm>
#include <deque>

#include <absl/container/btree_map.h>

#include "base/varint.h"
#include "data/row_codec.h"
#include "stream/op/aggregate/aggregate_function.h"
#include "stream/op/aggregate/boxed.h"

namespace azud::stream {
namespace {

using sql::Aggregate;

/// FIRST_VALUE and LAST_VALUE of values that are never taken back. NULLs are passed over.
class EndValue final : public BoxedBytes {
 public:
  EndValue(bool last, data::Storage storage) : last_(last), storage_(storage) {}

  void add(char* state, const Scalar& value) const override {
    if (!last_ && held(state) != nullptr) return;
    std::string& kept = made(state);
    kept.clear();
    encode_scalar(kept, storage_, value);
  }
  Scalar result(const char* state, std::string&) const override {
    Scalar value;
    if (held(state) == nullptr) return value;
    ByteView bytes = *held(state);
    take_scalar(bytes, storage_, value);
    return value;
  }

 private:
  bool last_;
  data::Storage storage_;
};

/// All values in the order in which they came. One that is taken back is the oldest equal one.
class Listed : public Boxed<std::deque<std::string>> {
 public:
  explicit Listed(data::Storage storage) : storage_(storage) {}

  void add(char* state, const Scalar& value) const override {
    encode_scalar(made(state).emplace_back(), storage_, value);
  }
  void retract(char* state, const Scalar& value) const override {
    if (held(state) == nullptr) return;
    std::string bytes;
    encode_scalar(bytes, storage_, value);
    auto& list = *held(state);
    if (const auto at = std::ranges::find(list, bytes); at != list.end()) list.erase(at);
  }
  void merge(char* to, const char* from) const override {
    if (held(from) == nullptr) return;
    auto& list = made(to);
    list.insert(list.end(), held(from)->begin(), held(from)->end());
  }
  void encode(const char* state, std::string& out) const override {
    append_varint(out, held(state) == nullptr ? 0 : held(state)->size());
    if (held(state) == nullptr) return;
    for (const std::string& value : *held(state)) append_sized(out, value);
  }
  bool decode(ByteView& in, char* state) const override {
    uint64_t size = 0;
    if (!take_varint(in, size)) return false;
    ByteView value;
    for (; size > 0; --size) {
      if (!take_sized(in, value)) return false;
      made(state).emplace_back(value);
    }
    return true;
  }

 protected:
  static bool is_empty(const char* state) { return held(state) == nullptr || held(state)->empty(); }
  Scalar read(const std::string& bytes) const {
    Scalar value;
    ByteView in = bytes;
    take_scalar(in, storage_, value);
    return value;
  }

 private:
  data::Storage storage_;
};

class ListedEnd final : public Listed {
 public:
  ListedEnd(bool last, data::Storage storage) : Listed(storage), last_(last) {}
  Scalar result(const char* state, std::string&) const override {
    return is_empty(state) ? Scalar() : read(last_ ? held(state)->back() : held(state)->front());
  }

 private:
  bool last_;
};

class ListAgg final : public Listed {
 public:
  explicit ListAgg(std::string separator) : Listed(data::Storage::text), separator_(std::move(separator)) {}
  Scalar result(const char* state, std::string& scratch) const override {
    if (is_empty(state)) return {};
    scratch.clear();
    for (const std::string& value : *held(state)) {
      if (&value != &held(state)->front()) scratch += separator_;
      scratch += read(value).text;
    }
    return Scalar::of(std::string_view(scratch));
  }

 private:
  std::string separator_;
};

/// LISTAGG of texts that are never taken back: the text so far.
class GrowingText final : public BoxedBytes {
 public:
  explicit GrowingText(std::string separator) : separator_(std::move(separator)) {}
  void add(char* state, const Scalar& value) const override {
    if (held(state) != nullptr) *held(state) += separator_;
    made(state) += value.text;
  }

 private:
  std::string separator_;
};

/// ARRAY_AGG, NULLs included; NULL of no rows.
class ArrayAgg final : public Listed {
 public:
  using Listed::Listed;
  bool takes_nulls() const override { return true; }
  Scalar result(const char* state, std::string& scratch) const override {
    if (is_empty(state)) return {};
    // The row codec's form of an array: a bitmap, the count, each element as a row of one column.
    scratch.assign(1, '\0');
    append_varint(scratch, held(state)->size());
    for (const std::string& value : *held(state)) scratch += value;
    return Scalar::of(std::string_view(scratch));
  }
};

/// LAG beside other aggregates: the last values, NULLs included, as far as it looks back.
class Lag final : public Listed {
 public:
  Lag(std::size_t back, std::string otherwise, data::Storage storage)
      : Listed(storage), back_(back), otherwise_(std::move(otherwise)) {}
  bool takes_nulls() const override { return true; }
  void add(char* state, const Scalar& value) const override {
    Listed::add(state, value);
    if (held(state)->size() > back_ + 1) held(state)->pop_front();
  }
  void retract(char*, const Scalar&) const override {}
  Scalar result(const char* state, std::string&) const override {
    return !is_empty(state) && held(state)->size() > back_ ? read(held(state)->front()) : read(otherwise_);
  }

 private:
  std::size_t back_;
  std::string otherwise_;
};

/// COLLECT: how often each value came, NULLs left out.
class Collect final : public Boxed<absl::btree_map<std::string, int64_t>> {
 public:
  explicit Collect(data::Storage storage) : storage_(storage) {}
  void add(char* state, const Scalar& value) const override { change(state, encoded(value), 1); }
  void retract(char* state, const Scalar& value) const override { change(state, encoded(value), -1); }
  void merge(char* to, const char* from) const override {
    if (held(from) == nullptr) return;
    for (const auto& [value, count] : *held(from)) change(to, value, count);
  }
  Scalar result(const char* state, std::string& scratch) const override {
    scratch.assign(1, '\0');
    std::size_t present = 0;
    if (held(state) != nullptr)
      for (const auto& [value, count] : *held(state)) present += count > 0 ? 1 : 0;
    append_varint(scratch, present);
    if (present == 0) return Scalar::of(std::string_view(scratch));
    for (const auto& [value, count] : *held(state)) {
      if (count <= 0) continue;
      // A row of value and count: the value's bitmap serves for both, as neither is NULL.
      scratch += value;
      const auto times = static_cast<int32_t>(count);
      scratch.append(reinterpret_cast<const char*>(&times), sizeof times);
    }
    return Scalar::of(std::string_view(scratch));
  }
  void encode(const char* state, std::string& out) const override {
    append_varint(out, held(state) == nullptr ? 0 : held(state)->size());
    if (held(state) == nullptr) return;
    for (const auto& [value, count] : *held(state)) {
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
  static void change(char* state, std::string value, int64_t by) {
    auto& counts = made(state);
    const auto [at, added] = counts.emplace(std::move(value), by);
    if (added) return;
    at->second += by;
    if (at->second == 0) counts.erase(at);
  }
  data::Storage storage_;
};

}  // namespace

AggregateFunctionPtr make_collecting_aggregate(const sql::AggregateCall& call, const data::DataType& argument,
                                               bool retracts) {
  const data::Storage storage = data::storage_of(argument.kind());
  const bool last = call.function == Aggregate::last_value;
  switch (call.function) {
    case Aggregate::first_value:
    case Aggregate::last_value:
      if (retracts) return std::make_unique<ListedEnd>(last, storage);
      return std::make_unique<EndValue>(last, storage);
    case Aggregate::listagg: {
      std::string separator = call.constants.empty() ? "," : call.constants.front().as_text();
      if (retracts) return std::make_unique<ListAgg>(std::move(separator));
      return std::make_unique<GrowingText>(std::move(separator));
    }
    case Aggregate::array_agg: return std::make_unique<ArrayAgg>(storage);
    case Aggregate::lag: {
      const auto back = call.constants.empty() ? 1 : call.constants.front().as_int();
      const data::Value otherwise = call.constants.size() > 1 ? call.constants[1] : data::Value();
      std::string bytes;
      data::append_value(bytes, *data::Column::constant(argument, otherwise, 1), 0);
      return std::make_unique<Lag>(static_cast<std::size_t>(back), std::move(bytes), storage);
    }
    case Aggregate::collect: return std::make_unique<Collect>(storage);
    default: return nullptr;
  }
}

}  // namespace azud::stream
