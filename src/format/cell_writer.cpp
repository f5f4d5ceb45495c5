#include "format/cell_writer.h"

#include <array>
#include <charconv>

#include "base/assert.h"
#include "data/decimal.h"
#include "data/time_text.h"

namespace azud::format {

using data::TypeKind;

void append_integer(std::string& out, int64_t value) {
  std::array<char, 20> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), end.ptr);
}

void append_stripped_decimal(std::string& out, data::Int128 unscaled, int scale) {
  if (unscaled == 0) {
    out += '0';
    return;
  }
  for (; unscaled % 10 == 0; unscaled /= 10) --scale;
  std::string digits;
  data::append_decimal(digits, unscaled < 0 ? -unscaled : unscaled, 0);
  const int exponent = static_cast<int>(digits.size()) - 1 - scale;
  if (scale >= 0 && exponent >= -6) return data::append_decimal(out, unscaled, scale);
  if (unscaled < 0) out += '-';
  out += digits.front();
  if (digits.size() > 1) out.append(".").append(digits, 1);
  out += exponent < 0 ? "E" : "E+";
  append_integer(out, exponent);
}

namespace {

/// java.time writes a plus before years beyond 9999.
void append_sign(std::string& out, int64_t days) {
  constexpr int64_t first_day_of_10000 = 2932897;
  if (days >= first_day_of_10000) out += '+';
}

}  // namespace

void append_time_value(std::string& out, const data::Column& column, std::size_t row, char separator) {
  constexpr data::Fraction fraction = data::Fraction::minimal;
  const TypeKind kind = column.type().kind();
  if (kind == TypeKind::date)
    append_sign(out, column.values<int32_t>()[row]);
  else if (kind != TypeKind::time)
    append_sign(out, data::floor_div(column.values<int64_t>()[row], data::us_per_day));
  switch (kind) {
    case TypeKind::date: return data::append_date(out, column.values<int32_t>()[row]);
    case TypeKind::time: return data::append_time(out, column.values<int32_t>()[row] * data::us_per_ms, 3, fraction);
    case TypeKind::timestamp: return data::append_timestamp(out, column.values<int64_t>()[row], 6, fraction, separator);
    case TypeKind::timestamp_ltz:
      data::append_timestamp(out, column.values<int64_t>()[row], 6, fraction, separator);
      out += 'Z';
      return;
    default: AZUD_ASSERT(false, "the column holds dates or times");
  }
}

}  // namespace azud::format
