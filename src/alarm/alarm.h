#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace azud::alarm {

/// From bad to harmless.
enum class Severity : uint8_t { critical, major, minor, warning, indeterminate };
std::string_view to_string(Severity severity);  ///< "CRITICAL" …
std::optional<Severity> parse_severity(std::string_view text);

/// One alarm of one originator. At most one of an (originator, type) is active.
struct Alarm {
  std::string id;  ///< the record that raised it: "ALARMS-0-17"
  std::string originator;
  std::string type;
  Severity severity = Severity::major;
  TimestampMs raised_at = 0;
  TimestampMs last_at = 0;  ///< the last record that raised it
  std::optional<TimestampMs> cleared_at;
  std::optional<TimestampMs> acknowledged_at;
  std::optional<std::string> acknowledged_by;
  std::optional<std::string> comment;
  std::optional<std::string> zone;
  std::optional<std::string> label;
  std::string details_json;  ///< the record that raised it

  bool active() const { return !cleared_at; }
  bool acknowledged() const { return acknowledged_at.has_value(); }
};

struct AlarmEvent {
  TimestampMs at = 0;
  std::string what;  ///< raised, repeated, cleared, acknowledged
  std::optional<std::string> by;
  std::optional<std::string> comment;
};

/// Which alarms; empty lists and absent bounds do not restrict.
struct AlarmFilter {
  std::optional<bool> active;
  std::optional<bool> acknowledged;
  std::vector<std::string> types;
  std::vector<Severity> severities;
  std::vector<std::string> zones;
  std::string originator;
  std::optional<TimestampMs> from;  ///< raised at or after
  std::optional<TimestampMs> to;    ///< raised before
};

struct AlarmPage {
  std::vector<Alarm> alarms;  ///< newest raise first
  std::size_t total = 0;      ///< all that match
  std::string next;           ///< cursor of the page that follows; empty at the end
};

enum class Grouping : uint8_t { type, severity, zone };

struct AlarmCount {
  std::string name;  ///< empty: all together
  uint64_t active = 0, unacknowledged = 0;
  uint64_t raised = 0, cleared = 0;  ///< since ever
};

/// Counts of one type, a value a step.
struct AlarmHistogram {
  std::string type;
  std::vector<uint32_t> raised, cleared;
};

}  // namespace azud::alarm
