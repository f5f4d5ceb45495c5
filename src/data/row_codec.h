#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "data/builder.h"
#include "data/column.h"

namespace azud::data {

/// Rows as self-delimiting bytes: keys of state tables, rows kept in state, commits. Equal rows give equal bytes (-0.0
/// and 0.0 are one value, all NaNs are one), so the bytes of a key can be compared and hashed. NULL equals NULL.
///
/// Row: a bitmap of its NULLs, (columns + 7) / 8 bytes, lowest bit first; then the other values. Numbers: little-endian
/// in the width of their Storage. Text: varint length, bytes. ROW: as a row. ARRAY, MAP, MULTISET: varint count, then
/// the element rows (MAP and MULTISET: of key and value).
void append_row(std::string& out, std::span<const ColumnPtr> columns, std::size_t row);
/// The same as a row of one column.
void append_value(std::string& out, const Column& column, std::size_t row);

/// Many rows encoded at once. Reused from batch to batch, so that its memory is.
struct EncodedRows {
  std::string bytes;
  std::vector<uint32_t> offsets;  ///< rows + 1

  std::size_t size() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  ByteView operator[](std::size_t row) const {
    return ByteView(bytes).substr(offsets[row], offsets[row + 1] - offsets[row]);
  }
};
/// All rows of the columns, column by column; what was in `out` is replaced.
void encode_rows(std::span<const ColumnPtr> columns, std::size_t rows, EncodedRows& out);

/// Appends one row from the front of `in` to the builders (one a column, types as when written) and removes it. False
/// if the bytes do not hold such a row; the builders are then of no more use.
bool take_row(ByteView& in, std::span<ColumnBuilder> builders);
bool take_value(ByteView& in, ColumnBuilder& builder);

}  // namespace azud::data
