#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "data/column.h"

namespace azud::data {

/// Keeps copies of strings in large chunks; shared by the columns that point into it.
class TextArena {
 public:
  /// A copy of `text` that lives as long as the arena.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) grow(text.size());
    char* at = next_;
    std::memcpy(at, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {at, text.size()};
  }
  /// Room for `size` bytes to be written by the caller; `commit` keeps the first of them.
  char* reserve(std::size_t size) {
    if (size > left_) grow(size);
    return next_;
  }
  std::string_view commit(std::size_t size) {
    char* at = next_;
    next_ += size;
    left_ -= size;
    return {at, size};
  }

 private:
  void grow(std::size_t at_least);
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t last_size_ = 0;
};

/// Builds a column value by value. The typed append must match `storage_of(type)`. Not thread-safe.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(DataType type, std::size_t expected_rows = 0);

  const DataType& type() const { return type_; }
  std::size_t size() const { return size_; }

  template <class T>
  void append(T value) {
    std::get<std::vector<T>>(values_).push_back(value);
    note_valid();
  }
  /// Copies the text into the builder's arena.
  void append_text(std::string_view text);
  /// Stores the view itself; what it points into must be kept alive by `add_owner`.
  void append_view(std::string_view text) { append<std::string_view>(text); }
  void add_owner(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }
  TextArena& arena();

  void append_null();
  void append_value(const Value& value);
  /// Row `row` of a column of the same type.
  void append_from(const Column& column, std::size_t row);

  /// ROW: append to every child, then `finish_row`. ARRAY and MAP: append the elements to the children, then
  /// `finish_row`.
  ColumnBuilder& child(std::size_t field) { return *children_[field]; }
  void finish_row();

  /// Forgets all rows after the first `rows`, a half-built nested row too: how a reader takes back a row that failed.
  void truncate(std::size_t rows);

  /// The column; the builder is empty again.
  ColumnPtr finish();

 private:
  void note_valid() {
    if (!valid_.empty()) valid_.push_back(1);
    ++size_;
  }

  DataType type_;
  std::size_t size_ = 0;
  Column::Values values_;
  std::vector<uint8_t> valid_;
  Column::Owners owners_;
  std::shared_ptr<TextArena> arena_;
  std::vector<std::unique_ptr<ColumnBuilder>> children_;
};

}  // namespace azud::data
