#pragma once

#include <string>

#include "stream/op/aggregate/scalar.h"

namespace azud::stream {

/// Appends bytes that compare, byte by byte, as SQL sorts the values: NULL before or after all others, NaN the greatest
/// number, text by its bytes. Equal values have equal bytes. Not for nested values.
void append_sort_key(std::string& out, ScalarKind kind, const Scalar& value, bool nulls_last);

}  // namespace azud::stream
