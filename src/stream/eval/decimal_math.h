#pragma once

#include <optional>

#include "data/type.h"

namespace azud::stream {

struct DecimalValue {
  data::Int128 unscaled;
  int scale;
};

// Exact, then rounded HALF_UP to `type`'s scale; nothing if the result has more digits than its precision (NULL in
// Flink). Divisors must not be 0.
std::optional<data::Int128> add_decimals(DecimalValue a, DecimalValue b, const data::DataType& type);
std::optional<data::Int128> subtract_decimals(DecimalValue a, DecimalValue b, const data::DataType& type);
std::optional<data::Int128> multiply_decimals(DecimalValue a, DecimalValue b, const data::DataType& type);
std::optional<data::Int128> divide_decimals(DecimalValue a, DecimalValue b, const data::DataType& type);
/// The sign is that of `a`.
std::optional<data::Int128> remainder_of_decimals(DecimalValue a, DecimalValue b, const data::DataType& type);

}  // namespace azud::stream
