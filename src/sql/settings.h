#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace azud::sql {

/// What SET has set, and what the planner reads of it.
class Settings {
 public:
  /// An error for a value that the key cannot have. For a key that azud does not act on, a sentence to show once.
  Result<std::optional<std::string>> set(const std::string& key, const std::string& value);
  void reset(const std::string& key) { values_.erase(key); }
  void reset_all() { values_.clear(); }
  const std::map<std::string, std::string>& values() const { return values_; }

  std::string text(const std::string& key, const std::string& otherwise) const;
  int64_t duration_ms(const std::string& key, int64_t otherwise) const;
  bool flag(const std::string& key, bool otherwise) const;

  /// How long an operator keeps state that no row touches; 0 = for ever.
  int64_t state_ttl_ms() const { return duration_ms("table.exec.state.ttl", 0); }

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> reported_;
};

/// "200", "200 ms", "1s", "5 min", "2 h", "1 day": Flink's durations; a bare number is milliseconds.
Result<int64_t> parse_duration_ms(std::string_view text);

}  // namespace azud::sql
