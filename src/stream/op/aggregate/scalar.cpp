#include "stream/op/aggregate/scalar.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "base/varint.h"
#include "data/row_codec.h"

namespace azud::stream {
namespace {

template <class T>
void append_fixed(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
bool take_fixed(ByteView& in, T& value) {
  if (in.size() < sizeof value) return false;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return true;
}

template <class T>
bool take_integer(ByteView& in, Scalar& value) {
  T held;
  if (!take_fixed(in, held)) return false;
  value = Scalar::of(static_cast<int64_t>(held));
  return true;
}

template <class T>
T normalized(double value) {
  if (std::isnan(value)) return std::numeric_limits<T>::quiet_NaN();
  return value == 0 ? T{0} : static_cast<T>(value);
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

ScalarKind scalar_kind_of(data::TypeKind type) {
  switch (data::storage_of(type)) {
    case data::Storage::f32:
    case data::Storage::f64: return ScalarKind::number;
    case data::Storage::i128: return ScalarKind::decimal;
    case data::Storage::text: return ScalarKind::text;
    case data::Storage::row:
    case data::Storage::list: return ScalarKind::nested;
    default: return ScalarKind::integer;
  }
}

Scalar Scalar::of(int64_t value) {
  Scalar scalar;
  scalar.null = false;
  scalar.integer = value;
  return scalar;
}
Scalar Scalar::of(double value) {
  Scalar scalar;
  scalar.null = false;
  scalar.number = value;
  return scalar;
}
Scalar Scalar::of(data::Int128 value) {
  Scalar scalar;
  scalar.null = false;
  scalar.decimal = value;
  return scalar;
}
Scalar Scalar::of(std::string_view value) {
  Scalar scalar;
  scalar.null = false;
  scalar.text = value;
  return scalar;
}

Scalar read_scalar(const data::Column& column, std::size_t row, std::string& scratch) {
  if (column.is_null(row)) return {};
  switch (data::storage_of(column.type().kind())) {
    case data::Storage::i8: return Scalar::of(int64_t{column.values<int8_t>()[row]});
    case data::Storage::i16: return Scalar::of(int64_t{column.values<int16_t>()[row]});
    case data::Storage::i32: return Scalar::of(int64_t{column.values<int32_t>()[row]});
    case data::Storage::i64: return Scalar::of(column.values<int64_t>()[row]);
    case data::Storage::f32: return Scalar::of(double{column.values<float>()[row]});
    case data::Storage::f64: return Scalar::of(column.values<double>()[row]);
    case data::Storage::i128: return Scalar::of(column.values<data::Int128>()[row]);
    case data::Storage::text: return Scalar::of(column.values<std::string_view>()[row]);
    case data::Storage::row:
    case data::Storage::list:
      scratch.clear();
      data::append_value(scratch, column, row);
      return Scalar::of(std::string_view(scratch));
    case data::Storage::nothing: break;
  }
  return {};
}

void append_scalar(data::ColumnBuilder& out, const Scalar& value) {
  if (value.null) return out.append_null();
  switch (data::storage_of(out.type().kind())) {
    case data::Storage::i8: return out.append(static_cast<int8_t>(value.integer));
    case data::Storage::i16: return out.append(static_cast<int16_t>(value.integer));
    case data::Storage::i32: return out.append(static_cast<int32_t>(value.integer));
    case data::Storage::i64: return out.append(value.integer);
    case data::Storage::f32: return out.append(static_cast<float>(value.number));
    case data::Storage::f64: return out.append(value.number);
    case data::Storage::i128: return out.append(value.decimal);
    case data::Storage::text: return out.append_text(value.text);
    case data::Storage::row:
    case data::Storage::list: {
      ByteView bytes = value.text;
      const bool taken = data::take_value(bytes, out);
      AZUD_ASSERT(taken, "an aggregate's nested value is whole");
      return;
    }
    case data::Storage::nothing: return out.append_null();
  }
}

void encode_scalar(std::string& out, data::Storage storage, const Scalar& value) {
  const bool nested = storage == data::Storage::row || storage == data::Storage::list;
  if (!nested || value.null) out.push_back(value.null ? 1 : 0);
  if (value.null) return;
  switch (storage) {
    case data::Storage::i8: return append_fixed(out, static_cast<int8_t>(value.integer));
    case data::Storage::i16: return append_fixed(out, static_cast<int16_t>(value.integer));
    case data::Storage::i32: return append_fixed(out, static_cast<int32_t>(value.integer));
    case data::Storage::i64: return append_fixed(out, value.integer);
    case data::Storage::f32: return append_fixed(out, normalized<float>(value.number));
    case data::Storage::f64: return append_fixed(out, normalized<double>(value.number));
    case data::Storage::i128: return append_fixed(out, value.decimal);
    case data::Storage::text: return append_sized(out, value.text);
    case data::Storage::row:
    case data::Storage::list: out += value.text; return;
    case data::Storage::nothing: return;
  }
}

bool take_scalar(ByteView& in, data::Storage storage, Scalar& value) {
  if (in.empty()) return false;
  value = {};
  const ByteView whole = in;
  const bool null = in.front() == 1;
  in.remove_prefix(1);
  if (null) return true;
  switch (storage) {
    case data::Storage::i8: return take_integer<int8_t>(in, value);
    case data::Storage::i16: return take_integer<int16_t>(in, value);
    case data::Storage::i32: return take_integer<int32_t>(in, value);
    case data::Storage::i64: return take_integer<int64_t>(in, value);
    case data::Storage::f32: {
      float number;
      if (!take_fixed(in, number)) return false;
      value = Scalar::of(double{number});
      return true;
    }
    case data::Storage::f64: {
      double number;
      if (!take_fixed(in, number)) return false;
      value = Scalar::of(number);
      return true;
    }
    case data::Storage::i128: {
      data::Int128 decimal;
      if (!take_fixed(in, decimal)) return false;
      value = Scalar::of(decimal);
      return true;
    }
    case data::Storage::text: {
      ByteView text;
      if (!take_sized(in, text)) return false;
      value = Scalar::of(text);
      return true;
    }
    case data::Storage::row:
    case data::Storage::list:
      value = Scalar::of(whole);
      in = {};
      return true;
    case data::Storage::nothing: return true;
  }
  return false;
}

int compare_scalars(ScalarKind kind, const Scalar& a, const Scalar& b) {
  switch (kind) {
    case ScalarKind::integer: return three_way(a.integer, b.integer);
    case ScalarKind::decimal: return three_way(a.decimal, b.decimal);
    case ScalarKind::number: {
      const bool a_nan = std::isnan(a.number), b_nan = std::isnan(b.number);
      return a_nan || b_nan ? three_way(a_nan, b_nan) : three_way(a.number, b.number);
    }
    case ScalarKind::text:
    case ScalarKind::nested: return a.text.compare(b.text);
  }
  return 0;
}

}  // namespace azud::stream
