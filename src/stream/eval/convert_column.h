#pragma once

#include <vector>

#include "data/column.h"
#include "stream/eval/conversion.h"

namespace azud::stream {

/// A Conversion that maps values one by one. `convert(value, out)` gives false for a value that has no counterpart:
/// that becomes NULL, and is a miss if `missing` is true.
template <class From, class To, class F>
Conversion value_conversion(data::DataType type, F convert, bool missing = true) {
  return [type = std::move(type), convert, missing](const data::ColumnPtr& column, Misses& misses) -> data::ColumnPtr {
    const auto from = column->values<From>();
    std::vector<To> out(from.size());
    std::vector<uint8_t> valid(column->valid().begin(), column->valid().end());
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (!valid.empty() && valid[i] == 0) continue;
      if (convert(from[i], out[i])) continue;
      if (valid.empty()) valid.assign(from.size(), 1);
      valid[i] = 0;
      out[i] = To{};
      if (!missing) continue;
      if constexpr (std::is_same_v<From, std::string_view>)
        misses.note(i, from[i]);
      else
        misses.note(i, "");
    }
    return std::make_shared<data::Column>(type, from.size(), std::move(out), std::move(valid), data::Column::Owners());
  };
}

/// The same for conversions that always have a result.
template <class From, class To, class F>
Conversion total_conversion(data::DataType type, F convert) {
  return [type = std::move(type), convert](const data::ColumnPtr& column, Misses&) -> data::ColumnPtr {
    const auto from = column->values<From>();
    std::vector<To> out(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) out[i] = convert(from[i]);
    return std::make_shared<data::Column>(type, from.size(), std::move(out),
                                          std::vector<uint8_t>(column->valid().begin(), column->valid().end()));
  };
}

}  // namespace azud::stream
