#pragma once

#include <string>

#include "data/column.h"

namespace azud::format {

/// Digits of the integer.
void append_integer(std::string& out, int64_t value);

/// Java's BigDecimal.stripTrailingZeros().toString(): "1E+2", "1.5", "1E-7".
void append_stripped_decimal(std::string& out, data::Int128 unscaled, int scale);

/// A date or time as the formats write it: no zeros at the end of a fraction, `separator` between date and time, a Z
/// behind TIMESTAMP_LTZ. The column is DATE, TIME, TIMESTAMP or TIMESTAMP_LTZ.
void append_time_value(std::string& out, const data::Column& column, std::size_t row, char separator);

}  // namespace azud::format
