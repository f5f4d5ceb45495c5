#include "format/time_fields.h"

#include <algorithm>

#include "data/time_text.h"

namespace azud::format {
namespace {

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// At least `min`, at most `max` digits from the front.
bool take_digits(std::string_view& text, std::size_t min, std::size_t max, int64_t& value) {
  std::size_t n = 0;
  value = 0;
  while (n < max && n < text.size() && text[n] >= '0' && text[n] <= '9') value = value * 10 + (text[n++] - '0');
  if (n < min) return false;
  text.remove_prefix(n);
  return true;
}

struct Date {
  int64_t year = 0, month = 0, day = 0;
};

/// Four digits of a year; more, up to ten, only behind a plus; a minus before either.
bool take_iso_date(std::string_view& text, Date& date) {
  const bool plus = take(text, '+');
  const bool minus = !plus && take(text, '-');
  if (!take_digits(text, plus ? 5 : 4, plus || minus ? 10 : 4, date.year)) return false;
  if (minus) date.year = -date.year;
  return take(text, '-') && take_digits(text, 2, 2, date.month) && take(text, '-') && take_digits(text, 2, 2, date.day);
}

std::optional<int32_t> last_day_of(int64_t year, int64_t month) {
  const auto next = month == 12 ? data::days_of(year + 1, 1, 1) : data::days_of(year, month + 1, 1);
  if (!next) return std::nullopt;
  return *next - 1;
}

/// Days since 1970; a day behind the month's end is its last one.
std::optional<int32_t> clamped_days(const Date& date) {
  if (date.day < 1 || date.day > 31 || date.month < 1 || date.month > 12) return std::nullopt;
  const auto first = data::days_of(date.year, date.month, 1);
  const auto last = last_day_of(date.year, date.month);
  if (!first || !last) return std::nullopt;
  return std::min(*first + static_cast<int32_t>(date.day) - 1, *last);
}

/// Digits after the point, at most nine; microseconds.
bool take_fraction(std::string_view& text, int64_t& us) {
  std::size_t n = 0;
  int64_t weight = data::us_per_second;
  us = 0;
  for (; n < 9 && n < text.size() && text[n] >= '0' && text[n] <= '9'; ++n) {
    weight /= 10;
    us += weight * (text[n] - '0');
  }
  text.remove_prefix(n);
  return true;
}

/// Microseconds of the day; us_per_day for 24:00:00, if `midnight` allows it.
bool take_time(std::string_view& text, bool seconds_optional, bool midnight, int64_t& us) {
  int64_t hour = 0, minute = 0, second = 0, fraction = 0;
  if (!take_digits(text, 2, 2, hour) || !take(text, ':') || !take_digits(text, 2, 2, minute)) return false;
  if (take(text, ':')) {
    if (!take_digits(text, 2, 2, second)) return false;
    if (take(text, '.') && !take_fraction(text, fraction)) return false;
  } else if (!seconds_optional) {
    return false;
  }
  us = ((hour * 60 + minute) * 60 + second) * data::us_per_second + fraction;
  if (hour == 24) return midnight && us == data::us_per_day;
  return hour < 24 && minute < 60 && second < 60;
}

std::optional<int32_t> read_time(std::string_view text, bool seconds_optional, bool midnight) {
  int64_t us = 0;
  if (!take_time(text, seconds_optional, midnight, us) || !text.empty()) return std::nullopt;
  return static_cast<int32_t>(us % data::us_per_day / data::us_per_ms);
}

}  // namespace

std::optional<int32_t> read_iso_date(std::string_view text) {
  Date date;
  if (!take_iso_date(text, date) || !text.empty()) return std::nullopt;
  return data::days_of(date.year, date.month, date.day);
}

std::optional<int32_t> read_lenient_date(std::string_view text) {
  Date date;
  if (!take_digits(text, 4, 4, date.year) || !take(text, '-') || !take_digits(text, 1, 2, date.month) ||
      !take(text, '-') || !take_digits(text, 1, 2, date.day) || !text.empty())
    return std::nullopt;
  const auto first = data::days_of(date.year, date.month, 1);
  if (!first || date.day < 1 || date.day > 31) return std::nullopt;
  return *first + static_cast<int32_t>(date.day) - 1;
}

std::optional<int32_t> read_sql_time(std::string_view text) { return read_time(text, false, true); }

std::optional<int32_t> read_iso_time(std::string_view text) { return read_time(text, true, false); }

std::optional<int64_t> read_timestamp(std::string_view text, TimestampForm form, bool zoned) {
  const bool iso = form == TimestampForm::iso;
  Date date;
  if (!take_iso_date(text, date)) return std::nullopt;
  if (!take(text, iso ? 'T' : ' ') && !(iso && take(text, 't'))) return std::nullopt;
  int64_t us = 0;
  if (!take_time(text, iso, !iso, us)) return std::nullopt;
  if (zoned && !take(text, 'Z')) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  const auto days = iso ? data::days_of(date.year, date.month, date.day) : clamped_days(date);
  if (!days) return std::nullopt;
  return *days * data::us_per_day + us;
}

}  // namespace azud::format
