#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alarm/alarm.h"
#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"

namespace azud::web {

using alarm::AlarmCount;
using alarm::AlarmEvent;
using alarm::AlarmFilter;
using alarm::AlarmHistogram;
using alarm::AlarmPage;
using AlarmEntry = alarm::Alarm;
using AlarmGrouping = alarm::Grouping;
using AlarmSeverity = alarm::Severity;

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

std::string_view state_of(const AlarmEntry& alarm);  ///< "ACTIVE_UNACK" …

}  // namespace azud::web
