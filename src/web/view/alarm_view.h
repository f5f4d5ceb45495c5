#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"

namespace azud::web {

/// From bad to harmless.
enum class AlarmSeverity : uint8_t { critical, major, minor, warning, indeterminate };

/// One alarm of one originator as the page shows it (docs/web-api.md, 2.6).
struct AlarmEntry {
  std::string id;
  std::string originator;
  std::string type;
  AlarmSeverity severity = AlarmSeverity::indeterminate;
  TimestampMs raised_at = 0;
  TimestampMs last_at = 0;  ///< the last message that raised it
  std::optional<TimestampMs> cleared_at;
  std::optional<TimestampMs> acknowledged_at;
  std::optional<std::string> acknowledged_by;
  std::optional<std::string> comment;
  std::optional<std::string> zone;
  std::optional<std::string> label;
  std::string details_json;  ///< the row that raised it, one JSON object

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
  std::vector<AlarmSeverity> severities;
  std::vector<std::string> zones;
  std::string originator;
  std::optional<TimestampMs> from;  ///< raised at or after
  std::optional<TimestampMs> to;    ///< raised before
};

struct AlarmPage {
  std::vector<AlarmEntry> alarms;  ///< newest raise first
  std::size_t total = 0;           ///< all that match, counted up to 100,000
  std::string next;                ///< cursor of the page that follows; empty at the end
};

enum class AlarmGrouping : uint8_t { type, severity, zone };

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

/// What the page needs of the alarms, past and present. Thread-safe; calls are short.
class AlarmView {
 public:
  virtual ~AlarmView() = default;

  /// Rises with every change; starts above 0.
  virtual uint64_t version() const = 0;
  /// The alarms changed after `version`, each once as it is now, in the order of their last change. Nothing if that
  /// is too long ago to tell: start again from find().
  virtual std::optional<std::vector<AlarmEntry>> changed_since(uint64_t version) const = 0;

  /// `invalid` for a cursor that find() did not give.
  virtual Result<AlarmPage> find(const AlarmFilter& filter, std::size_t limit, std::string_view cursor) const = 0;
  virtual std::optional<AlarmEntry> get(std::string_view id) const = 0;
  virtual std::vector<AlarmEvent> events(std::string_view id) const = 0;
  /// One for each name, and one without a name for all.
  virtual std::vector<AlarmCount> counts(AlarmGrouping grouping) const = 0;
  /// Steps of `step_ms` from `from`, as many as begin before `to`.
  virtual std::vector<AlarmHistogram> histogram(TimestampMs from, TimestampMs to, int64_t step_ms,
                                                const AlarmFilter& filter) const = 0;

  /// `done` is called once it is durable, on any thread. An alarm already acknowledged stays as it is. `not_found`.
  virtual void acknowledge(std::string id, std::string by, std::string comment,
                           UniqueFunction<void(Result<AlarmEntry>)> done) = 0;
};

std::string_view to_string(AlarmSeverity severity);                        ///< "CRITICAL" …
std::optional<AlarmSeverity> parse_alarm_severity(std::string_view text);  ///< of any case
std::string_view state_of(const AlarmEntry& alarm);                        ///< "ACTIVE_UNACK" …

}  // namespace azud::web
