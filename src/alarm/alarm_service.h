#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "alarm/alarm_rule.h"
#include "alarm/alarm_store.h"
#include "alarm/key_index.h"
#include "alarm/record_fields.h"
#include "connect/mail/outbox.h"
#include "io/clock.h"
#include "log/log.h"
#include "log/merged_reader.h"

namespace azud::alarm {

/// Follows topics of transitions on a thread of its own: first the mails are stored, then alarms and positions move on
/// in one transaction. A crash in between stores the same mails again, under the same names.
class AlarmService {
 public:
  /// `not_found` for a topic that does not exist. What is passed in outlives the service.
  static Result<std::unique_ptr<AlarmService>> start(std::vector<AlarmRule> rules, log::Log& log, AlarmStore& store,
                                                     connect::Outbox& outbox, const io::Clock& clock);
  ~AlarmService();  ///< stops

 private:
  struct Followed {
    const AlarmRule* rule;
    std::string name;  ///< "ALARMS-0"
  };
  struct Step {
    std::vector<Transition> transitions;
    std::vector<connect::Mail> mails;
    Positions positions;
  };
  AlarmService(std::vector<AlarmRule> rules, log::Log& log, AlarmStore& store, connect::Outbox& outbox,
               const io::Clock& clock)
      : rules_(std::move(rules)), log_(log), store_(store), outbox_(outbox), clock_(clock) {}

  Status open();
  void run();
  Result<bool> follow();
  Status take(const Followed& from, const log::StoredBatch& batch, Step& step);
  Status take_record(const Followed& from, int64_t offset, TimestampMs timestamp, std::string_view value, Step& step);
  Status add_mail(const AlarmRule& rule, const Transition& transition, Fields fields, Step& step);
  KeyIndex* index_of(const std::string& topic);

  std::vector<AlarmRule> rules_;
  log::Log& log_;
  AlarmStore& store_;
  connect::Outbox& outbox_;
  const io::Clock& clock_;
  std::vector<Followed> followed_;
  std::unique_ptr<log::MergedReader> reader_;
  std::map<std::string, std::unique_ptr<KeyIndex>> indexes_;
  std::atomic<uint32_t> wakes_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace azud::alarm
