#include <cmath>

#include "data/decimal.h"
#include "stream/eval/decimal_math.h"
#include "stream/op/aggregate/aggregate_function.h"

namespace azud::stream {
namespace {

using sql::Aggregate;

template <class State>
State& at(char* state) {
  return *reinterpret_cast<State*>(state);
}
template <class State>
const State& at(const char* state) {
  return *reinterpret_cast<const State*>(state);
}

int64_t wrapping_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t wrapping_subtract(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
int64_t wrapping_multiply(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

/// As SQL stores it: integers keep the width of their type while they wrap.
int64_t cut_to(data::Storage storage, int64_t value) {
  switch (storage) {
    case data::Storage::i8: return static_cast<int8_t>(value);
    case data::Storage::i16: return static_cast<int16_t>(value);
    case data::Storage::i32: return static_cast<int32_t>(value);
    default: return value;
  }
}

class Count final : public AggregateFunction {
 public:
  Count() : AggregateFunction(sizeof(int64_t)) {}
  void add(char* state, const Scalar&) const override { ++at<int64_t>(state); }
  void retract(char* state, const Scalar&) const override { --at<int64_t>(state); }
  void merge(char* to, const char* from) const override { at<int64_t>(to) += at<int64_t>(from); }
  Scalar result(const char* state, std::string&) const override { return Scalar::of(at<int64_t>(state)); }
};

/// SUM, SUM0, AVG.
enum class Total : uint8_t { sum, sum0, average };

class IntegerTotal final : public AggregateFunction {
 public:
  IntegerTotal(Total total, data::Storage storage)
      : AggregateFunction(sizeof(State)), total_(total), storage_(storage) {}
  void add(char* state, const Scalar& value) const override {
    auto& s = at<State>(state);
    s.sum = wrapping_add(s.sum, value.integer);
    ++s.count;
  }
  void retract(char* state, const Scalar& value) const override {
    auto& s = at<State>(state);
    s.sum = wrapping_subtract(s.sum, value.integer);
    --s.count;
  }
  void merge(char* to, const char* from) const override {
    at<State>(to).sum = wrapping_add(at<State>(to).sum, at<State>(from).sum);
    at<State>(to).count += at<State>(from).count;
  }
  Scalar result(const char* state, std::string&) const override {
    const auto& s = at<State>(state);
    if (s.count == 0) return total_ == Total::sum0 ? Scalar::of(int64_t{0}) : Scalar();
    // -1: the least number by -1 would trap.
    if (total_ == Total::average && s.count != -1) return Scalar::of(cut_to(storage_, s.sum / s.count));
    return Scalar::of(cut_to(storage_, s.sum));
  }

 private:
  struct State {
    int64_t sum;
    int64_t count;
  };
  Total total_;
  data::Storage storage_;
};

class FloatTotal final : public AggregateFunction {
 public:
  FloatTotal(Total total, bool narrow) : AggregateFunction(sizeof(State)), total_(total), narrow_(narrow) {}
  void add(char* state, const Scalar& value) const override { set(state, at<State>(state).sum + value.number, 1); }
  void retract(char* state, const Scalar& value) const override { set(state, at<State>(state).sum - value.number, -1); }
  void merge(char* to, const char* from) const override {
    if (at<State>(from).count != 0) set(to, at<State>(to).sum + at<State>(from).sum, at<State>(from).count);
  }
  Scalar result(const char* state, std::string&) const override {
    const auto& s = at<State>(state);
    if (s.count == 0) return total_ == Total::sum0 ? Scalar::of(0.0) : Scalar();
    return Scalar::of(total_ == Total::average ? s.sum / static_cast<double>(s.count) : s.sum);
  }

 private:
  struct State {
    double sum;
    int64_t count;
  };
  void set(char* state, double sum, int64_t more) const {
    auto& s = at<State>(state);
    s.count += more;
    // Nothing left: what rounding or a NaN left behind must not stay for ever.
    s.sum = s.count == 0 ? 0 : narrow_ && total_ != Total::average ? static_cast<float>(sum) : sum;
  }
  Total total_;
  bool narrow_;  ///< FLOAT
};

class DecimalTotal final : public AggregateFunction {
 public:
  DecimalTotal(Total total, int scale, data::DataType type)
      : AggregateFunction(sizeof(State)), total_(total), scale_(scale), type_(std::move(type)) {}
  void add(char* state, const Scalar& value) const override { add(state, value.decimal, 1); }
  void retract(char* state, const Scalar& value) const override { add(state, -value.decimal, -1); }
  void merge(char* to, const char* from) const override {
    State more;
    std::memcpy(&more, from, sizeof more);
    if (more.count == 0 && more.overflowed == 0) return;
    if (more.overflowed == 0) return add(to, more.sum, more.count);
    State s;
    std::memcpy(&s, to, sizeof s);
    s.count += more.count;
    if (total_ != Total::sum) s.overflowed = 1;
    std::memcpy(to, &s, sizeof s);
  }
  Scalar result(const char* state, std::string&) const override {
    State s;
    std::memcpy(&s, state, sizeof s);
    if (s.count == 0) return total_ == Total::sum0 ? Scalar::of(data::Int128{0}) : Scalar();
    if (s.overflowed != 0) return {};
    if (total_ != Total::average) return Scalar::of(s.sum);
    const auto average = divide_decimals({s.sum, scale_}, {s.count, 0}, type_);
    return average ? Scalar::of(*average) : Scalar();
  }

 private:
  struct State {
    data::Int128 sum;
    int64_t count;
    /// The sum has more digits than there are. As in Flink it is NULL then: a SUM begins anew with the next row, the
    /// others stay so.
    int64_t overflowed;
  };
  /// By memcpy: states are aligned to 8 bytes, which is not enough for a 128-bit number.
  void add(char* state, data::Int128 value, int64_t more) const {
    State s;
    std::memcpy(&s, state, sizeof s);
    if (s.overflowed != 0 && total_ == Total::sum) {
      s.sum = 0;
      s.overflowed = 0;
    }
    const bool wrapped = __builtin_add_overflow(s.sum, value, &s.sum);
    if (wrapped || !data::fits_precision(s.sum, data::decimal_digits_max)) s.overflowed = 1;
    s.count += more;
    std::memcpy(state, &s, sizeof s);
  }
  Total total_;
  int scale_;
  data::DataType type_;
};

/// VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP.
struct Spread {
  bool sample;
  bool root;
};

/// OVER of integers in integers, as Flink: (sum of squares - sum * sum / n) / n or n - 1, each step cut.
class IntegerSpread final : public AggregateFunction {
 public:
  explicit IntegerSpread(Spread spread) : AggregateFunction(sizeof(State)), spread_(spread) {}
  void add(char* state, const Scalar& value) const override {
    auto& s = at<State>(state);
    ++s.count;
    s.sum = wrapping_add(s.sum, value.integer);
    s.squares = wrapping_add(s.squares, wrapping_multiply(value.integer, value.integer));
  }
  void retract(char* state, const Scalar& value) const override {
    auto& s = at<State>(state);
    --s.count;
    s.sum = wrapping_subtract(s.sum, value.integer);
    s.squares = wrapping_subtract(s.squares, wrapping_multiply(value.integer, value.integer));
  }
  void merge(char* to, const char* from) const override {
    auto& s = at<State>(to);
    s.count += at<State>(from).count;
    s.sum = wrapping_add(s.sum, at<State>(from).sum);
    s.squares = wrapping_add(s.squares, at<State>(from).squares);
  }
  Scalar result(const char* state, std::string&) const override {
    const auto& s = at<State>(state);
    const int64_t divisor = s.count - (spread_.sample ? 1 : 0);
    if (s.count <= 0 || divisor <= 0) return {};
    const int64_t variance = wrapping_subtract(s.squares, wrapping_multiply(s.sum, s.sum) / s.count) / divisor;
    return Scalar::of(
        spread_.root ? static_cast<int64_t>(std::sqrt(static_cast<double>(std::max<int64_t>(variance, 0)))) : variance);
  }

 private:
  struct State {
    int64_t count;
    int64_t sum;
    int64_t squares;
  };
  Spread spread_;
};

/// By running mean and squared distance (Welford), which loses no digits where the values are large and close.
class FloatSpread final : public AggregateFunction {
 public:
  FloatSpread(Spread spread, const data::DataType& argument, data::DataType type)
      : AggregateFunction(sizeof(State)), spread_(spread), argument_(argument), type_(std::move(type)) {}
  void add(char* state, const Scalar& value) const override {
    auto& s = at<State>(state);
    const double x = number(value);
    const double distance = x - s.mean;
    ++s.count;
    s.mean += distance / static_cast<double>(s.count);
    s.squares += distance * (x - s.mean);
  }
  void retract(char* state, const Scalar& value) const override {
    auto& s = at<State>(state);
    if (--s.count <= 0) {
      s.mean = s.squares = 0;
      return;
    }
    const double x = number(value);
    const double distance = x - s.mean;
    s.mean -= distance / static_cast<double>(s.count);
    s.squares -= distance * (x - s.mean);
  }
  void merge(char* to, const char* from) const override {
    auto& s = at<State>(to);
    const auto& more = at<State>(from);
    if (more.count == 0) return;
    const auto n = static_cast<double>(s.count), m = static_cast<double>(more.count);
    const double distance = more.mean - s.mean;
    s.count += more.count;
    s.mean += distance * m / (n + m);
    s.squares += more.squares + distance * distance * n * m / (n + m);
  }
  Scalar result(const char* state, std::string&) const override {
    const auto& s = at<State>(state);
    const int64_t divisor = s.count - (spread_.sample ? 1 : 0);
    if (s.count <= 0 || divisor <= 0) return {};
    if (s.squares < 0) return {};  // what rounding left behind when values were taken back: NULL in Flink too
    const double variance = s.squares / static_cast<double>(divisor);
    const double value = spread_.root ? std::sqrt(variance) : variance;
    if (data::is_integer(type_.kind())) return Scalar::of(saturated(value));
    if (type_.kind() != data::TypeKind::decimal) return Scalar::of(value);
    const auto decimal = data::decimal_of(value, type_.precision(), type_.scale());
    return decimal ? Scalar::of(*decimal) : Scalar();
  }

 private:
  struct State {
    int64_t count;
    double mean;
    double squares;
  };
  double number(const Scalar& value) const {
    return argument_.kind() == data::TypeKind::decimal ? data::to_double(value.decimal, argument_.scale())
                                                       : value.number;
  }
  /// As a cast of DOUBLE to the integer type.
  int64_t saturated(double value) const {
    if (std::isnan(value)) return 0;
    const auto within = [value]<class T>(std::type_identity<T>) -> int64_t {
      if (value >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
      return static_cast<T>(value);
    };
    if (type_.kind() == data::TypeKind::bigint) return within(std::type_identity<int64_t>());
    const int64_t whole = within(std::type_identity<int32_t>());
    if (type_.kind() == data::TypeKind::smallint) return static_cast<int16_t>(whole);
    return type_.kind() == data::TypeKind::tinyint ? static_cast<int8_t>(whole) : whole;
  }
  Spread spread_;
  data::DataType argument_;
  data::DataType type_;
};

AggregateFunctionPtr make_total(Total total, const sql::AggregateCall& call, const data::DataType& argument) {
  switch (scalar_kind_of(argument.kind())) {
    case ScalarKind::integer: return std::make_unique<IntegerTotal>(total, data::storage_of(call.type.kind()));
    case ScalarKind::number: return std::make_unique<FloatTotal>(total, argument.kind() == data::TypeKind::real);
    default: return std::make_unique<DecimalTotal>(total, argument.scale(), call.type);
  }
}

AggregateFunctionPtr make_spread(Spread spread, const sql::AggregateCall& call, const data::DataType& argument) {
  if (scalar_kind_of(argument.kind()) == ScalarKind::integer) return std::make_unique<IntegerSpread>(spread);
  return std::make_unique<FloatSpread>(spread, argument, call.type);
}

}  // namespace

AggregateFunctionPtr make_number_aggregate(const sql::AggregateCall& call, const data::DataType& argument) {
  switch (call.function) {
    case Aggregate::count:
    case Aggregate::count_star:
    case Aggregate::row_number: return std::make_unique<Count>();
    default: break;
  }
  if (!data::is_numeric(argument.kind())) return nullptr;
  switch (call.function) {
    case Aggregate::sum: return make_total(Total::sum, call, argument);
    case Aggregate::sum0: return make_total(Total::sum0, call, argument);
    case Aggregate::avg: return make_total(Total::average, call, argument);
    case Aggregate::var_pop: return make_spread({.sample = false, .root = false}, call, argument);
    case Aggregate::var_samp: return make_spread({.sample = true, .root = false}, call, argument);
    case Aggregate::stddev_pop: return make_spread({.sample = false, .root = true}, call, argument);
    case Aggregate::stddev_samp: return make_spread({.sample = true, .root = true}, call, argument);
    default: return nullptr;
  }
}

}  // namespace azud::stream
