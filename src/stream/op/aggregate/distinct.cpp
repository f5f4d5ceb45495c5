#include <absl/container/btree_map.h>

#include "base/varint.h"
#include "stream/op/aggregate/aggregate_function.h"
#include "stream/op/aggregate/boxed.h"

namespace azud::stream {
namespace {

/// DISTINCT: how often each value came, then the state of the function itself.
class Distinct final : public Boxed<absl::btree_map<std::string, int64_t>> {
 public:
  Distinct(AggregateFunctionPtr inner, data::Storage storage)
      : Boxed(inner->width()), inner_(std::move(inner)), storage_(storage) {}

  bool takes_nulls() const override { return inner_->takes_nulls(); }
  void add(char* state, const Scalar& value) const override { change(state, value, 1); }
  void retract(char* state, const Scalar& value) const override { change(state, value, -1); }
  void merge(char* to, const char* from) const override {
    if (held(from) == nullptr) return;
    for (const auto& [bytes, count] : *held(from)) {
      ByteView in = bytes;
      Scalar value;
      take_scalar(in, storage_, value);
      change(to, value, count);
    }
  }
  Scalar result(const char* state, std::string& scratch) const override {
    return inner_->result(state + inner_at, scratch);
  }
  void encode(const char* state, std::string& out) const override {
    append_varint(out, held(state) == nullptr ? 0 : held(state)->size());
    if (held(state) != nullptr)
      for (const auto& [value, count] : *held(state)) {
        append_sized(out, value);
        append_varint(out, zigzag(count));
      }
    inner_->encode(state + inner_at, out);
  }
  bool decode(ByteView& in, char* state) const override {
    uint64_t size = 0, count = 0;
    if (!take_varint(in, size)) return false;
    ByteView value;
    for (; size > 0; --size) {
      if (!take_sized(in, value) || !take_varint(in, count)) return false;
      made(state).emplace(value, unzigzag(count));
    }
    return inner_->decode(in, state + inner_at);
  }
  void destroy(char* state) const override {
    inner_->destroy(state + inner_at);
    Boxed::destroy(state);
  }

 private:
  static constexpr std::size_t inner_at = sizeof(void*);
  void change(char* state, const Scalar& value, int64_t by) const {
    std::string bytes;
    encode_scalar(bytes, storage_, value);
    auto& counts = made(state);
    const auto [at, added] = counts.try_emplace(std::move(bytes), 0);
    const bool was = at->second > 0;
    at->second += by;
    const bool is = at->second > 0;
    if (at->second == 0) counts.erase(at);
    if (is && !was) inner_->add(state + inner_at, value);
    if (was && !is) inner_->retract(state + inner_at, value);
  }
  AggregateFunctionPtr inner_;
  data::Storage storage_;
};

}  // namespace

AggregateFunctionPtr make_distinct(AggregateFunctionPtr inner, const data::DataType& argument) {
  return std::make_unique<Distinct>(std::move(inner), data::storage_of(argument.kind()));
}

Result<AggregateFunctionPtr> make_aggregate_function(const sql::AggregateCall& call, const data::DataType& argument,
                                                     bool retracts) {
  AggregateFunctionPtr function = make_number_aggregate(call, argument);
  if (!function) function = make_extreme_aggregate(call, argument, retracts);
  if (!function) function = make_collecting_aggregate(call, argument, retracts);
  if (!function)
    return fail(Code::unsupported, "{} of {} is not supported here", sql::to_string(call.function), argument.to_sql());
  // MIN and MAX of each value once are MIN and MAX.
  const bool matters = call.function != sql::Aggregate::min && call.function != sql::Aggregate::max;
  if (call.distinct && matters) return make_distinct(std::move(function), argument);
  return function;
}

}  // namespace azud::stream
