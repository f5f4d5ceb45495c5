#include "format/cell_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/base64.h"
#include "data/decimal.h"
#include "data/number_parse.h"

namespace azud::format {
namespace {

using data::TypeKind;

template <class T>
bool append_integer(std::string_view text, data::ColumnBuilder& out) {
  T value{};
  if (!data::parse_integer(text, value) && !data::parse_integer(data::trim(text), value)) return false;
  out.append(value);
  return true;
}

/// Boolean.parseBoolean: everything but "true" is false.
bool is_true(std::string_view text) {
  text = data::trim(text);
  constexpr std::string_view word = "true";
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return (a | 0x20) == b; });
}

/// Digits with an optional sign, point and exponent, as java.math.BigDecimal reads them.
bool is_number(std::string_view text) {
  std::size_t i = 0, digits = 0;
  const auto run = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - from;
  };
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  digits = run();
  if (i < text.size() && text[i] == '.') {
    ++i;
    digits += run();
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (const std::size_t exponent = run(); exponent == 0 || exponent > 10) return false;
  }
  return i == text.size();
}

}  // namespace

bool CellReader::append(std::string_view text, data::ColumnBuilder& out) const {
  switch (kind_) {
    case TypeKind::boolean: out.append<int8_t>(is_true(text) ? 1 : 0); return true;
    case TypeKind::tinyint: return append_integer<int8_t>(text, out);
    case TypeKind::smallint: return append_integer<int16_t>(text, out);
    case TypeKind::integer:
    case TypeKind::interval_months: return append_integer<int32_t>(text, out);
    case TypeKind::bigint:
    case TypeKind::interval_ms: return append_integer<int64_t>(text, out);
    case TypeKind::real: {
      float value = 0;
      if (!data::parse_float(text, value)) return false;
      out.append(value);
      return true;
    }
    case TypeKind::double_precision: {
      double value = 0;
      if (!data::parse_double(text, value)) return false;
      out.append(value);
      return true;
    }
    case TypeKind::decimal: return append_decimal(text, out);
    case TypeKind::character:
    case TypeKind::varchar:
      if (rules_.keep_views)
        out.append_view(text);
      else
        out.append_text(text);
      return true;
    case TypeKind::binary:
    case TypeKind::varbinary: return append_bytes(text, out);
    case TypeKind::date: {
      const auto days = rules_.json ? read_iso_date(text) : read_lenient_date(text);
      if (days) out.append(*days);
      return days.has_value();
    }
    case TypeKind::time: return append_time(text, out);
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz: return append_timestamp(text, out);
    case TypeKind::null: out.append_null(); return true;
    default: return false;
  }
}

bool CellReader::append_decimal(std::string_view text, data::ColumnBuilder& out) const {
  if (rules_.json) text = data::trim(text);
  if (!is_number(text)) return false;
  if (const auto value = data::parse_decimal(text, precision_, scale_))
    out.append(*value);
  else
    out.append_null();
  return true;
}

bool CellReader::append_time(std::string_view text, data::ColumnBuilder& out) const {
  auto ms = rules_.json ? read_sql_time(text) : read_iso_time(text);
  if (!ms) return false;
  if (!rules_.json) {
    constexpr auto steps = std::to_array<int32_t>({1000, 100, 10, 1});
    const int32_t step = steps[static_cast<std::size_t>(std::clamp(precision_, 0, 3))];
    ms = *ms / step * step;
  }
  out.append(*ms);
  return true;
}

bool CellReader::append_timestamp(std::string_view text, data::ColumnBuilder& out) const {
  if (!rules_.json) text = data::trim(text);
  const auto us = read_timestamp(text, rules_.timestamps, kind_ == TypeKind::timestamp_ltz);
  if (us) out.append(*us);
  return us.has_value();
}

bool CellReader::append_bytes(std::string_view text, data::ColumnBuilder& out) const {
  std::string bytes;
  if (!read_base64(text, bytes)) return false;
  out.append_text(bytes);
  return true;
}

bool CellReader::reads(TypeKind kind, bool json) {
  switch (kind) {
    case TypeKind::row:
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return false;
    case TypeKind::interval_months:
    case TypeKind::interval_ms: return json;
    default: return true;
  }
}

std::string shown(std::string_view text) {
  constexpr std::size_t shown_bytes_max = 60;
  std::size_t end = std::min(text.size(), shown_bytes_max);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string out = "\"";
  for (const char c : text.substr(0, end)) {
    if (static_cast<unsigned char>(c) >= ' ')
      out += c;
    else
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out + (end < text.size() ? "…\"" : "\"");
}

}  // namespace azud::format
