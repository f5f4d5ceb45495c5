#include "gateway/settings.h"

#include <array>
#include <charconv>

namespace azud::gateway {
namespace {

Status check_zone(const std::string& value) {
  TRY(stream::Zone::find(value));
  return {};
}

Status check_duration(const std::string& value) {
  TRY(parse_duration_ms(value));
  return {};
}

Status check_parallelism(const std::string& value) {
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < 1 || number > 128)
    return fail(Code::invalid, "a number from 1 to 128 is expected, found \"{}\"", value);
  return {};
}

Status check_boolean(const std::string& value) {
  if (value != "true" && value != "false") return fail(Code::invalid, "true or false is expected, found \"{}\"", value);
  return {};
}

Status anything(const std::string&) { return {}; }

struct Key {
  std::string_view name;
  Status (*check)(const std::string& value);
};
constexpr std::array keys{
    Key{"table.local-time-zone", check_zone},
    Key{"table.exec.source.idle-timeout", check_duration},
    Key{"table.exec.state.ttl", check_duration},
    Key{"table.exec.mini-batch.enabled", check_boolean},
    Key{"parallelism.default", check_parallelism},
    Key{"pipeline.name", anything},
    Key{"execution.checkpointing.interval", check_duration},
};

constexpr std::array<std::pair<std::string_view, int64_t>, 20> units{{
    {"", 1},           {"ms", 1},           {"milli", 1},
    {"millis", 1},     {"millisecond", 1},  {"milliseconds", 1},
    {"s", 1000},       {"sec", 1000},       {"secs", 1000},
    {"second", 1000},  {"seconds", 1000},   {"m", 60'000},
    {"min", 60'000},   {"minute", 60'000},  {"minutes", 60'000},
    {"h", 3'600'000},  {"hour", 3'600'000}, {"hours", 3'600'000},
    {"d", 86'400'000}, {"day", 86'400'000},
}};

}  // namespace

Result<int64_t> parse_duration_ms(std::string_view text) {
  int64_t amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (error == std::errc() && amount >= 0)
    for (const auto& [name, factor] : units)
      if (unit == name && amount <= INT64_MAX / factor) return amount * factor;
  return fail(Code::invalid, "a duration such as '1 s', '200 ms' or '5 min' is expected, found \"{}\"", text);
}

bool Settings::is_honoured(std::string_view key) {
  for (const Key& known : keys)
    if (known.name == key) return true;
  return false;
}

Status Settings::set(const std::string& key, const std::string& value) {
  for (const Key& known : keys)
    if (known.name == key) {
      if (Status good = known.check(value); !good) return std::unexpected(std::move(good).error().with_context(key));
    }
  values_[key] = value;
  return {};
}

std::optional<std::string> Settings::get(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

int64_t Settings::idle_timeout_ms() const {
  const auto value = get("table.exec.source.idle-timeout");
  return value ? parse_duration_ms(*value).value_or(0) : 0;
}

int64_t Settings::state_ttl_ms() const {
  const auto value = get("table.exec.state.ttl");
  return value ? parse_duration_ms(*value).value_or(0) : 0;
}

stream::JobOptions Settings::apply(stream::JobOptions base) const {
  if (const auto zone = get("table.local-time-zone"))
    if (auto found = stream::Zone::find(*zone)) base.runtime.eval.zone = *found;
  if (const auto parallelism = get("parallelism.default")) {
    int number = 1;
    std::from_chars(parallelism->data(), parallelism->data() + parallelism->size(), number);
    base.runtime.parallelism = static_cast<std::size_t>(number);
  }
  if (const auto interval = get("execution.checkpointing.interval"))
    base.commit_interval_ms = parse_duration_ms(*interval).value_or(base.commit_interval_ms);
  return base;
}

}  // namespace azud::gateway
