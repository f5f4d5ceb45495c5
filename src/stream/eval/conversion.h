#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "data/column.h"
#include "stream/eval/made_room.h"
#include "stream/eval/zone.h"

namespace azud::stream {

/// What could not be converted; such a value has become NULL. And the room for what becomes a longer text.
struct Misses {
  struct First {
    std::size_t row;
    std::string text;
  };
  MadeRoom& room;
  std::optional<First> first = std::nullopt;

  void note(std::size_t row, std::string_view text) {
    if (!first) first = First{row, std::string(text)};
  }
};

/// A column of one type into one of another; NULL stays NULL.
using Conversion = std::function<data::ColumnPtr(const data::ColumnPtr& from, Misses& misses)>;

/// The conversion that CAST means, `unsupported` if there is none. Sources: portable-sql.md 6, flink-sql.md 6.
Result<Conversion> conversion(const data::DataType& from, const data::DataType& to, const Zone& zone);

// By the kind of the target; empty if there is no such conversion.
Conversion conversion_to_boolean(const data::DataType& from);
Conversion conversion_to_number(const data::DataType& from, const data::DataType& to);
Conversion conversion_to_text(const data::DataType& from, const data::DataType& to, const Zone& zone);
Conversion conversion_to_bytes(const data::DataType& from, const data::DataType& to);
Conversion conversion_to_time(const data::DataType& from, const data::DataType& to, const Zone& zone);
Conversion conversion_to_interval(const data::DataType& from, const data::DataType& to);
Result<Conversion> conversion_of_nested(const data::DataType& from, const data::DataType& to, const Zone& zone);

/// One value as CAST to STRING writes it ("NULL" inside of ROW, ARRAY and MAP).
void append_cast_text(std::string& out, const data::Column& column, std::size_t row, ZoneCursor& zone);

/// The same values with another type of the same storage.
data::ColumnPtr retyped(const data::ColumnPtr& column, const data::DataType& type);

}  // namespace azud::stream
