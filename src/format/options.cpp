#include "format/options.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "data/number_parse.h"

namespace azud::format {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

struct Unit {
  std::string_view name;
  int64_t nanoseconds;
};
constexpr auto units = std::to_array<Unit>({
    {"ns", 1},
    {"nano", 1},
    {"nanos", 1},
    {"nanosecond", 1},
    {"nanoseconds", 1},
    {"µs", 1000},
    {"us", 1000},
    {"micro", 1000},
    {"micros", 1000},
    {"microsecond", 1000},
    {"microseconds", 1000},
    {"", 1'000'000},
    {"ms", 1'000'000},
    {"milli", 1'000'000},
    {"millis", 1'000'000},
    {"millisecond", 1'000'000},
    {"milliseconds", 1'000'000},
    {"s", 1'000'000'000},
    {"sec", 1'000'000'000},
    {"secs", 1'000'000'000},
    {"second", 1'000'000'000},
    {"seconds", 1'000'000'000},
    {"m", 60'000'000'000},
    {"min", 60'000'000'000},
    {"minute", 60'000'000'000},
    {"minutes", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"hour", 3'600'000'000'000},
    {"hours", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
    {"day", 86'400'000'000'000},
    {"days", 86'400'000'000'000},
});

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

}  // namespace

std::optional<int64_t> parse_duration_ms(std::string_view text) {
  text = data::trim(text);
  std::size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) ++digits;
  int64_t count = 0;
  if (!data::parse_integer(text.substr(0, digits), count)) return std::nullopt;
  const std::string unit = lower(data::trim(text.substr(digits)));
  const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == unit; });
  if (found == units.end()) return std::nullopt;
  constexpr int64_t ns_per_ms = 1'000'000;
  if (found->nanoseconds < ns_per_ms) return count / (ns_per_ms / found->nanoseconds);
  int64_t out = 0;
  if (__builtin_mul_overflow(count, found->nanoseconds / ns_per_ms, &out)) return std::nullopt;
  return out;
}

std::optional<std::string_view> Options::find(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::string_view Options::text(std::string_view key, std::string_view fallback) const {
  return find(key).value_or(fallback);
}

Result<bool> Options::boolean(std::string_view key, bool fallback) const {
  const auto given = find(key);
  if (!given) return fallback;
  const std::string word = lower(*given);
  if (word == "true") return true;
  if (word == "false") return false;
  return fail(Code::invalid, "Invalid value for option '{}'. Expected either true or false, found: {}", full_key(key),
              *given);
}

Result<int64_t> Options::integer(std::string_view key, int64_t fallback) const {
  const auto given = find(key);
  if (!given) return fallback;
  int64_t value = 0;
  if (data::parse_integer(data::trim(*given), value)) return value;
  return fail(Code::invalid, "Invalid value for option '{}'. Expected a whole number, found: {}", full_key(key),
              *given);
}

Result<double> Options::number(std::string_view key, double fallback) const {
  const auto given = find(key);
  if (!given) return fallback;
  double value = 0;
  if (data::parse_double(*given, value)) return value;
  return fail(Code::invalid, "Invalid value for option '{}'. Expected a number, found: {}", full_key(key), *given);
}

Result<int64_t> Options::duration_ms(std::string_view key, int64_t fallback) const {
  const auto given = find(key);
  if (!given) return fallback;
  if (const auto value = parse_duration_ms(*given)) return *value;
  return fail(Code::invalid,
              "Invalid value for option '{}'. Expected a duration such as 500 ms, 10 s, 5 min, 1 h or "
              "1 d, found: {}",
              full_key(key), *given);
}

Result<std::size_t> Options::one_of(std::string_view key, std::span<const std::string_view> allowed,
                                    std::size_t fallback, bool any_case) const {
  const auto given = find(key);
  if (!given) return fallback;
  for (std::size_t i = 0; i < allowed.size(); ++i)
    if (allowed[i] == *given || (any_case && lower(allowed[i]) == lower(*given))) return i;
  return fail(Code::invalid, "Invalid value for option '{}'. Expected one of: [{}], found: {}", full_key(key),
              listed(allowed), *given);
}

Result<std::optional<std::string>> Options::character(std::string_view key) const {
  const auto given = find(key);
  if (!given) return std::nullopt;
  if (code_points(*given) != 1)
    return fail(Code::invalid, "Option '{}' must be a string with single character, but was: {}", full_key(key),
                *given);
  return std::string(*given);
}

Options Options::below(std::string_view prefix) const {
  Map out;
  for (auto at = values_.lower_bound(prefix); at != values_.end() && at->first.starts_with(prefix); ++at)
    out.emplace(at->first.substr(prefix.size()), at->second);
  return Options(std::move(out), prefix_ + std::string(prefix));
}

}  // namespace azud::format
