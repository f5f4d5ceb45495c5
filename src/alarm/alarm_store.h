#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alarm/alarm.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "table/database.h"

namespace azud::alarm {

/// A raise or a clear, with what is kept of it.
struct Transition {
  std::string id;  ///< of its record; names the alarm that it raises, and its e-mail
  bool raise = false;
  std::string originator;
  std::string type;
  Severity severity = Severity::major;
  TimestampMs at = 0;
  std::optional<std::string> zone;
  std::optional<std::string> label;
  std::string details_json;
};

/// How far a partition of a topic has been taken in.
using Positions = std::map<std::string, int64_t>;  ///< "ALARMS-0" to the next offset

/// All alarms in a SQLite file. Thread-safe.
class AlarmStore {
 public:
  static Result<std::unique_ptr<AlarmStore>> open(const std::filesystem::path& file);

  /// Applies transitions in their order, and moves on: one transaction. A power cut may take the last ones back: their
  /// positions with them, so that they are read again.
  Status apply(const std::vector<Transition>& transitions, const Positions& positions);
  Positions positions() const;

  /// Durable when it returns. The alarm as it is then. An alarm already acknowledged stays as it is. not_found.
  Result<Alarm> acknowledge(const std::string& id, const std::string& by, const std::string& comment, TimestampMs at);

  /// Rises with every change, once readers see it: what changed_since() gives after a call of version() holds all up to
  /// it. Starts above 0.
  uint64_t version() const { return version_.load(); }
  /// The alarms changed after `version`, each once, in the order of their last change; at most `limit`, or nothing if
  /// there are more.
  Result<std::optional<std::vector<Alarm>>> changed_since(uint64_t version, std::size_t limit = 10'000) const;

  /// `invalid` for a cursor that find() did not give.
  Result<AlarmPage> find(const AlarmFilter& filter, std::size_t limit, std::string_view cursor) const;
  Result<std::optional<Alarm>> get(std::string_view id) const;
  Result<std::vector<AlarmEvent>> events(std::string_view id) const;
  /// One for each name, and one without a name for all.
  Result<std::vector<AlarmCount>> counts(Grouping grouping) const;
  /// Steps of `step_ms` from `from`, as many as begin before `to`.
  Result<std::vector<AlarmHistogram>> histogram(TimestampMs from, TimestampMs to, int64_t step_ms,
                                                const AlarmFilter& filter) const;

 private:
  AlarmStore(table::Database writer, table::Database reader) : writer_(std::move(writer)), reader_(std::move(reader)) {}
  Status apply_one(const Transition& transition) AZUD_REQUIRES(write_mutex_);
  /// Commits what went well and makes its versions known, or takes all of it back.
  Status finish(Status changed) AZUD_REQUIRES(write_mutex_);
  Status add_event(std::string_view alarm, TimestampMs at, std::string_view what, const std::optional<std::string>& by,
                   const std::optional<std::string>& comment) AZUD_REQUIRES(write_mutex_);
  Status count_steps(const std::string& column, TimestampMs from, TimestampMs to, int64_t step_ms,
                     const AlarmFilter& filter, std::map<std::string, AlarmHistogram>& histograms,
                     std::vector<uint32_t> AlarmHistogram::* counts) const AZUD_REQUIRES(read_mutex_);

  mutable Mutex write_mutex_;
  table::Database writer_ AZUD_GUARDED_BY(write_mutex_);
  uint64_t last_version_ AZUD_GUARDED_BY(write_mutex_) = 1;  ///< given away, perhaps in a transaction that is open
  mutable Mutex read_mutex_;
  mutable table::Database reader_ AZUD_GUARDED_BY(read_mutex_);
  std::atomic<uint64_t> version_{1};
};

}  // namespace azud::alarm
