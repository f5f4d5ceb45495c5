#include "alarm/record_fields.h"

#include <charconv>
#include <chrono>

#include <nlohmann/json.hpp>

#include "base/json_depth.h"
#include "base/parse_number.h"

namespace azud::alarm {
namespace {

/// Exactly `digits` decimal digits from `text` at `at`.
bool take_number(std::string_view text, std::size_t at, std::size_t digits, int& value) {
  if (at + digits > text.size()) return false;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + digits, value);
  return error == std::errc() && end == text.data() + at + digits;
}

}  // namespace

Result<Fields> read_fields(std::string_view json) {
  if (nests_too_deep(json)) return fail(Code::invalid, "the value nests more than {} levels", json_levels_max);
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) return fail(Code::invalid, "the value is no JSON object");
  Fields fields;
  for (const auto& [name, value] : object.items()) {
    if (value.is_null()) continue;
    fields[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return fields;
}

std::string fill(std::string_view text, const Fields& fields) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{') {
      out += text[at];
      continue;
    }
    if (text.substr(at, 2) == "{{") {
      out += text[at++];
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return out.append(text.substr(at));
    if (const auto field = fields.find(text.substr(at + 1, end - at - 1)); field != fields.end()) out += field->second;
    at = end;
  }
  return out;
}

std::optional<TimestampMs> parse_time(std::string_view text) {
  if (const auto number = parse_number<int64_t>(text); number && text.size() > 5) return number;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!take_number(text, 0, 4, year) || !take_number(text, 5, 2, month) || !take_number(text, 8, 2, day) ||
      !take_number(text, 11, 2, hour) || !take_number(text, 14, 2, minute))
    return std::nullopt;
  if (text.size() > 16 && text[16] == ':' && !take_number(text, 17, 2, second)) return std::nullopt;
  int64_t ms = 0;
  if (text.size() > 19 && text[19] == '.') {
    int64_t scale = 100;
    for (std::size_t at = 20; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      ms += (text[at] - '0') * scale;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24LL + hour) * 60 + minute) * 60'000 + second * 1000LL + ms;
}

}  // namespace azud::alarm
