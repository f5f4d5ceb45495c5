#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/column.h"

namespace azud::data {

/// What a row of a changelog does to the table it describes.
enum class RowKind : uint8_t { insert, update_before, update_after, remove };
/// "+I", "-U", "+U", "-D".
std::string_view to_string(RowKind kind);
/// Whether the row adds to the table (+I, +U) rather than taking away.
inline bool is_addition(RowKind kind) { return kind == RowKind::insert || kind == RowKind::update_after; }

/// Rows in columns. The columns are shared and never change; a batch is a cheap value.
struct Batch {
  std::size_t rows = 0;
  std::vector<ColumnPtr> columns;
  /// One a row; empty means that all are +I.
  std::vector<RowKind> kinds;
  /// One a row, rising: the place of its record in what a job read (piece << 20 | row of the piece). Rows of a source
  /// have it and keep it through filters and projections; rows made by an operator with state have none (empty).
  std::vector<uint64_t> order;

  RowKind kind(std::size_t row) const { return kinds.empty() ? RowKind::insert : kinds[row]; }
};

Batch take(const Batch& batch, std::span<const uint32_t> rows);
Batch slice(const Batch& batch, std::size_t from, std::size_t count);
/// At least one batch, all of the same columns' types. The order is kept if all have one.
Batch concat(std::span<const Batch> batches);

}  // namespace azud::data
