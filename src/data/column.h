#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "data/type.h"
#include "data/value.h"

namespace azud::data {

class Column;
using ColumnPtr = std::shared_ptr<const Column>;

/// ARRAY, MAP, MULTISET: row i holds children's rows [offsets[i], offsets[i + 1]).
struct ListValues {
  std::vector<uint32_t> offsets{0};
  std::vector<ColumnPtr> children;
};
/// ROW: one child a field, all of the column's length.
struct RowValues {
  std::vector<ColumnPtr> children;
};

/// The values of one type for the rows of a batch. Immutable once shared; projections share it.
class Column {
 public:
  using Values = std::variant<std::monostate, std::vector<int8_t>, std::vector<int16_t>, std::vector<int32_t>,
                              std::vector<int64_t>, std::vector<float>, std::vector<double>, std::vector<Int128>,
                              std::vector<std::string_view>, RowValues, ListValues>;
  using Owners = std::vector<std::shared_ptr<const void>>;

  /// `valid`: one byte a row, 0 = NULL; empty = no NULL in it. Values at NULL rows are defined (0 or empty) but mean
  /// nothing. `owners` keep the bytes behind string_views alive.
  Column(DataType type, std::size_t size, Values values, std::vector<uint8_t> valid = {}, Owners owners = {});

  /// `size` rows of the same value.
  static ColumnPtr constant(const DataType& type, const Value& value, std::size_t size);
  static ColumnPtr nulls(const DataType& type, std::size_t size) { return constant(type, Value(), size); }

  const DataType& type() const { return type_; }
  std::size_t size() const { return size_; }

  bool has_nulls() const { return !valid_.empty(); }
  bool is_null(std::size_t row) const { return !valid_.empty() && valid_[row] == 0; }
  std::span<const uint8_t> valid() const { return valid_; }

  /// T as `storage_of(type)` says; int8_t for BOOLEAN.
  template <class T>
  std::span<const T> values() const {
    const auto* held = std::get_if<std::vector<T>>(&values_);
    AZUD_ASSERT(held != nullptr, "a column was read as another type than it has");
    return *held;
  }
  const RowValues& row_values() const { return std::get<RowValues>(values_); }
  const ListValues& list_values() const { return std::get<ListValues>(values_); }
  const Owners& owners() const { return owners_; }
  const Values& raw() const { return values_; }

  /// Off the hot path.
  Value value(std::size_t row) const;

 private:
  DataType type_;
  std::size_t size_;
  Values values_;
  std::vector<uint8_t> valid_;
  Owners owners_;
};

/// The rows of `column` named by `rows`, in that order; an index may come twice. Strings are shared, not copied.
ColumnPtr take(const ColumnPtr& column, std::span<const uint32_t> rows);
/// Columns of one type one after another.
ColumnPtr concat(std::span<const ColumnPtr> columns);
/// Rows [from, from + count).
ColumnPtr slice(const ColumnPtr& column, std::size_t from, std::size_t count);

/// Bytes a column holds on to by itself (not those behind its string_views), for memory budgets.
std::size_t memory_bytes(const Column& column);

}  // namespace azud::data
