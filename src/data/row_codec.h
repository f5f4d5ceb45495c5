#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "data/builder.h"
#include "data/column.h"

namespace azud::data {

/// Rows as self-delimiting bytes: keys of state tables, rows kept in state, commits. Equal rows give equal bytes (-0.0
/// and 0.0 are one value, all NaNs are one), so the bytes of a key can be compared and hashed. NULL equals NULL.
void append_row(std::string& out, std::span<const ColumnPtr> columns, std::size_t row);
void append_value(std::string& out, const Column& column, std::size_t row);

/// Appends one row from the front of `in` to the builders (one a column, types as when written) and removes it. False
/// if the bytes do not hold such a row.
bool take_row(ByteView& in, std::span<ColumnBuilder> builders);

}  // namespace azud::data
