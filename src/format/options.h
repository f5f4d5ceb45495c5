#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace azud::format {

/// The options of one table, connector or format by key, as written in WITH (…); reads them by type. Errors are
/// `invalid` and say, in Flink's words, which option and what is allowed.
class Options {
 public:
  using Map = std::map<std::string, std::string, std::less<>>;

  Options() = default;
  /// `prefix` is what stood before the keys in the table's options ("value.csv."), for messages.
  explicit Options(Map values, std::string prefix = {}) : values_(std::move(values)), prefix_(std::move(prefix)) {}

  const Map& values() const { return values_; }
  bool has(std::string_view key) const { return values_.contains(key); }
  std::optional<std::string_view> find(std::string_view key) const;
  std::string_view text(std::string_view key, std::string_view fallback) const;

  /// "true" or "false" in any case.
  Result<bool> boolean(std::string_view key, bool fallback) const;
  Result<int64_t> integer(std::string_view key, int64_t fallback) const;
  Result<double> number(std::string_view key, double fallback) const;
  /// "10 s", "5min", "100" (milliseconds): Flink's durations.
  Result<int64_t> duration_ms(std::string_view key, int64_t fallback) const;
  /// The place in `allowed` of the option's value; `fallback` if it is not set. Case matters unless `any_case`.
  Result<std::size_t> one_of(std::string_view key, std::span<const std::string_view> allowed, std::size_t fallback,
                             bool any_case = false) const;
  /// One character (any code point, as UTF-8); nothing if not set.
  Result<std::optional<std::string>> character(std::string_view key) const;

  /// The options whose keys begin with `prefix`, without it.
  Options below(std::string_view prefix) const;

  /// The key as it stands in the table's options.
  std::string full_key(std::string_view key) const { return prefix_ + std::string(key); }

 private:
  Map values_;
  std::string prefix_;
};

/// Milliseconds of "10 s", "1 h 30 min" is not one: a number, then ns, us, ms, s, min, h, d or their long names.
std::optional<int64_t> parse_duration_ms(std::string_view text);

}  // namespace azud::format
