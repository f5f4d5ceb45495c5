#include "app/server/alarm_view.h"

#include "base/logging.h"

namespace azud::app {
namespace {

web::AlarmSeverity severity_of(alarm::Severity severity) {
  return static_cast<web::AlarmSeverity>(static_cast<uint8_t>(severity));
}

web::AlarmEntry entry_of(alarm::Alarm alarm) {
  return {.id = std::move(alarm.id),
          .originator = std::move(alarm.originator),
          .type = std::move(alarm.type),
          .severity = severity_of(alarm.severity),
          .raised_at = alarm.raised_at,
          .last_at = alarm.last_at,
          .cleared_at = alarm.cleared_at,
          .acknowledged_at = alarm.acknowledged_at,
          .acknowledged_by = std::move(alarm.acknowledged_by),
          .comment = std::move(alarm.comment),
          .zone = std::move(alarm.zone),
          .label = std::move(alarm.label),
          .details_json = std::move(alarm.details_json)};
}

std::vector<web::AlarmEntry> entries_of(std::vector<alarm::Alarm> alarms) {
  std::vector<web::AlarmEntry> out;
  out.reserve(alarms.size());
  for (alarm::Alarm& one : alarms) out.push_back(entry_of(std::move(one)));
  return out;
}

alarm::AlarmFilter filter_of(const web::AlarmFilter& filter) {
  alarm::AlarmFilter out{.active = filter.active,
                         .acknowledged = filter.acknowledged,
                         .types = filter.types,
                         .zones = filter.zones,
                         .originator = filter.originator,
                         .from = filter.from,
                         .to = filter.to};
  for (const web::AlarmSeverity severity : filter.severities) {
    out.severities.push_back(static_cast<alarm::Severity>(static_cast<uint8_t>(severity)));
  }
  return out;
}

/// What a view cannot tell is logged, and shown as nothing.
template <class T>
T or_nothing(Result<T> found) {
  if (found) return *std::move(found);
  log_warn("page: alarms: {}", found.error().to_text());
  return {};
}

}  // namespace

StoredAlarms::StoredAlarms(alarm::AlarmStore& store, const io::Clock& clock)
    : store_(store), clock_(clock), thread_([this] { run(); }) {}

StoredAlarms::~StoredAlarms() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void StoredAlarms::run() {
  for (;;) {
    UniqueFunction<void()> task;
    {
      MutexLock lock(mutex_);
      while (tasks_.empty() && !stopping_) wake_.wait(lock);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

std::optional<std::vector<web::AlarmEntry>> StoredAlarms::changed_since(uint64_t version) const {
  auto changed = or_nothing(store_.changed_since(version));
  if (!changed) return std::nullopt;
  return entries_of(*std::move(changed));
}

Result<web::AlarmPage> StoredAlarms::find(const web::AlarmFilter& filter, std::size_t limit,
                                          std::string_view cursor) const {
  TRY_ASSIGN(alarm::AlarmPage page, store_.find(filter_of(filter), limit, cursor));
  return web::AlarmPage{entries_of(std::move(page.alarms)), page.total, std::move(page.next)};
}

std::optional<web::AlarmEntry> StoredAlarms::get(std::string_view id) const {
  auto found = or_nothing(store_.get(id));
  if (!found) return std::nullopt;
  return entry_of(*std::move(found));
}

std::vector<web::AlarmEvent> StoredAlarms::events(std::string_view id) const {
  std::vector<web::AlarmEvent> out;
  for (alarm::AlarmEvent& one : or_nothing(store_.events(id))) {
    out.push_back({one.at, std::move(one.what), std::move(one.by), std::move(one.comment)});
  }
  return out;
}

std::vector<web::AlarmCount> StoredAlarms::counts(web::AlarmGrouping grouping) const {
  std::vector<web::AlarmCount> out;
  for (alarm::AlarmCount& one :
       or_nothing(store_.counts(static_cast<alarm::Grouping>(static_cast<uint8_t>(grouping))))) {
    out.push_back({std::move(one.name), one.active, one.unacknowledged, one.raised, one.cleared});
  }
  return out;
}

std::vector<web::AlarmHistogram> StoredAlarms::histogram(TimestampMs from, TimestampMs to, int64_t step_ms,
                                                         const web::AlarmFilter& filter) const {
  std::vector<web::AlarmHistogram> out;
  for (alarm::AlarmHistogram& one : or_nothing(store_.histogram(from, to, step_ms, filter_of(filter)))) {
    out.push_back({std::move(one.type), std::move(one.raised), std::move(one.cleared)});
  }
  return out;
}

void StoredAlarms::acknowledge(std::string id, std::string by, std::string comment,
                               UniqueFunction<void(Result<web::AlarmEntry>)> done) {
  {
    const MutexLock lock(mutex_);
    tasks_.push_back(
        [this, id = std::move(id), by = std::move(by), comment = std::move(comment), done = std::move(done)]() mutable {
          Result<alarm::Alarm> alarm = store_.acknowledge(id, by, comment, clock_.wall_ms());
          if (!alarm) return done(std::unexpected(std::move(alarm).error()));
          done(entry_of(*std::move(alarm)));
        });
  }
  wake_.notify_one();
}

}  // namespace azud::app
