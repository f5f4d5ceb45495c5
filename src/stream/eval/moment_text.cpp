#include "stream/eval/moment_text.h"

#include <array>

#include "data/number_parse.h"
#include "data/time_text.h"

namespace azud::stream {
namespace {

using data::us_per_day;
using data::us_per_second;

/// The whole numbers between the separators; nothing if there is another count of them.
template <std::size_t n>
std::optional<std::array<int64_t, n>> numbers(std::string_view text, char separator, std::size_t digits_max) {
  std::array<int64_t, n> out{};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t end = i + 1 < n ? text.find(separator) : text.size();
    if (end == std::string_view::npos || end == 0 || end > digits_max) return std::nullopt;
    const std::string_view number = text.substr(0, end);
    if (number.find_first_not_of("0123456789") != std::string_view::npos || !data::parse_integer(number, out[i]))
      return std::nullopt;
    text.remove_prefix(i + 1 < n ? end + 1 : end);
  }
  return out;
}

/// Microseconds of the digits behind the point; nothing for none or more than nine.
std::optional<int64_t> fraction(std::string_view digits) {
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  int64_t us = 0, weight = us_per_second;
  for (const char c : digits) us += (weight /= 10) * (c - '0');
  return us;
}

/// "10:11:12.5", with fields as large as their digits allow.
std::optional<int64_t> time_of_day(std::string_view text, std::array<int64_t, 3>& fields) {
  const std::size_t point = text.find('.');
  const auto whole = numbers<3>(text.substr(0, point), ':', 2);
  const auto us = point == std::string_view::npos ? std::optional<int64_t>(0) : fraction(text.substr(point + 1));
  if (!whole || !us) return std::nullopt;
  fields = *whole;
  return ((fields[0] * 60 + fields[1]) * 60 + fields[2]) * us_per_second + *us;
}

/// Year of four digits, month and day that exist in some month.
std::optional<std::array<int64_t, 3>> date_fields(std::string_view text) {
  if (text.size() < 5 || text[4] != '-') return std::nullopt;
  const auto fields = numbers<3>(text, '-', 4);
  if (!fields || (*fields)[1] < 1 || (*fields)[1] > 12 || (*fields)[2] < 1 || (*fields)[2] > 31) return std::nullopt;
  return fields;
}

}  // namespace

std::optional<int64_t> read_moment(std::string_view text) {
  const std::size_t space = text.find(' ');
  const auto date = date_fields(text.substr(0, space));
  if (!date) return std::nullopt;
  std::optional<int32_t> days;
  for (int64_t day = (*date)[2]; !days && day > 27; --day) days = data::days_of((*date)[0], (*date)[1], day);
  if (!days) days = data::days_of((*date)[0], (*date)[1], (*date)[2]);
  if (!days) return std::nullopt;
  if (space == std::string_view::npos) return *days * us_per_day;
  std::array<int64_t, 3> fields{};
  const auto time = time_of_day(text.substr(space + 1), fields);
  const bool past = !time || fields[0] > 23 || fields[1] > 59 || fields[2] > 59;
  if (!time || (past && *time != us_per_day)) return std::nullopt;
  return *days * us_per_day + *time;
}

std::optional<int64_t> read_sql_moment(std::string_view text) {
  text = data::trim(text);
  const std::size_t space = text.find(' ');
  const auto date = date_fields(text.substr(0, space));
  if (!date) return std::nullopt;
  const int64_t start = (*data::days_of((*date)[0], (*date)[1], 1) + (*date)[2] - 1) * us_per_day;
  if (space == std::string_view::npos) return start;
  std::array<int64_t, 3> fields{};
  const auto time = time_of_day(text.substr(space + 1), fields);
  return time ? std::optional(start + *time) : std::nullopt;
}

std::optional<int32_t> read_day(std::string_view text) {
  text = data::trim(text);
  text = text.substr(0, text.find(' '));
  std::array<int64_t, 3> fields{0, 1, 1};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t end = i < 2 ? text.find('-') : std::string_view::npos;
    const std::string_view number = text.substr(0, end);
    if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos || number.size() > 4 ||
        !data::parse_integer(number, fields[i]))
      return std::nullopt;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return data::days_of(fields[0], fields[1], fields[2]);
}

}  // namespace azud::stream
