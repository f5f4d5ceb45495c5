#include "data/time_text.h"

#include <chrono>

#include <fmt/format.h>

namespace azud::data {
namespace {

/// Reads `min` to `max` digits from the front.
bool take_number(std::string_view& text, std::size_t min, std::size_t max, int64_t& value) {
  std::size_t n = 0;
  value = 0;
  while (n < max && n < text.size() && text[n] >= '0' && text[n] <= '9') value = value * 10 + (text[n++] - '0');
  text.remove_prefix(n);
  return n >= min;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// The digits after the point, as microseconds.
bool take_fraction(std::string_view& text, int64_t& us) {
  int64_t weight = us_per_second;
  us = 0;
  std::size_t n = 0;
  for (; n < text.size() && text[n] >= '0' && text[n] <= '9'; ++n) {
    weight /= 10;
    us += weight * (text[n] - '0');
  }
  text.remove_prefix(n);
  return n <= 9;
}

std::optional<int32_t> take_date(std::string_view& text) {
  const bool negative = take_char(text, '-');
  int64_t year = 0, month = 0, day = 0;
  if (!take_number(text, 4, 5, year) || !take_char(text, '-') || !take_number(text, 1, 2, month) ||
      !take_char(text, '-') || !take_number(text, 1, 2, day))
    return std::nullopt;
  return days_of(negative ? -year : year, month, day);
}

void append_digits(std::string& out, int64_t value, int digits) {
  fmt::format_to(std::back_inserter(out), "{:0{}}", value, digits);
}

void append_two(std::string& out, int64_t value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

void append_fraction(std::string& out, int64_t us, int precision, Fraction fraction) {
  int digits = precision;
  if (fraction == Fraction::java) digits = us == 0 ? 0 : us % us_per_ms == 0 ? 3 : 6;
  if (fraction == Fraction::minimal) {
    digits = 6;
    int64_t rest = us;
    while (digits > 0 && rest % 10 == 0) {
      rest /= 10;
      --digits;
    }
  }
  if (digits == 0) return;
  out += '.';
  if (digits > 6) {
    append_digits(out, us, 6);
    out.append(static_cast<std::size_t>(digits - 6), '0');
    return;
  }
  int64_t shown = us;
  for (int i = digits; i < 6; ++i) shown /= 10;
  append_digits(out, shown, digits);
}

}  // namespace

CivilDate civil_of(int32_t days) {
  // Howard Hinnant's algorithm by way of the standard library would limit years to 16 bits; this has no limit.
  const int64_t shifted = static_cast<int64_t>(days) + 719468;
  const int64_t era = floor_div(shifted, 146097);
  const auto of_era = static_cast<uint32_t>(shifted - era * 146097);
  const uint32_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const uint32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint32_t shifted_month = (5 * of_year + 2) / 153;
  const uint32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const int64_t year = static_cast<int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<int32_t>(year), month, of_year - (153 * shifted_month + 2) / 5 + 1};
}

std::optional<int32_t> days_of(int64_t year, int64_t month, int64_t day) {
  if (year < -32767 || year > 32767 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

void append_date(std::string& out, int32_t days) {
  const CivilDate date = civil_of(days);
  if (date.year < 0) out += '-';
  const int64_t year = date.year < 0 ? -static_cast<int64_t>(date.year) : date.year;
  if (year > 9999) {
    append_digits(out, year, 1);
  } else {
    append_two(out, year / 100);
    append_two(out, year % 100);
  }
  out += '-';
  append_two(out, date.month);
  out += '-';
  append_two(out, date.day);
}

void append_time(std::string& out, int64_t us_of_day, int precision, Fraction fraction) {
  const int64_t seconds = us_of_day / us_per_second;
  append_two(out, seconds / 3600);
  out += ':';
  append_two(out, seconds / 60 % 60);
  if (fraction == Fraction::java && us_of_day % (60 * us_per_second) == 0) return;
  out += ':';
  append_two(out, seconds % 60);
  append_fraction(out, us_of_day % us_per_second, precision, fraction);
}

void append_timestamp(std::string& out, int64_t us, int precision, Fraction fraction, char separator) {
  append_date(out, static_cast<int32_t>(floor_div(us, us_per_day)));
  out += separator;
  append_time(out, floor_mod(us, us_per_day), precision, fraction);
}

std::optional<int32_t> parse_date(std::string_view text) {
  const std::optional<int32_t> days = take_date(text);
  return text.empty() ? days : std::nullopt;
}

std::optional<int64_t> parse_time(std::string_view text) {
  int64_t hour = 0, minute = 0, second = 0, us = 0;
  if (!take_number(text, 1, 2, hour) || !take_char(text, ':') || !take_number(text, 1, 2, minute)) return std::nullopt;
  if (take_char(text, ':')) {
    if (!take_number(text, 1, 2, second)) return std::nullopt;
    if (take_char(text, '.') && !take_fraction(text, us)) return std::nullopt;
  }
  if (!text.empty() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return ((hour * 60 + minute) * 60 + second) * us_per_second + us;
}

std::optional<int64_t> parse_timestamp(std::string_view text, char separator) {
  const std::optional<int32_t> days = take_date(text);
  if (!days) return std::nullopt;
  const int64_t start = *days * us_per_day;
  if (text.empty()) return start;
  if (!take_char(text, separator)) return std::nullopt;
  const std::optional<int64_t> of_day = parse_time(text);
  if (!of_day) return std::nullopt;
  return start + *of_day;
}

}  // namespace azud::data
