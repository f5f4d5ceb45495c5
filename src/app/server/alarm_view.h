#pragma once

#include <condition_variable>
#include <deque>
#include <string>
#include <thread>

#include "alarm/alarm_store.h"
#include "base/thread_annotations.h"
#include "io/clock.h"
#include "web/view/alarm_view.h"

namespace azud::app {

/// The alarm store as the page sees it. Acknowledging waits for the disk, so it happens on a thread of its own.
class StoredAlarms final : public web::AlarmView {
 public:
  StoredAlarms(alarm::AlarmStore& store, const io::Clock& clock);
  ~StoredAlarms() override;  ///< finishes what was asked

  uint64_t version() const override { return store_.version(); }
  std::optional<std::vector<alarm::Alarm>> changed_since(uint64_t version) const override;
  Result<alarm::AlarmPage> find(const alarm::AlarmFilter& filter, std::size_t limit,
                                std::string_view cursor) const override;
  std::optional<alarm::Alarm> get(std::string_view id) const override;
  std::vector<alarm::AlarmEvent> events(std::string_view id) const override;
  std::vector<alarm::AlarmCount> counts(alarm::Grouping grouping) const override;
  std::vector<alarm::AlarmHistogram> histogram(TimestampMs from, TimestampMs to, int64_t step_ms,
                                               const alarm::AlarmFilter& filter) const override;
  void acknowledge(std::string id, std::string by, std::string comment,
                   UniqueFunction<void(Result<alarm::Alarm>)> done) override;

 private:
  void run();

  alarm::AlarmStore& store_;
  const io::Clock& clock_;
  Mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<UniqueFunction<void()>> tasks_ AZUD_GUARDED_BY(mutex_);
  bool stopping_ AZUD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace azud::app
