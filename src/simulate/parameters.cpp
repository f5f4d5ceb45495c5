#include "simulate/parameters.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include <fmt/ranges.h>

#include "base/assert.h"
#include "base/parse_number.h"

namespace azud::simulate {

namespace {

/// `YYYY-MM-DDThh:mm:ssZ`, nothing else.
std::optional<TimestampMs> parse_utc(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00Z";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto field = [&](std::size_t from, std::size_t size) {
    return *parse_number<unsigned>(text.substr(from, size));
  };
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(field(0, 4))),
                                         std::chrono::month(field(5, 2)), std::chrono::day(field(8, 2))};
  if (!date.ok() || field(11, 2) > 23 || field(14, 2) > 59 || field(17, 2) > 59) return std::nullopt;
  const std::chrono::sys_time<std::chrono::milliseconds> moment =
      std::chrono::sys_days(date) + std::chrono::hours(field(11, 2)) + std::chrono::minutes(field(14, 2)) +
      std::chrono::seconds(field(17, 2));
  return moment.time_since_epoch().count();
}

}  // namespace

Status ParameterValues::set(std::string_view name, std::string_view value) {
  if (std::ranges::find(known_, name, &Parameter::name) == known_.end()) {
    std::vector<std::string_view> names;
    for (const Parameter& parameter : known_) names.push_back(parameter.name);
    return std::unexpected(Error(Code::invalid, fmt::format("unknown parameter {}", name),
                                 fmt::format("known are {}", fmt::join(names, ", "))));
  }
  chosen_.insert_or_assign(std::string(name), std::string(value));
  return {};
}

std::string_view ParameterValues::text(std::string_view name) const {
  if (const auto found = chosen_.find(name); found != chosen_.end()) return found->second;
  const auto known = std::ranges::find(known_, name, &Parameter::name);
  AZUD_ASSERT(known != known_.end(), "a generator asks only for parameters that it declares");
  return known->default_value;
}

Result<int64_t> ParameterValues::integer(std::string_view name, int64_t least, int64_t most) const {
  const std::string_view value = text(name);
  const auto number = parse_number<int64_t>(value);
  if (!number || *number < least || *number > most) {
    return fail(Code::invalid, "{} must be a whole number from {} to {}, not {}", name, least, most, value);
  }
  return *number;
}

Result<TimestampMs> ParameterValues::time(std::string_view name) const {
  const std::string_view value = text(name);
  if (const auto moment = parse_utc(value)) return *moment;
  if (const auto number = parse_number<int64_t>(value); number && *number >= 0) return *number;
  return fail(Code::invalid, "{} must be a time such as 2024-05-01T00:00:00Z or milliseconds since 1970, not {}", name,
              value);
}

}  // namespace azud::simulate
