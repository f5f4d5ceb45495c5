#include <cmath>
#include <numbers>
#include <random>

#include <fmt/format.h>

#include "data/decimal.h"
#include "stream/eval/function_table.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::Int128;
using data::Storage;
using sql::Function;

template <double (*f)(double)>
Result<ColumnPtr> of_double(Call& call) {
  return map_one<double, double>(call, f);
}
template <double (*f)(double, double)>
Result<ColumnPtr> of_two_doubles(Call& call) {
  return map_two<double, double, double>(call, f);
}

double cotangent(double x) { return 1 / std::tan(x); }
double degrees(double x) { return x * (180 / std::numbers::pi); }
double radians(double x) { return x * (std::numbers::pi / 180); }
double logarithm_to_2(double x) { return std::log(x) / std::numbers::ln2; }

/// LOG(x) natural, LOG(base, x).
Result<ColumnPtr> logarithm(Call& call) {
  if (call.args.size() == 1) return of_double<std::log>(call);
  return map_two<double, double, double>(call, [](double base, double x) { return std::log(x) / std::log(base); });
}

/// ROUND and TRUNCATE to `digits` after the point, negative ones before it.
template <bool cut>
Int128 at_digit(Int128 value, int scale, int digits) {
  if (digits >= scale) return value;
  const int64_t down = int64_t{scale} - digits;
  if (down > data::decimal_digits_max) return 0;
  const Int128 unit = data::power_of_ten(static_cast<int>(down));
  const Int128 rest = value % unit;
  value -= rest;
  if (!cut && rest >= unit - rest && rest > 0) value += unit;
  if (!cut && rest < 0 && -rest >= unit + rest) value -= unit;
  return value;
}

template <bool cut>
double at_digit(double value, int digits) {
  if (!std::isfinite(value)) return value;
  constexpr int digits_of_text = 17;
  const int scale = cut ? digits_of_text : std::max(digits, 0);
  if (digits > digits_of_text) return value;
  const auto exact = data::decimal_of(value, data::decimal_digits_max, scale);
  if (digits >= 0 && exact) return data::to_double(at_digit<cut>(*exact, scale, digits), scale) + 0.0;
  if (digits < -308) return 0;
  const double unit = std::pow(10.0, digits);
  const double scaled = value * unit;
  return (cut ? std::trunc(scaled) : std::round(scaled)) / unit + 0.0;  // no -0.0
}

template <class T, class F>
Result<ColumnPtr> with_digits(Call& call, F f) {
  Out<T> out(call);
  const View<T> value = call.view<T>(0);
  for (std::size_t i = 0; i < out.rows(); ++i)
    if (!out.skip(i)) out[i] = f(value[i], call.args.size() > 1 ? call.view<int32_t>(1)[i] : 0);
  return out.finish();
}

template <bool cut>
Result<ColumnPtr> rounded(Call& call) {
  const auto integer = [](auto value, int digits) {
    return static_cast<decltype(value)>(digits >= 0 ? Int128(value) : at_digit<cut>(Int128(value), 0, digits));
  };
  switch (data::storage_of(call.type().kind())) {
    case Storage::i8: return with_digits<int8_t>(call, integer);
    case Storage::i16: return with_digits<int16_t>(call, integer);
    case Storage::i32: return with_digits<int32_t>(call, integer);
    case Storage::i64: return with_digits<int64_t>(call, integer);
    case Storage::f32:
      return with_digits<float>(call, [](float v, int d) { return static_cast<float>(at_digit<cut>(double{v}, d)); });
    case Storage::f64: return with_digits<double>(call, [](double v, int d) { return at_digit<cut>(v, d); });
    case Storage::i128: {
      const int from = call.arg_type(0).scale(), to = call.type().scale();
      return with_digits<Int128>(call, [from, to](Int128 value, int digits) {
        const Int128 kept = at_digit<cut>(value, from, digits);
        return data::rescale(kept, from, to, data::decimal_digits_max).value_or(0);
      });
    }
    default: return fail(Code::unsupported, "ROUND of {}", call.type().to_sql());
  }
}

template <bool up>
Result<ColumnPtr> whole(Call& call) {
  const auto f = [](auto value) { return up ? std::ceil(value) : std::floor(value); };
  switch (data::storage_of(call.type().kind())) {
    case Storage::f32: return map_one<float, float>(call, f);
    case Storage::f64: return map_one<double, double>(call, f);
    case Storage::i128: {
      const int from = call.arg_type(0).scale(), to = call.type().scale();
      const Int128 unit = data::power_of_ten(from), shown = data::power_of_ten(to);
      return map_one<Int128, Int128>(call, [=](Int128 value) {
        const Int128 rest = value % unit;
        Int128 quotient = value / unit;
        if (up && rest > 0) ++quotient;
        if (!up && rest < 0) --quotient;
        return quotient * shown;
      });
    }
    default: return call.args[0].column;  // integers are whole
  }
}

Result<ColumnPtr> hex(Call& call) {
  TextOut out(call);
  const bool text = data::storage_of(call.arg_type(0).kind()) == Storage::text;
  std::string shown;
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    shown.clear();
    if (text) {
      for (const char c : call.view<std::string_view>(0)[i])
        fmt::format_to(std::back_inserter(shown), "{:02X}", static_cast<unsigned char>(c));
    } else {
      fmt::format_to(std::back_inserter(shown), "{:X}", static_cast<uint64_t>(call.view<int64_t>(0)[i]));
    }
    out.copy(i, shown);
  }
  return out.finish();
}

Result<ColumnPtr> bin(Call& call) {
  TextOut out(call);
  const View<int64_t> value = call.view<int64_t>(0);
  for (std::size_t i = 0; i < out.rows(); ++i)
    if (!out.skip(i)) out.copy(i, fmt::format("{:b}", static_cast<uint64_t>(value[i])));
  return out.finish();
}

template <double value>
Result<ColumnPtr> constant(Call& call) {
  return data::Column::constant(call.type(), value, call.rows);
}

std::mt19937_64& random_engine() {
  thread_local std::mt19937_64 engine{std::random_device()()};
  return engine;
}

Result<ColumnPtr> random_double(Call& call) {
  Out<double> out(call);
  std::uniform_real_distribution<double> any(0, 1);
  for (std::size_t i = 0; i < out.rows(); ++i) out[i] = any(random_engine());
  return out.finish();
}

/// RAND_INTEGER([seed,] bound).
Result<ColumnPtr> random_integer(Call& call) {
  Out<int32_t> out(call);
  const View<int32_t> bound = call.view<int32_t>(call.args.size() - 1);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    if (bound[i] <= 0) return call.fail_at(i, "RAND_INTEGER needs a bound above 0, got {}", bound[i]);
    out[i] = std::uniform_int_distribution<int32_t>(0, bound[i] - 1)(random_engine());
  }
  return out.finish();
}

}  // namespace

void add_math_functions(FunctionTable& table) {
  table.add(Function::power, of_two_doubles<std::pow>);
  table.add(Function::sqrt, of_double<std::sqrt>);
  table.add(Function::exp, of_double<std::exp>);
  table.add(Function::ln, of_double<std::log>);
  table.add(Function::log10, of_double<std::log10>);
  table.add(Function::log2, of_double<logarithm_to_2>);
  table.add(Function::log, logarithm);
  table.add(Function::round, rounded<false>);
  table.add(Function::truncate, rounded<true>);
  table.add(Function::floor, whole<false>);
  table.add(Function::ceil, whole<true>);
  table.add(Function::sin, of_double<std::sin>);
  table.add(Function::cos, of_double<std::cos>);
  table.add(Function::tan, of_double<std::tan>);
  table.add(Function::cot, of_double<cotangent>);
  table.add(Function::asin, of_double<std::asin>);
  table.add(Function::acos, of_double<std::acos>);
  table.add(Function::atan, of_double<std::atan>);
  table.add(Function::atan2, of_two_doubles<std::atan2>);
  table.add(Function::sinh, of_double<std::sinh>);
  table.add(Function::cosh, of_double<std::cosh>);
  table.add(Function::tanh, of_double<std::tanh>);
  table.add(Function::degrees, of_double<degrees>);
  table.add(Function::radians, of_double<radians>);
  table.add(Function::pi, constant<std::numbers::pi>);
  table.add(Function::e, constant<std::numbers::e>);
  table.add(Function::rand, random_double);
  table.add(Function::rand_integer, random_integer, {.fallible = true});
  table.add(Function::hex, hex);
  table.add(Function::bin, bin);
}

}  // namespace azud::stream
