#include <charconv>

#include <fmt/format.h>

#include "data/builder.h"
#include "data/decimal.h"
#include "data/number_text.h"
#include "data/time_text.h"
#include "stream/eval/conversion.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::Column;
using data::ColumnPtr;
using data::DataType;
using data::Fraction;
using data::Int128;
using data::TypeKind;

void append_integer(std::string& out, int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end.ptr);
}

/// "+1-02".
void append_months(std::string& out, int32_t months) {
  const int64_t magnitude = months < 0 ? -static_cast<int64_t>(months) : months;
  fmt::format_to(std::back_inserter(out), "{}{}-{:02}", months < 0 ? '-' : '+', magnitude / 12, magnitude % 12);
}

/// "+1 02:03:04.005".
void append_duration(std::string& out, int64_t ms) {
  const int64_t magnitude = ms < 0 ? -ms : ms;
  fmt::format_to(std::back_inserter(out), "{}{} {:02}:{:02}:{:02}.{:03}", ms < 0 ? '-' : '+',
                 magnitude / data::ms_per_day, magnitude / 3600000 % 24, magnitude / 60000 % 60, magnitude / 1000 % 60,
                 magnitude % 1000);
}

void append_nested(std::string& out, const Column& column, std::size_t row, ZoneCursor& zone) {
  if (column.type().kind() == TypeKind::row) {
    out += '(';
    const auto& children = column.row_values().children;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (i != 0) out += ", ";
      append_cast_text(out, *children[i], row, zone);
    }
    out += ')';
    return;
  }
  const data::ListValues& list = column.list_values();
  const bool pairs = list.children.size() == 2;
  out += pairs ? '{' : '[';
  for (uint32_t i = list.offsets[row]; i < list.offsets[row + 1]; ++i) {
    if (i != list.offsets[row]) out += ", ";
    append_cast_text(out, *list.children[0], i, zone);
    if (!pairs) continue;
    out += '=';
    append_cast_text(out, *list.children[1], i, zone);
  }
  out += pairs ? '}' : ']';
}

/// What CHAR(n) and VARCHAR(n) make of a text; pads in `padded`, if there is room.
std::string_view fitted(std::string_view text, const DataType& to, std::string& padded, MadeRoom& room) {
  if (to.length() == DataType::length_max) return text;
  const auto limit = static_cast<std::size_t>(to.length());
  const std::size_t length = utf8_length(text);
  if (length > limit) return text.substr(0, utf8_offset(text, limit));
  if (to.kind() != TypeKind::character || length == limit) return text;
  if (!room.fits(text.size() + (limit - length))) return text;
  padded.assign(text);
  padded.append(limit - length, ' ');
  return padded;
}

ColumnPtr text_from_text(const ColumnPtr& column, const DataType& to, MadeRoom& room) {
  data::ColumnBuilder builder(to, column->size());
  for (const auto& owner : column->owners()) builder.add_owner(owner);
  std::string padded;
  const auto texts = column->values<std::string_view>();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (column->is_null(i)) {
      builder.append_null();
      continue;
    }
    const std::string_view text = fitted(texts[i], to, padded, room);
    if (text.data() != padded.data())
      builder.append_view(text);
    else if (room.take(text.size()))
      builder.append_text(text);
    else
      return Column::nulls(to, column->size());
  }
  return builder.finish();
}

ColumnPtr text_from_any(const ColumnPtr& column, const DataType& to, const Zone& zone, MadeRoom& room) {
  data::ColumnBuilder builder(to, column->size());
  ZoneCursor cursor(zone);
  std::string text, padded;
  for (std::size_t i = 0; i < column->size(); ++i) {
    if (column->is_null(i)) {
      builder.append_null();
      continue;
    }
    text.clear();
    append_cast_text(text, *column, i, cursor);
    const std::string_view made = fitted(text, to, padded, room);
    if (!room.take(made.size())) return Column::nulls(to, column->size());
    builder.append_text(made);
  }
  return builder.finish();
}

}  // namespace

void append_cast_text(std::string& out, const Column& column, std::size_t row, ZoneCursor& zone) {
  if (column.is_null(row)) {
    out += "NULL";
    return;
  }
  const DataType& type = column.type();
  switch (type.kind()) {
    case TypeKind::null: out += "NULL"; return;
    case TypeKind::boolean: out += column.values<int8_t>()[row] != 0 ? "TRUE" : "FALSE"; return;
    case TypeKind::tinyint: return append_integer(out, column.values<int8_t>()[row]);
    case TypeKind::smallint: return append_integer(out, column.values<int16_t>()[row]);
    case TypeKind::integer: return append_integer(out, column.values<int32_t>()[row]);
    case TypeKind::bigint: return append_integer(out, column.values<int64_t>()[row]);
    case TypeKind::real: return data::append_float(out, column.values<float>()[row]);
    case TypeKind::double_precision: return data::append_double(out, column.values<double>()[row]);
    case TypeKind::decimal: return data::append_decimal(out, column.values<Int128>()[row], type.scale());
    case TypeKind::character:
    case TypeKind::varchar:
    case TypeKind::binary:
    case TypeKind::varbinary: out += column.values<std::string_view>()[row]; return;
    case TypeKind::date: return data::append_date(out, column.values<int32_t>()[row]);
    case TypeKind::time:
      return data::append_time(out, column.values<int32_t>()[row] * data::us_per_ms, type.precision(), Fraction::fixed);
    case TypeKind::timestamp:
      return data::append_timestamp(out, column.values<int64_t>()[row], type.precision(), Fraction::fixed, ' ');
    case TypeKind::timestamp_ltz:
      return data::append_timestamp(out, zone.to_local(column.values<int64_t>()[row]), type.precision(),
                                    Fraction::fixed, ' ');
    case TypeKind::interval_months: return append_months(out, column.values<int32_t>()[row]);
    case TypeKind::interval_ms: return append_duration(out, column.values<int64_t>()[row]);
    case TypeKind::row:
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return append_nested(out, column, row, zone);
  }
}

Conversion conversion_to_text(const DataType& from, const DataType& to, const Zone& zone) {
  if (data::is_text(from.kind()) || data::is_bytes(from.kind()))
    return [to](const ColumnPtr& column, Misses& misses) { return text_from_text(column, to, misses.room); };
  return [to, zone](const ColumnPtr& column, Misses& misses) { return text_from_any(column, to, zone, misses.room); };
}

Conversion conversion_to_bytes(const DataType& from, const DataType& to) {
  if (!data::is_text(from.kind()) && !data::is_bytes(from.kind())) return {};
  return [to](const ColumnPtr& column, Misses& misses) -> ColumnPtr {
    data::ColumnBuilder builder(to, column->size());
    for (const auto& owner : column->owners()) builder.add_owner(owner);
    const auto limit = static_cast<std::size_t>(to.length());
    for (std::size_t i = 0; i < column->size(); ++i) {
      if (column->is_null(i)) {
        builder.append_null();
        continue;
      }
      const std::string_view bytes = column->values<std::string_view>()[i];
      if (to.kind() == TypeKind::binary && bytes.size() < limit) {
        if (!misses.room.take(limit)) return Column::nulls(to, column->size());
        std::string padded(bytes);
        padded.resize(limit, '\0');
        builder.append_text(padded);
      } else {
        builder.append_view(bytes.substr(0, limit));
      }
    }
    return builder.finish();
  };
}

}  // namespace azud::stream
