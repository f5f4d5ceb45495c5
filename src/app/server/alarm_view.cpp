#include "app/server/alarm_view.h"

#include "base/logging.h"
#include "base/thread_name.h"
#include "io/thread_urgency.h"

namespace azud::app {
namespace {

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
  name_thread("alarm-view");
  io::set_urgency(io::Urgency::background);
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

std::optional<std::vector<alarm::Alarm>> StoredAlarms::changed_since(uint64_t version) const {
  return or_nothing(store_.changed_since(version));
}

Result<alarm::AlarmPage> StoredAlarms::find(const alarm::AlarmFilter& filter, std::size_t limit,
                                            std::string_view cursor) const {
  return store_.find(filter, limit, cursor);
}

std::optional<alarm::Alarm> StoredAlarms::get(std::string_view id) const { return or_nothing(store_.get(id)); }

std::vector<alarm::AlarmEvent> StoredAlarms::events(std::string_view id) const { return or_nothing(store_.events(id)); }

std::vector<alarm::AlarmCount> StoredAlarms::counts(alarm::Grouping grouping) const {
  return or_nothing(store_.counts(grouping));
}

std::vector<alarm::AlarmHistogram> StoredAlarms::histogram(TimestampMs from, TimestampMs to, int64_t step_ms,
                                                           const alarm::AlarmFilter& filter) const {
  return or_nothing(store_.histogram(from, to, step_ms, filter));
}

void StoredAlarms::acknowledge(std::string id, std::string by, std::string comment,
                               UniqueFunction<void(Result<alarm::Alarm>)> done) {
  {
    const MutexLock lock(mutex_);
    tasks_.push_back(
        [this, id = std::move(id), by = std::move(by), comment = std::move(comment), done = std::move(done)]() mutable {
          done(store_.acknowledge(id, by, comment, clock_.wall_ms()));
        });
  }
  wake_.notify_one();
}

}  // namespace azud::app
