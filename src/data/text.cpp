#include "data/text.h"

#include <cstdlib>

#include <fmt/format.h>

#include "data/decimal.h"
#include "data/number_text.h"
#include "data/time_text.h"

namespace azud::data {
namespace {

/// java.time.Period of INTERVAL MONTH, which Flink makes of all intervals of months and years.
void append_months(std::string& out, int32_t months) {
  out += months == 0 ? std::string("P0D") : fmt::format("P{}M", months);
}

/// java.time.Duration of a count of milliseconds.
void append_duration(std::string& out, int64_t ms) {
  out += "PT";
  if (ms == 0) {
    out += "0S";
    return;
  }
  const int64_t seconds = ms / 1000;
  if (seconds / 3600 != 0) out += fmt::format("{}H", seconds / 3600);
  if (seconds / 60 % 60 != 0) out += fmt::format("{}M", seconds / 60 % 60);
  if (seconds % 60 == 0 && ms % 1000 == 0) return;
  if (ms < 0) out += '-';
  out += fmt::format("{}", std::abs(seconds % 60));
  if (ms % 1000 != 0) {
    std::string fraction = fmt::format("{:03}", std::abs(ms % 1000));
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  out += 'S';
}

void append_bytes(std::string& out, std::string_view bytes) {
  out += '[';
  for (std::size_t i = 0; i < bytes.size(); ++i)
    out += fmt::format("{}{}", i == 0 ? "" : ", ", static_cast<int>(static_cast<int8_t>(bytes[i])));
  out += ']';
}

void append_list(std::string& out, const Column& column, std::size_t row) {
  const ListValues& list = column.list_values();
  const bool pairs = list.children.size() == 2;
  out += pairs ? '{' : '[';
  for (uint32_t i = list.offsets[row]; i < list.offsets[row + 1]; ++i) {
    if (i != list.offsets[row]) out += ", ";
    append_text(out, *list.children[0], i);
    if (!pairs) continue;
    out += '=';
    append_text(out, *list.children[1], i);
  }
  out += pairs ? '}' : ']';
}

void append_integer(std::string& out, int64_t value) { fmt::format_to(std::back_inserter(out), "{}", value); }

}  // namespace

void append_text(std::string& out, const Column& column, std::size_t row) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  switch (column.type().kind()) {
    case TypeKind::null: out += "null"; return;
    case TypeKind::boolean: out += column.values<int8_t>()[row] != 0 ? "true" : "false"; return;
    case TypeKind::tinyint: return append_integer(out, column.values<int8_t>()[row]);
    case TypeKind::smallint: return append_integer(out, column.values<int16_t>()[row]);
    case TypeKind::integer: return append_integer(out, column.values<int32_t>()[row]);
    case TypeKind::bigint: return append_integer(out, column.values<int64_t>()[row]);
    case TypeKind::real: return append_float(out, column.values<float>()[row]);
    case TypeKind::double_precision: return append_double(out, column.values<double>()[row]);
    case TypeKind::decimal: return append_decimal_scientific(out, column.values<Int128>()[row], column.type().scale());
    case TypeKind::character:
    case TypeKind::varchar: out += column.values<std::string_view>()[row]; return;
    case TypeKind::binary:
    case TypeKind::varbinary: return append_bytes(out, column.values<std::string_view>()[row]);
    case TypeKind::date: return append_date(out, column.values<int32_t>()[row]);
    case TypeKind::time: return append_time(out, column.values<int32_t>()[row] * us_per_ms, 3, Fraction::java);
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz: {
      const int64_t us = column.values<int64_t>()[row];
      const bool instant = column.type().kind() == TypeKind::timestamp_ltz;
      append_timestamp(out, us, column.type().precision(), Fraction::java, 'T');
      if (!instant) return;
      if (us % (60 * us_per_second) == 0) out += ":00";  // an Instant always shows its seconds
      out += 'Z';
      return;
    }
    case TypeKind::interval_months: return append_months(out, column.values<int32_t>()[row]);
    case TypeKind::interval_ms: return append_duration(out, column.values<int64_t>()[row]);
    case TypeKind::row: {
      out += "+I[";
      const auto& children = column.row_values().children;
      for (std::size_t i = 0; i < children.size(); ++i) {
        if (i != 0) out += ", ";
        append_text(out, *children[i], row);
      }
      out += ']';
      return;
    }
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return append_list(out, column, row);
  }
}

std::string to_text(const Column& column, std::size_t row) {
  std::string out;
  append_text(out, column, row);
  return out;
}

std::string to_text(const Batch& batch, std::size_t row) {
  std::string out(to_string(batch.kind(row)));
  out += '[';
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    if (i != 0) out += ", ";
    append_text(out, *batch.columns[i], row);
  }
  return out + ']';
}

}  // namespace azud::data
