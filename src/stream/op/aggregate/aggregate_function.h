#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "sql/plan/expression.h"
#include "stream/op/aggregate/scalar.h"

namespace azud::stream {

/// One aggregate function for one type of argument: how its state changes. Immutable, shared by all keys and workers.
///
/// A state is `width()` bytes, all zero at first and moved by memcpy; what it owns beyond that is freed by `destroy`.
class AggregateFunction {
 public:
  explicit AggregateFunction(std::size_t width) : width_(width) {}
  virtual ~AggregateFunction() = default;

  std::size_t width() const { return width_; }
  /// Whether add() wants NULLs too.
  virtual bool takes_nulls() const { return false; }

  virtual void add(char* state, const Scalar& value) const = 0;
  /// Takes back one value that was added. Only of functions made with `retracts`.
  virtual void retract(char* state, const Scalar& value) const = 0;
  /// Adds all that `from` has, as if it came after what `to` has.
  virtual void merge(char* to, const char* from) const = 0;
  /// The result may point into the state or into `scratch`.
  virtual Scalar result(const char* state, std::string& scratch) const = 0;

  virtual void encode(const char* state, std::string& out) const { out.append(state, width_); }
  /// Into a state that is all zero. False if the bytes break off.
  virtual bool decode(ByteView& in, char* state) const {
    if (in.size() < width_) return false;
    std::memcpy(state, in.data(), width_);
    in.remove_prefix(width_);
    return true;
  }
  virtual void destroy(char* state) const { (void)state; }
  /// Whether destroy() does anything.
  virtual bool owns_memory() const { return false; }

 private:
  std::size_t width_;
};
using AggregateFunctionPtr = std::unique_ptr<const AggregateFunction>;

/// `argument`: the type of what is aggregated, NULL for COUNT(*). `retracts`: whether values will be taken back.
/// `unsupported` for a function or a type that cannot be aggregated.
Result<AggregateFunctionPtr> make_aggregate_function(const sql::AggregateCall& call, const data::DataType& argument,
                                                     bool retracts);

// The families behind make_aggregate_function; nothing if the function is not of the family.
AggregateFunctionPtr make_number_aggregate(const sql::AggregateCall& call, const data::DataType& argument);
AggregateFunctionPtr make_extreme_aggregate(const sql::AggregateCall& call, const data::DataType& argument,
                                            bool retracts);
AggregateFunctionPtr make_collecting_aggregate(const sql::AggregateCall& call, const data::DataType& argument,
                                               bool retracts);
/// `inner` over each value once.
AggregateFunctionPtr make_distinct(AggregateFunctionPtr inner, const data::DataType& argument);

}  // namespace azud::stream
