#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

#include "data/decimal.h"
#include "stream/eval/decimal_math.h"
#include "stream/eval/function_table.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::Int128;
using data::Storage;
using sql::Function;

/// Java's integer arithmetic: wraps around.
template <class T, class F>
T wrapping(T a, T b, F f) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(f(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
  } else {
    return f(a, b);
  }
}

/// Calls `f` with the type that a number of this storage has; DECIMAL is not among them.
template <class F>
Result<ColumnPtr> with_number(const Call& call, F f) {
  switch (data::storage_of(call.type().kind())) {
    case Storage::i8: return f(std::type_identity<int8_t>());
    case Storage::i16: return f(std::type_identity<int16_t>());
    case Storage::i32: return f(std::type_identity<int32_t>());
    case Storage::i64: return f(std::type_identity<int64_t>());
    case Storage::f32: return f(std::type_identity<float>());
    case Storage::f64: return f(std::type_identity<double>());
    default: return fail(Code::unsupported, "arithmetic on {}", call.type().to_sql());
  }
}

template <class F>
Result<ColumnPtr> map_decimals(Call& call, F f) {
  Out<Int128> out(call);
  const View<Int128> a = call.view<Int128>(0), b = call.view<Int128>(1);
  const int scale_a = call.arg_type(0).scale(), scale_b = call.arg_type(1).scale();
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const std::optional<Int128> value = f(DecimalValue{a[i], scale_a}, DecimalValue{b[i], scale_b}, call.type());
    if (value)
      out[i] = *value;
    else
      out.set_null(i);
  }
  return out.finish();
}

template <class F>
Result<ColumnPtr> arithmetic(Call& call, F f) {
  return with_number(call, [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
    return map_two<T, T, T>(call, [f](T a, T b) { return wrapping(a, b, f); });
  });
}

bool is_decimal(const Call& call) { return call.type().kind() == data::TypeKind::decimal; }

Result<ColumnPtr> plus(Call& call) {
  if (is_decimal(call)) return map_decimals(call, add_decimals);
  return arithmetic(call, [](auto a, auto b) { return a + b; });
}
Result<ColumnPtr> minus(Call& call) {
  if (is_decimal(call)) return map_decimals(call, subtract_decimals);
  return arithmetic(call, [](auto a, auto b) { return a - b; });
}
Result<ColumnPtr> multiply(Call& call) {
  if (is_decimal(call)) return map_decimals(call, multiply_decimals);
  return arithmetic(call, [](auto a, auto b) { return a * b; });
}

/// Java truncates; the one quotient that does not fit wraps.
template <class T>
T quotient(T a, T b) {
  if (b == T(-1)) return static_cast<T>(uint64_t{0} - static_cast<uint64_t>(a));
  return static_cast<T>(a / b);
}

template <class T>
T remainder_of(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return b == T(-1) ? T(0) : static_cast<T>(a % b);
  else
    return std::fmod(a, b);
}

Result<ColumnPtr> divide_integers(Call& call) {
  return with_number(call, [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
    Out<T> out(call);
    const View<T> a = call.view<T>(0), b = call.view<T>(1);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      if (b[i] == 0) return call.fail_at(i, "division by zero");
      out[i] = quotient(a[i], b[i]);
    }
    return out.finish();
  });
}

/// Whether a DOUBLE divisor was an integer before it was cast: Flink then fails on 0.
bool integer_divisor(const sql::Expression& divisor) {
  return divisor.kind == sql::Expression::Kind::call && divisor.function == Function::cast &&
         data::is_integer(divisor.arguments[0]->type.kind());
}

Status check_divisors(const Call& call) {
  const auto check = [&]<class T>(std::type_identity<T>) -> Status {
    const View<T> a = call.view<T>(0), b = call.view<T>(1);
    for (std::size_t i = 0; i < call.rows; ++i)
      if (!a.is_null(i) && !b.is_null(i) && b[i] == 0) return call.fail_at(i, "division by zero");
    return {};
  };
  if (call.type().kind() == data::TypeKind::real) return check(std::type_identity<float>());
  return check(std::type_identity<double>());
}

Result<ColumnPtr> divide_decimal_column(Call& call) {
  const View<Int128> b = call.view<Int128>(1);
  const View<Int128> a = call.view<Int128>(0);
  for (std::size_t i = 0; i < call.rows; ++i)
    if (!a.is_null(i) && !b.is_null(i) && b[i] == 0) return call.fail_at(i, "division by zero");
  return map_decimals(call, divide_decimals);
}

Result<ColumnPtr> divide(Call& call) {
  if (is_decimal(call)) return divide_decimal_column(call);
  if (data::is_integer(call.type().kind())) return divide_integers(call);
  if (integer_divisor(*call.expression.arguments[1])) TRY(check_divisors(call));
  return arithmetic(call, [](auto a, auto b) { return a / b; });
}

Result<ColumnPtr> modulo(Call& call) {
  if (is_decimal(call)) {
    const View<Int128> b = call.view<Int128>(1);
    for (std::size_t i = 0; i < call.rows; ++i)
      if (!b.is_null(i) && b[i] == 0) return call.fail_at(i, "division by zero");
    return map_decimals(call, remainder_of_decimals);
  }
  return with_number(call, [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
    Out<T> out(call);
    const View<T> a = call.view<T>(0), b = call.view<T>(1);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      if (std::is_integral_v<T> && b[i] == 0) return call.fail_at(i, "division by zero");
      out[i] = remainder_of(a[i], b[i]);
    }
    return out.finish();
  });
}

Result<ColumnPtr> negate(Call& call) {
  if (is_decimal(call)) return map_one<Int128, Int128>(call, [](Int128 a) { return -a; });
  if (data::storage_of(call.type().kind()) == Storage::i64 || data::storage_of(call.type().kind()) == Storage::i32 ||
      data::is_numeric(call.type().kind()))
    return with_number(call, [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
      return map_one<T, T>(call, [](T a) {
        if constexpr (std::is_integral_v<T>)
          return static_cast<T>(uint64_t{0} - static_cast<uint64_t>(a));
        else
          return -a;
      });
    });
  return fail(Code::unsupported, "minus before {}", call.type().to_sql());
}

Result<ColumnPtr> absolute(Call& call) {
  if (is_decimal(call)) return map_one<Int128, Int128>(call, [](Int128 a) { return a < 0 ? -a : a; });
  return with_number(call, [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
    return map_one<T, T>(call, [](T a) {
      if constexpr (std::is_integral_v<T>)
        return a < 0 ? static_cast<T>(uint64_t{0} - static_cast<uint64_t>(a)) : a;
      else
        return std::fabs(a);
    });
  });
}

Result<ColumnPtr> sign(Call& call) {
  if (is_decimal(call)) {
    const Int128 one = data::power_of_ten(call.type().scale());
    return map_one<Int128, Int128>(call, [one](Int128 a) { return a < 0 ? -one : a > 0 ? one : Int128(0); });
  }
  return with_number(call, [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
    return map_one<T, T>(call, [](T a) { return static_cast<T>(a < 0 ? T(-1) : a > 0 ? T(1) : a); });
  });
}

}  // namespace

void add_arithmetic_functions(FunctionTable& table) {
  table.add(Function::plus, plus);
  table.add(Function::minus, minus);
  table.add(Function::multiply, multiply);
  table.add(Function::divide, divide, {.fallible = true});
  table.add(Function::modulo, modulo, {.fallible = true});
  table.add(Function::negate, negate);
  table.add(Function::abs, absolute);
  table.add(Function::sign, sign);
}

}  // namespace azud::stream
