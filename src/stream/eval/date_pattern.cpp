#include "stream/eval/date_pattern.h"

#include <array>
#include <cctype>

#include <fmt/format.h>

#include "data/time_text.h"
#include "stream/eval/civil.h"

namespace azud::stream {
namespace {

constexpr std::string_view known_letters = "yuYMLdDwQqHhkKmsSaEezZXxnA";

constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> weekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};

void append_number(std::string& out, int64_t value, int width) {
  fmt::format_to(std::back_inserter(out), "{:0{}}", value, width);
}

void append_offset(std::string& out, int64_t offset_us, bool colon) {
  const int64_t minutes = offset_us / (60 * data::us_per_second), magnitude = minutes < 0 ? -minutes : minutes;
  fmt::format_to(std::back_inserter(out), "{}{:02}{}{:02}", minutes < 0 ? '-' : '+', magnitude / 60, colon ? ":" : "",
                 magnitude % 60);
}

/// Reads at most `max` digits.
bool take_number(std::string_view& text, std::size_t max, int64_t& value) {
  std::size_t n = 0;
  value = 0;
  while (n < max && n < text.size() && std::isdigit(static_cast<unsigned char>(text[n])) != 0)
    value = value * 10 + (text[n++] - '0');
  text.remove_prefix(n);
  return n > 0;
}

template <std::size_t n>
bool take_name(std::string_view& text, const std::array<std::string_view, n>& names, bool whole, int64_t& value) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::string_view name = whole ? names[i] : names[i].substr(0, 3);
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    value = static_cast<int64_t>(i) + 1;
    return true;
  }
  return false;
}

bool take_offset(std::string_view& text, int64_t& offset_us) {
  if (text.starts_with('Z')) {
    text.remove_prefix(1);
    offset_us = 0;
    return true;
  }
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  int64_t hours = 0, minutes = 0;
  if (!take_number(text, 2, hours)) return false;
  if (text.starts_with(':')) text.remove_prefix(1);
  take_number(text, 2, minutes);
  offset_us = (negative ? -1 : 1) * (hours * 60 + minutes) * 60 * data::us_per_second;
  return true;
}

struct Fields {
  int64_t year = 1970, month = 1, day = 1, day_of_year = 0, hour = 0, minute = 0, second = 0, us = 0;
  int half = -1;  ///< 0 AM, 1 PM
};

/// The fraction's digits as microseconds.
bool take_fraction(std::string_view& text, int width, int64_t& us) {
  int64_t weight = data::us_per_second;
  us = 0;
  int n = 0;
  for (; n < width && !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0; ++n) {
    weight /= 10;
    us += weight * (text.front() - '0');
    text.remove_prefix(1);
  }
  return n > 0;
}

bool take_field(std::string_view& text, char letter, int width, bool run_on, Fields& fields) {
  const auto digits = static_cast<std::size_t>(run_on ? width : std::max(width, 2));
  int64_t ignored = 0;
  switch (letter) {
    case 'y':
    case 'u':
      if (!take_number(text, run_on ? static_cast<std::size_t>(width) : width == 2 ? 2 : 5, fields.year)) return false;
      if (width == 2) fields.year += 2000;
      return true;
    case 'M':
    case 'L':
      return width > 2 ? take_name(text, months, width > 3, fields.month) : take_number(text, digits, fields.month);
    case 'd': return take_number(text, digits, fields.day);
    case 'D': return take_number(text, 3, fields.day_of_year);
    case 'H': return take_number(text, digits, fields.hour);
    case 'k':
      if (!take_number(text, digits, fields.hour)) return false;
      fields.hour %= 24;
      return true;
    case 'h':
    case 'K':
      if (!take_number(text, digits, fields.hour)) return false;
      fields.hour %= 12;
      return true;
    case 'm': return take_number(text, digits, fields.minute);
    case 's': return take_number(text, digits, fields.second);
    case 'S':
    case 'n': return take_fraction(text, width, fields.us);
    case 'a':
      if (text.size() < 2) return false;
      fields.half = text.front() == 'P' || text.front() == 'p' ? 1 : 0;
      text.remove_prefix(2);
      return true;
    case 'E': return take_name(text, weekdays, width > 3, ignored);
    case 'Z':
    case 'X':
    case 'x':
    case 'z': {
      int64_t offset = 0;
      if (text.starts_with("UTC") || text.starts_with("GMT"))
        text.remove_prefix(3);
      else
        return take_offset(text, offset);
      return true;
    }
    default: return false;
  }
}

std::optional<int64_t> days_of_fields(const Fields& fields, bool smart) {
  if (fields.day_of_year > 0) return data::days_of(fields.year, 1, 1).value_or(0) + fields.day_of_year - 1;
  if (smart) {
    for (int64_t day = fields.day; day > 28 && day <= 31; --day)
      if (const auto days = data::days_of(fields.year, fields.month, day)) return *days;
    const int64_t day = fields.day > 28 && fields.day <= 31 ? 28 : fields.day;
    const auto days = data::days_of(fields.year, fields.month, day);
    return days ? std::optional<int64_t>(*days) : std::nullopt;
  }
  const int64_t count = fields.year * 12 + fields.month - 1;
  const auto first = data::days_of(data::floor_div(count, 12), data::floor_mod(count, 12) + 1, 1);
  return first ? std::optional(*first + fields.day - 1) : std::nullopt;
}

/// The week of the year as in the United States: from Sunday, the first one holds January 1st.
struct LocalWeek {
  int64_t year, week;
};
LocalWeek local_week(int64_t local_us) {
  const int64_t days = data::floor_div(local_us, data::us_per_day);
  const int64_t sunday = days - data::floor_mod(days + 4, 7);
  const int64_t year = data::civil_of(static_cast<int32_t>(sunday + 6)).year;
  const int64_t first = *data::days_of(year, 1, 1);
  return {year, (sunday - (first - data::floor_mod(first + 4, 7))) / 7 + 1};
}

}  // namespace

Result<DatePattern> DatePattern::parse(std::string_view pattern) {
  DatePattern out;
  const auto literal = [&out](std::string_view text) {
    if (out.parts_.empty() || out.parts_.back().letter != 0) out.parts_.push_back({});
    out.parts_.back().literal += text;
  };
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      const std::size_t end = pattern.find('\'', i + 1);
      if (end == std::string_view::npos) return fail(Code::invalid, "date pattern '{}' has an open quote", pattern);
      literal(end == i + 1 ? "'" : pattern.substr(i + 1, end - i - 1));
      i = end + 1;
    } else if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      if (known_letters.find(c) == std::string_view::npos)
        return fail(Code::unsupported, "date pattern '{}': letter '{}' is not offered", pattern, c);
      std::size_t end = i;
      while (end < pattern.size() && pattern[end] == c) ++end;
      out.parts_.push_back({.letter = c, .width = static_cast<int>(end - i)});
      i = end;
    } else {
      literal(pattern.substr(i++, 1));
    }
  }
  return out;
}

void DatePattern::append(std::string& out, int64_t local_us, std::string_view zone_text, int64_t offset_us) const {
  const auto field = [local_us](TimeUnit unit) { return extract_field(local_us, unit); };
  for (const Part& part : parts_) {
    switch (part.letter) {
      case 0: out += part.literal; break;
      case 'y':
      case 'u':
        if (part.width == 2)
          append_number(out, field(TimeUnit::year) % 100, 2);
        else
          append_number(out, field(TimeUnit::year), part.width);
        break;
      case 'Y':
        if (part.width == 2)
          append_number(out, local_week(local_us).year % 100, 2);
        else
          append_number(out, local_week(local_us).year, part.width);
        break;
      case 'w': append_number(out, local_week(local_us).week, part.width); break;
      case 'Q':
      case 'q': {
        const auto quarter = static_cast<std::size_t>(field(TimeUnit::quarter));
        constexpr std::array<std::string_view, 4> names = {"1st", "2nd", "3rd", "4th"};
        if (part.width <= 2)
          append_number(out, static_cast<int64_t>(quarter), part.width);
        else
          out += part.width == 3 ? fmt::format("Q{}", quarter) : fmt::format("{} quarter", names[quarter - 1]);
        break;
      }
      case 'M':
      case 'L': {
        const auto month = field(TimeUnit::month);
        const std::string_view name = months[static_cast<std::size_t>(month - 1)];
        if (part.width <= 2)
          append_number(out, month, part.width);
        else
          out += part.width == 3 ? name.substr(0, 3) : name;
        break;
      }
      case 'd': append_number(out, field(TimeUnit::day), part.width); break;
      case 'D': append_number(out, field(TimeUnit::day_of_year), part.width); break;
      case 'H': append_number(out, field(TimeUnit::hour), part.width); break;
      case 'k': append_number(out, (field(TimeUnit::hour) + 23) % 24 + 1, part.width); break;
      case 'h': append_number(out, (field(TimeUnit::hour) + 11) % 12 + 1, part.width); break;
      case 'K': append_number(out, field(TimeUnit::hour) % 12, part.width); break;
      case 'm': append_number(out, field(TimeUnit::minute), part.width); break;
      case 's': append_number(out, field(TimeUnit::second), part.width); break;
      case 'S':
        out += fmt::format("{:09}", field(TimeUnit::nanosecond)).substr(0, static_cast<std::size_t>(part.width));
        break;
      case 'n': append_number(out, field(TimeUnit::nanosecond), part.width); break;
      case 'A': append_number(out, data::floor_mod(local_us, data::us_per_day) / 1000, part.width); break;
      case 'a': out += field(TimeUnit::hour) < 12 ? "AM" : "PM"; break;
      case 'e': append_number(out, field(TimeUnit::day_of_week), part.width); break;
      case 'E': {
        const std::string_view name = weekdays[static_cast<std::size_t>(field(TimeUnit::iso_day_of_week) - 1)];
        out += part.width <= 3 ? name.substr(0, 3) : name;
        break;
      }
      case 'z': out += zone_text; break;
      case 'X':
        if (offset_us == 0)
          out += 'Z';
        else
          append_offset(out, offset_us, part.width > 2);
        break;
      default: append_offset(out, offset_us, part.letter == 'x' && part.width > 2); break;
    }
  }
}

std::optional<int64_t> DatePattern::read(std::string_view text, Reading reading) const {
  Fields fields;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.letter == 0) {
      if (!text.starts_with(part.literal)) return std::nullopt;
      text.remove_prefix(part.literal.size());
      continue;
    }
    while (reading == Reading::lenient && text.starts_with(' ')) text.remove_prefix(1);
    // Digits run on into the next field ("yyyyMMdd"): the width is then exact.
    const bool run_on = i + 1 < parts_.size() && parts_[i + 1].letter != 0;
    if (!take_field(text, part.letter, part.width, run_on, fields)) return std::nullopt;
  }
  const int64_t hour = fields.half == 1 ? fields.hour % 12 + 12 : fields.half == 0 ? fields.hour % 12 : fields.hour;
  const int64_t of_day = ((hour * 60 + fields.minute) * 60 + fields.second) * data::us_per_second + fields.us;
  const bool smart = reading == Reading::smart;
  if (smart && (!text.empty() || fields.minute > 59 || fields.second > 59 || fields.hour > 24 ||
                (fields.hour == 24 && of_day != data::us_per_day)))
    return std::nullopt;
  const auto days = days_of_fields(fields, smart);
  return days ? std::optional(*days * data::us_per_day + of_day) : std::nullopt;
}

}  // namespace azud::stream
