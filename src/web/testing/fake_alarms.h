#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "web/view/alarm_view.h"

namespace azud::web {

/// Alarms in memory, for tests of what shows them.
class FakeAlarms final : public AlarmView {
 public:
  /// Returns the id.
  std::string raise(const std::string& originator, const std::string& type, TimestampMs at,
                    AlarmSeverity severity = AlarmSeverity::major, const std::string& zone = "UK") {
    const MutexLock lock(mutex_);
    AlarmEntry alarm{.id = "a" + std::to_string(alarms_.size() + 1),
                     .originator = originator,
                     .type = type,
                     .severity = severity,
                     .raised_at = at,
                     .last_at = at,
                     .zone = zone,
                     .details_json = "{}"};
    changes_[alarm.id] = ++version_;
    alarms_.push_back(std::move(alarm));
    return alarms_.back().id;
  }
  void clear(const std::string& id, TimestampMs at) {
    const MutexLock lock(mutex_);
    find_mutable(id)->cleared_at = at;
    changes_[id] = ++version_;
  }

  uint64_t version() const override {
    const MutexLock lock(mutex_);
    return version_;
  }
  std::optional<std::vector<AlarmEntry>> changed_since(uint64_t version) const override {
    const MutexLock lock(mutex_);
    std::vector<AlarmEntry> out;
    for (const AlarmEntry& alarm : alarms_) {
      if (changes_.at(alarm.id) > version) out.push_back(alarm);
    }
    return out;
  }
  Result<AlarmPage> find(const AlarmFilter& filter, std::size_t limit, std::string_view cursor) const override {
    const MutexLock lock(mutex_);
    std::size_t skip = cursor.empty() ? 0 : std::stoul(std::string(cursor));
    AlarmPage page;
    std::vector<AlarmEntry> newest = alarms_;
    std::ranges::stable_sort(newest,
                             [](const AlarmEntry& a, const AlarmEntry& b) { return a.raised_at > b.raised_at; });
    for (const AlarmEntry& alarm : newest) {
      if (!matches(alarm, filter)) continue;
      if (page.total >= skip && page.alarms.size() < limit) page.alarms.push_back(alarm);
      ++page.total;
    }
    if (skip + page.alarms.size() < page.total) page.next = std::to_string(skip + page.alarms.size());
    return page;
  }
  std::optional<AlarmEntry> get(std::string_view id) const override {
    const MutexLock lock(mutex_);
    const auto found = std::ranges::find(alarms_, id, &AlarmEntry::id);
    return found == alarms_.end() ? std::nullopt : std::optional(*found);
  }
  std::vector<AlarmEvent> events(std::string_view id) const override {
    const auto alarm = get(id);
    return {{alarm ? alarm->raised_at : 0, "raised", std::nullopt, std::nullopt}};
  }
  std::vector<AlarmCount> counts(AlarmGrouping grouping) const override {
    const MutexLock lock(mutex_);
    std::map<std::string, AlarmCount> out{{"", {}}};
    for (const AlarmEntry& alarm : alarms_) {
      const std::string name = grouping == AlarmGrouping::type       ? alarm.type
                               : grouping == AlarmGrouping::severity ? std::string(to_string(alarm.severity))
                                                                     : alarm.zone.value_or("");
      for (AlarmCount* count : {&out[""], &out[name]}) {
        ++count->raised;
        ++(alarm.active() ? count->active : count->cleared);
        if (alarm.active() && !alarm.acknowledged()) ++count->unacknowledged;
      }
      out[name].name = name;
    }
    std::vector<AlarmCount> list;
    for (auto& [name, count] : out) list.push_back(count);
    return list;
  }
  std::vector<AlarmHistogram> histogram(TimestampMs from, TimestampMs to, int64_t step_ms,
                                        const AlarmFilter& filter) const override {
    const MutexLock lock(mutex_);
    std::map<std::string, AlarmHistogram> out;
    const auto steps = static_cast<std::size_t>((to - from + step_ms - 1) / step_ms);
    for (const AlarmEntry& alarm : alarms_) {
      if (!matches(alarm, filter)) continue;
      AlarmHistogram& one = out[alarm.type];
      one.type = alarm.type;
      one.raised.resize(steps);
      one.cleared.resize(steps);
      if (alarm.raised_at >= from && alarm.raised_at < to)
        ++one.raised[static_cast<std::size_t>((alarm.raised_at - from) / step_ms)];
      if (alarm.cleared_at && *alarm.cleared_at >= from && *alarm.cleared_at < to)
        ++one.cleared[static_cast<std::size_t>((*alarm.cleared_at - from) / step_ms)];
    }
    std::vector<AlarmHistogram> list;
    for (auto& [type, one] : out) list.push_back(std::move(one));
    return list;
  }
  void acknowledge(std::string id, std::string by, std::string comment,
                   UniqueFunction<void(Result<AlarmEntry>)> done) override {
    Result<AlarmEntry> answer = fail(Code::not_found, "there is no alarm {}", id);
    {
      const MutexLock lock(mutex_);
      if (AlarmEntry* alarm = find_mutable(id)) {
        if (!alarm->acknowledged_at) {
          alarm->acknowledged_at = alarm->last_at + 1;
          alarm->acknowledged_by = by;
          alarm->comment = comment;
          changes_[id] = ++version_;
        }
        answer = *alarm;
      }
    }
    done(std::move(answer));
  }

 private:
  static bool matches(const AlarmEntry& alarm, const AlarmFilter& filter) {
    const auto in = [](const auto& list, const auto& value) {
      return list.empty() || std::ranges::find(list, value) != list.end();
    };
    return (!filter.active || *filter.active == alarm.active()) &&
           (!filter.acknowledged || *filter.acknowledged == alarm.acknowledged()) && in(filter.types, alarm.type) &&
           in(filter.severities, alarm.severity) && in(filter.zones, alarm.zone.value_or("")) &&
           (filter.originator.empty() || filter.originator == alarm.originator) &&
           (!filter.from || alarm.raised_at >= *filter.from) && (!filter.to || alarm.raised_at < *filter.to);
  }
  AlarmEntry* find_mutable(const std::string& id) AZUD_REQUIRES(mutex_) {
    const auto found = std::ranges::find(alarms_, id, &AlarmEntry::id);
    return found == alarms_.end() ? nullptr : &*found;
  }

  mutable Mutex mutex_;
  uint64_t version_ AZUD_GUARDED_BY(mutex_) = 1;
  std::vector<AlarmEntry> alarms_ AZUD_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> changes_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::web
