#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "data/builder.h"
#include "data/column.h"
#include "data/type.h"

namespace azud::stream {

/// How a value is held while it is aggregated: all integers and times as int64_t, both floats as double.
enum class ScalarKind : uint8_t { integer, number, decimal, text, nested };
ScalarKind scalar_kind_of(data::TypeKind type);

/// One value out of a column or a state, without owning it.
struct Scalar {
  Scalar() : decimal(0) {}

  bool null = true;
  union {
    data::Int128 decimal;
    int64_t integer;
    double number;
    std::string_view text;  ///< CHAR and BYTES; ROW, ARRAY, MAP, MULTISET: the bytes of data::append_value
  };

  static Scalar of(int64_t value);
  static Scalar of(double value);
  static Scalar of(data::Int128 value);
  static Scalar of(std::string_view value);
};

/// Row `row` of the column. `scratch` holds the bytes of a nested value.
Scalar read_scalar(const data::Column& column, std::size_t row, std::string& scratch);
/// The builder's type decides how the value is cut: integers wrap to its width.
void append_scalar(data::ColumnBuilder& out, const Scalar& value);

/// The bytes of data::append_value for a value of this storage; equal values have equal bytes.
void encode_scalar(std::string& out, data::Storage storage, const Scalar& value);
/// The value at the front of `in`, which is moved on; it points into `in`. False if the bytes do not hold one.
/// Nested values have no end of their own: they take all of `in`.
bool take_scalar(ByteView& in, data::Storage storage, Scalar& value);

/// Negative, 0, positive. Both of the kind, neither NULL; NaN is greatest, text goes by bytes.
int compare_scalars(ScalarKind kind, const Scalar& a, const Scalar& b);

}  // namespace azud::stream
