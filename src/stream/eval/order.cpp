#include "stream/eval/order.h"

#include <algorithm>

#include "base/assert.h"
#include "data/decimal.h"

namespace azud::stream {
namespace {

using data::Column;
using data::Int128;
using data::Storage;

template <class T>
int sign_of(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a || b != b) return (a != a ? 1 : 0) - (b != b ? 1 : 0);
  }
  return a < b ? -1 : b < a ? 1 : 0;
}

template <class T>
int compare_as(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
  return sign_of(a.values<T>()[row_a], b.values<T>()[row_b]);
}

int compare_decimals(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
  const Int128 left = a.values<Int128>()[row_a], right = b.values<Int128>()[row_b];
  const int scale_a = a.type().scale(), scale_b = b.type().scale();
  if (scale_a == scale_b) return sign_of(left, right);
  const Int128 up_a = data::power_of_ten(std::max(0, scale_b - scale_a));
  const Int128 up_b = data::power_of_ten(std::max(0, scale_a - scale_b));
  Int128 scaled_a = 0, scaled_b = 0;  // one that overflows is the larger in magnitude
  if (__builtin_mul_overflow(left, up_a, &scaled_a)) return left < 0 ? -1 : 1;
  if (__builtin_mul_overflow(right, up_b, &scaled_b)) return right < 0 ? 1 : -1;
  return sign_of(scaled_a, scaled_b);
}

int compare_children(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
  if (a.is_null(row_a) || b.is_null(row_b)) return (b.is_null(row_b) ? 1 : 0) - (a.is_null(row_a) ? 1 : 0);
  return compare_values(a, row_a, b, row_b);
}

int compare_lists(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
  const data::ListValues &left = a.list_values(), &right = b.list_values();
  uint32_t i = left.offsets[row_a], k = right.offsets[row_b];
  for (; i < left.offsets[row_a + 1] && k < right.offsets[row_b + 1]; ++i, ++k)
    for (std::size_t child = 0; child < left.children.size(); ++child)
      if (const int sign = compare_children(*left.children[child], i, *right.children[child], k); sign != 0)
        return sign;
  return sign_of(left.offsets[row_a + 1] - i, right.offsets[row_b + 1] - k);
}

}  // namespace

int compare_values(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
  const Storage storage = data::storage_of(a.type().kind());
  AZUD_ASSERT(storage == data::storage_of(b.type().kind()), "the binder brings both sides of a comparison to one type");
  switch (storage) {
    case Storage::i8: return compare_as<int8_t>(a, row_a, b, row_b);
    case Storage::i16: return compare_as<int16_t>(a, row_a, b, row_b);
    case Storage::i32: return compare_as<int32_t>(a, row_a, b, row_b);
    case Storage::i64: return compare_as<int64_t>(a, row_a, b, row_b);
    case Storage::f32: return compare_as<float>(a, row_a, b, row_b);
    case Storage::f64: return compare_as<double>(a, row_a, b, row_b);
    case Storage::text: return compare_as<std::string_view>(a, row_a, b, row_b);
    case Storage::i128: return compare_decimals(a, row_a, b, row_b);
    case Storage::list: return compare_lists(a, row_a, b, row_b);
    case Storage::row:
      for (std::size_t i = 0; i < a.row_values().children.size(); ++i)
        if (const int sign = compare_children(*a.row_values().children[i], row_a, *b.row_values().children[i], row_b);
            sign != 0)
          return sign;
      return 0;
    case Storage::nothing: return 0;
  }
  return 0;
}

}  // namespace azud::stream
