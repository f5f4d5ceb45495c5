#include "stream/eval/civil.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "data/time_text.h"

namespace azud::stream {
namespace {

using data::CivilDate;
using data::floor_div;
using data::floor_mod;
using data::us_per_day;
using data::us_per_second;

constexpr std::array<std::pair<std::string_view, TimeUnit>, 25> unit_words = {{
    {"MICROSECOND", TimeUnit::microsecond},
    {"MILLISECOND", TimeUnit::millisecond},
    {"SECOND", TimeUnit::second},
    {"MINUTE", TimeUnit::minute},
    {"HOUR", TimeUnit::hour},
    {"DAY", TimeUnit::day},
    {"DAYOFMONTH", TimeUnit::day},
    {"WEEK", TimeUnit::week},
    {"MONTH", TimeUnit::month},
    {"QUARTER", TimeUnit::quarter},
    {"YEAR", TimeUnit::year},
    {"DECADE", TimeUnit::decade},
    {"CENTURY", TimeUnit::century},
    {"MILLENNIUM", TimeUnit::millennium},
    {"DOW", TimeUnit::day_of_week},
    {"DAYOFWEEK", TimeUnit::day_of_week},
    {"ISODOW", TimeUnit::iso_day_of_week},
    {"DOY", TimeUnit::day_of_year},
    {"DAYOFYEAR", TimeUnit::day_of_year},
    {"ISOYEAR", TimeUnit::iso_year},
    {"EPOCH", TimeUnit::epoch},
    {"NANOSECOND", TimeUnit::nanosecond},
    {"DAYS", TimeUnit::day},
    {"FRAC_SECOND", TimeUnit::microsecond},
    {"WEEKS", TimeUnit::week},
}};

int32_t day_number(int64_t local_us) { return static_cast<int32_t>(floor_div(local_us, us_per_day)); }
int64_t day_start(int64_t year, int64_t month, int64_t day) { return *data::days_of(year, month, day) * us_per_day; }

/// 1 = Monday.
int64_t iso_weekday(int32_t days) { return floor_mod(days + 3, 7) + 1; }

/// The year that the ISO week of the day belongs to.
int64_t iso_year(int32_t days) { return data::civil_of(static_cast<int32_t>(days - iso_weekday(days) + 4)).year; }

int64_t iso_week(int32_t days) {
  const int64_t fourth = *data::days_of(iso_year(days), 1, 4);
  const int64_t first_monday = fourth - iso_weekday(static_cast<int32_t>(fourth)) + 1;
  return floor_div(days - first_monday, 7) + 1;
}

int64_t days_in_month(int64_t year, int64_t month) {
  for (int64_t day = 31; day > 28; --day)
    if (data::days_of(year, month, day)) return day;
  return 28;
}

}  // namespace

std::optional<TimeUnit> time_unit(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string_view name = upper;
  if (name.starts_with("SQL_TSI_")) name.remove_prefix(8);
  for (const auto& [text, unit] : unit_words)
    if (text == name) return unit;
  return std::nullopt;
}

Result<TimeUnit> unit_argument(const sql::Expression& expression, std::size_t index) {
  const sql::Expression& argument = *expression.arguments[index];
  const std::string word = argument.is_literal() && !argument.literal.is_null() ? argument.literal.as_text() : "";
  const auto unit = time_unit(word);
  if (!unit) return fail(Code::invalid, "'{}' is no unit of time", word);
  return *unit;
}

int64_t unit_us(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::microsecond: return 1;
    case TimeUnit::millisecond: return 1000;
    case TimeUnit::second: return us_per_second;
    case TimeUnit::minute: return 60 * us_per_second;
    case TimeUnit::hour: return 3600 * us_per_second;
    case TimeUnit::day: return us_per_day;
    case TimeUnit::week: return 7 * us_per_day;
    default: return 0;
  }
}

int64_t extract_field(int64_t local_us, TimeUnit unit) {
  const int32_t days = day_number(local_us);
  const int64_t of_day = floor_mod(local_us, us_per_day);
  const CivilDate date = data::civil_of(days);
  switch (unit) {
    case TimeUnit::nanosecond: return of_day % us_per_second * 1000;
    case TimeUnit::microsecond: return of_day % us_per_second;
    case TimeUnit::millisecond: return of_day % us_per_second / 1000;
    case TimeUnit::second: return of_day / us_per_second % 60;
    case TimeUnit::minute: return of_day / (60 * us_per_second) % 60;
    case TimeUnit::hour: return of_day / (3600 * us_per_second);
    case TimeUnit::day: return date.day;
    case TimeUnit::week: return iso_week(days);
    case TimeUnit::month: return date.month;
    case TimeUnit::quarter: return (date.month + 2) / 3;
    case TimeUnit::year: return date.year;
    case TimeUnit::decade: return floor_div(date.year, 10);
    case TimeUnit::century: return date.year > 0 ? (date.year + 99) / 100 : floor_div(date.year, 100);
    case TimeUnit::millennium: return date.year > 0 ? (date.year + 999) / 1000 : floor_div(date.year, 1000);
    case TimeUnit::day_of_week: return floor_mod(days + 4, 7) + 1;
    case TimeUnit::iso_day_of_week: return iso_weekday(days);
    case TimeUnit::day_of_year: return days - *data::days_of(date.year, 1, 1) + 1;
    case TimeUnit::iso_year: return iso_year(days);
    case TimeUnit::epoch: return floor_div(local_us, us_per_second);
  }
  return 0;
}

int64_t floor_to(int64_t local_us, TimeUnit unit) {
  // As in Flink, the day of a time before 1970 is cut towards 1970 for the units that are made of days.
  const auto days = static_cast<int32_t>(data::us_to_ms(local_us) / data::ms_per_day);
  const CivilDate date = data::civil_of(days);
  switch (unit) {
    case TimeUnit::week:  // Flink's weeks begin on Sunday here
      return (days - floor_mod(days + 4, 7)) * us_per_day;
    case TimeUnit::month: return day_start(date.year, date.month, 1);
    case TimeUnit::quarter: return day_start(date.year, (date.month - 1) / 3 * 3 + 1, 1);
    case TimeUnit::year: return day_start(date.year, 1, 1);
    case TimeUnit::decade: return day_start(floor_div(date.year, 10) * 10, 1, 1);
    case TimeUnit::century: return day_start(floor_div(date.year - 1, 100) * 100 + 1, 1, 1);
    case TimeUnit::millennium: return day_start(floor_div(date.year - 1, 1000) * 1000 + 1, 1, 1);
    default: break;
  }
  const int64_t us = unit_us(unit);
  return us == 0 ? local_us : local_us - floor_mod(local_us, us);
}

int64_t ceil_to(int64_t local_us, TimeUnit unit) {
  const bool of_days = unit == TimeUnit::month || unit == TimeUnit::quarter || unit == TimeUnit::year;
  if (of_days) local_us = data::us_to_ms(local_us) / data::ms_per_day * us_per_day;  // the time of day does not count
  const int64_t start = floor_to(local_us, unit);
  if (start == local_us && unit != TimeUnit::decade) return start;
  switch (unit) {
    case TimeUnit::month: return add_months(start, 1);
    case TimeUnit::quarter: return add_months(start, 3);
    case TimeUnit::year: return add_months(start, 12);
    case TimeUnit::decade: return add_months(start, 120);
    case TimeUnit::century: return add_months(start, 1200);
    case TimeUnit::millennium: return add_months(start, 12000);
    default: return start + unit_us(unit);
  }
}

int64_t add_months(int64_t local_us, int64_t months) {
  const CivilDate date = data::civil_of(day_number(local_us));
  const int64_t count = date.year * int64_t{12} + date.month - 1 + months;
  const int64_t year = floor_div(count, 12), month = floor_mod(count, 12) + 1;
  const int64_t day = std::min<int64_t>(date.day, days_in_month(year, month));
  const auto start = data::days_of(year, month, day);
  return start ? *start * us_per_day + floor_mod(local_us, us_per_day) : local_us;
}

int64_t whole_units(int64_t from_us, int64_t to_us, TimeUnit unit) {
  if (const int64_t us = unit_us(unit); us != 0) return (to_us - from_us) / us;
  // As Calcite: of days first, then one less if the time of day is earlier on the day that was reached.
  const int64_t from_day = day_number(from_us) * us_per_day, to_day = day_number(to_us) * us_per_day;
  const CivilDate from = data::civil_of(day_number(from_us)), to = data::civil_of(day_number(to_us));
  int64_t months =
      (to.year - from.year) * int64_t{12} + static_cast<int64_t>(to.month) - static_cast<int64_t>(from.month);
  if (months > 0 && add_months(from_day, months) > to_day) --months;
  if (months < 0 && add_months(from_day, months) < to_day) ++months;
  if (add_months(from_day, months) == to_day && to_us - to_day < from_us - from_day) --months;
  switch (unit) {
    case TimeUnit::quarter: return months / 3;
    case TimeUnit::year: return months / 12;
    case TimeUnit::decade: return months / 120;
    case TimeUnit::century: return months / 1200;
    case TimeUnit::millennium: return months / 12000;
    default: return months;
  }
}

std::vector<int64_t> local_times(const Operand& operand, const data::DataType& type, const Zone& zone) {
  const data::Column& column = *operand.column;
  std::vector<int64_t> out(column.size());
  switch (type.kind()) {
    case data::TypeKind::date:
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = column.values<int32_t>()[i] * us_per_day;
      return out;
    case data::TypeKind::time:
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = column.values<int32_t>()[i] * data::us_per_ms;
      return out;
    default: break;
  }
  const auto values = column.values<int64_t>();
  out.assign(values.begin(), values.end());
  if (type.kind() != data::TypeKind::timestamp_ltz || zone.is_utc()) return out;
  ZoneCursor cursor(zone);
  for (int64_t& value : out) value = cursor.to_local(value);
  return out;
}

data::ColumnPtr column_of_local(std::vector<int64_t> local_us, const data::DataType& type, const Zone& zone,
                                std::vector<uint8_t> valid) {
  const std::size_t size = local_us.size();
  if (type.kind() == data::TypeKind::date || type.kind() == data::TypeKind::time) {
    std::vector<int32_t> out(size);
    for (std::size_t i = 0; i < size; ++i)
      out[i] = type.kind() == data::TypeKind::date
                   ? day_number(local_us[i])
                   : static_cast<int32_t>(floor_mod(local_us[i], us_per_day) / data::us_per_ms);
    return std::make_shared<data::Column>(type, size, std::move(out), std::move(valid));
  }
  if (type.kind() == data::TypeKind::timestamp_ltz && !zone.is_utc()) {
    ZoneCursor cursor(zone);
    for (int64_t& value : local_us) value = cursor.to_utc(value);
  }
  return std::make_shared<data::Column>(type, size, std::move(local_us), std::move(valid));
}

}  // namespace azud::stream
