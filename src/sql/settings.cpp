#include "sql/settings.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace azud::sql {
namespace {

enum class Kind : uint8_t { text, duration, flag, number, accepted };

struct Known {
  std::string_view key;
  Kind kind;
};
/// Those that the planner or the engine acts on; `accepted`: they change how Flink works, not what comes out.
constexpr std::array<Known, 22> known_keys = {{{"table.local-time-zone", Kind::text},
                                               {"table.exec.state.ttl", Kind::duration},
                                               {"table.exec.source.idle-timeout", Kind::duration},
                                               {"table.exec.mini-batch.enabled", Kind::flag},
                                               {"table.exec.mini-batch.allow-latency", Kind::duration},
                                               {"table.exec.mini-batch.size", Kind::number},
                                               {"table.exec.sink.not-null-enforcer", Kind::text},
                                               {"table.exec.sink.type-length-enforcer", Kind::text},
                                               {"table.exec.sink.nested-constraint-enforcer", Kind::text},
                                               {"table.exec.sink.upsert-materialize", Kind::text},
                                               {"table.exec.sink.require-on-conflict", Kind::flag},
                                               {"table.optimizer.distinct-agg.split.enabled", Kind::accepted},
                                               {"parallelism.default", Kind::number},
                                               {"pipeline.name", Kind::text},
                                               {"pipeline.auto-watermark-interval", Kind::duration},
                                               {"execution.checkpointing.interval", Kind::duration},
                                               {"execution.runtime-mode", Kind::accepted},
                                               {"sql-client.execution.result-mode", Kind::accepted},
                                               {"table.dml-sync", Kind::accepted},
                                               {"state.backend.type", Kind::accepted},
                                               {"restart-strategy.type", Kind::accepted},
                                               {"table.exec.resource.default-parallelism", Kind::number}}};

struct DurationUnit {
  int64_t ms;
  std::array<std::string_view, 5> names;
};
constexpr std::array<DurationUnit, 5> duration_units = {{{1, {"ms", "milli", "millis", "millisecond", "milliseconds"}},
                                                         {1000, {"s", "sec", "secs", "second", "seconds"}},
                                                         {60'000, {"m", "min", "minute", "minutes", "min"}},
                                                         {3'600'000, {"h", "hour", "hours", "h", "h"}},
                                                         {86'400'000, {"d", "day", "days", "d", "d"}}}};

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<int64_t> parse_duration_ms(std::string_view text) {
  int64_t amount = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), amount);
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (failure == std::errc() && amount >= 0) {
    if (unit.empty()) return amount;
    for (const DurationUnit& known : duration_units)
      if (std::ranges::find(known.names, unit) != known.names.end()) return amount * known.ms;
  }
  return std::unexpected(
      Error(Code::invalid, fmt::format("'{}' is no duration", text), "write for example '1 s', '5 min', '2 h', '1 d'"));
}

Result<std::optional<std::string>> Settings::set(const std::string& key, const std::string& value) {
  const auto* known = std::ranges::find(known_keys, key, &Known::key);
  std::optional<std::string> notice;
  if (known == known_keys.end()) {
    if (reported_.insert(key).second) notice = fmt::format("azud does not act on the setting {}", key);
  } else if (known->kind == Kind::duration) {
    if (auto parsed = parse_duration_ms(value); !parsed)
      return std::unexpected(std::move(parsed).error().with_context(key));
  } else if (known->kind == Kind::flag && value != "true" && value != "false") {
    return fail(Code::invalid, "{} takes 'true' or 'false', not '{}'", key, value);
  } else if (known->kind == Kind::number && !is_number(value)) {
    return fail(Code::invalid, "{} takes a number, not '{}'", key, value);
  }
  values_.insert_or_assign(key, value);
  return notice;
}

std::string Settings::text(const std::string& key, const std::string& otherwise) const {
  const auto found = values_.find(key);
  return found == values_.end() ? otherwise : found->second;
}

int64_t Settings::duration_ms(const std::string& key, int64_t otherwise) const {
  const auto found = values_.find(key);
  return found == values_.end() ? otherwise : parse_duration_ms(found->second).value_or(otherwise);
}

bool Settings::flag(const std::string& key, bool otherwise) const {
  const auto found = values_.find(key);
  return found == values_.end() ? otherwise : found->second == "true";
}

}  // namespace azud::sql
