#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stream/run/job.h"

namespace azud::gateway {

/// A session's SET values. Any key is kept, as in Flink's client; those that azud honours are checked when they are
/// set.
class Settings {
 public:
  /// `invalid` for a bad value of a key that azud honours.
  Status set(const std::string& key, const std::string& value);
  void reset(const std::string& key) { values_.erase(key); }
  void reset() { values_.clear(); }
  std::optional<std::string> get(const std::string& key) const;
  const std::map<std::string, std::string>& all() const { return values_; }
  /// Whether the key means something here.
  static bool is_honoured(std::string_view key);

  /// What jobs of this session run with; `base` where nothing is set.
  stream::JobOptions apply(stream::JobOptions base) const;
  /// table.exec.source.idle-timeout; 0 = off, the default.
  int64_t idle_timeout_ms() const;
  /// table.exec.state.ttl; 0 = for ever, the default.
  int64_t state_ttl_ms() const;

 private:
  std::map<std::string, std::string> values_;
};

/// Flink's durations: "1 s", "200ms", "5 min", "1 h", "2 d"; a bare number is milliseconds.
Result<int64_t> parse_duration_ms(std::string_view text);

}  // namespace azud::gateway
