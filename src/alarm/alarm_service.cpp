#include "alarm/alarm_service.h"

#include <chrono>

#include "base/logging.h"
#include "base/thread_name.h"
#include "io/thread_urgency.h"
#include "kafka/wire/record_reader.h"

namespace azud::alarm {
namespace {

constexpr std::size_t poll_bytes = 256 << 10;
constexpr auto retry_pause = std::chrono::milliseconds(500);
/// Between steps: each costs the disk a sync, which the stream's own writes would wait for.
constexpr auto step_pause = std::chrono::milliseconds(25);

}  // namespace

Result<std::unique_ptr<AlarmService>> AlarmService::start(std::vector<AlarmRule> rules, log::Log& log,
                                                          AlarmStore& store, connect::Outbox& outbox,
                                                          const io::Clock& clock) {
  std::unique_ptr<AlarmService> service(new AlarmService(std::move(rules), log, store, outbox, clock));
  TRY(service->open());
  service->thread_ = std::thread([raw = service.get()] { raw->run(); });
  return service;
}

AlarmService::~AlarmService() {
  stopping_ = true;
  wakes_.fetch_add(1);
  wakes_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status AlarmService::open() {
  const Positions positions = store_.positions();
  std::vector<log::MergedReader::Start> starts;
  followed_.clear();
  for (const AlarmRule& rule : rules_) {
    const auto topic = log_.find_topic(rule.topic);
    if (!topic) return fail(Code::not_found, "alarms: there is no topic {}", rule.topic);
    for (std::size_t p = 0; p < topic->partitions.size(); ++p) {
      std::string name = fmt::format("{}-{}", rule.topic, p);
      const auto position = positions.find(name);
      starts.push_back({topic->partitions[p], log::Offset(position == positions.end() ? 0 : position->second)});
      followed_.push_back({&rule, std::move(name)});
    }
  }
  reader_ = std::make_unique<log::MergedReader>(log_, std::move(starts));
  return {};
}

void AlarmService::run() {
  name_thread("alarms");
  io::set_urgency(io::Urgency::background);
  while (!stopping_) {
    const uint32_t seen = wakes_.load();
    const log::WaitPtr wait = reader_->wait([this] {
      wakes_.fetch_add(1);
      wakes_.notify_all();
    });
    Result<bool> more = follow();
    if (!more) {
      // The table or the outbox takes nothing now: begin again where the table is.
      log_warn("alarms: {}", more.error().message());
      std::this_thread::sleep_for(retry_pause);
      if (const Status opened = open(); !opened) log_warn("alarms: {}", opened.error().message());
      continue;
    }
    if (*more)
      std::this_thread::sleep_for(step_pause);
    else if (!stopping_)
      wakes_.wait(seen);
  }
}

/// One step forward; false if there was nothing to read. The mails are durable before the positions: at worst a step is
/// taken again, and stores nothing twice.
Result<bool> AlarmService::follow() {
  TRY_ASSIGN(const log::MergedReader::Poll poll, reader_->poll(poll_bytes));
  if (poll.items.empty()) return false;
  Step step;
  for (const auto& [topic, index] : indexes_) TRY(index->catch_up());
  for (const log::MergedReader::Item& item : poll.items) TRY(take(followed_[item.partition], item.batch, step));
  TRY(outbox_.store(step.mails, clock_.wall_ms()));
  TRY(store_.apply(step.transitions, step.positions));
  return true;
}

Status AlarmService::take(const Followed& from, const log::StoredBatch& batch, Step& step) {
  kafka::RecordReader reader;
  TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
  TRY(reader.open(view));
  const auto begun = step.positions.find(from.name);
  const int64_t first = begun == step.positions.end() ? 0 : begun->second;
  for (kafka::RecordView record; reader.next(record);) {
    if (record.offset < first || !record.value) continue;
    if (const Status taken = take_record(from, record.offset, record.timestamp, *record.value, step); !taken)
      log_warn("alarms: {} offset {}: {}", from.name, record.offset, taken.error().message());
  }
  if (!reader.status()) log_warn("alarms: {} offset {}: {}", from.name, batch.base, reader.status().error().message());
  step.positions[from.name] = (batch.last + 1).value();
  return {};
}

Status AlarmService::take_record(const Followed& from, int64_t offset, TimestampMs timestamp, std::string_view value,
                                 Step& step) {
  const AlarmRule& rule = *from.rule;
  TRY_ASSIGN(Fields fields, read_fields(value));
  const auto field = [&](const std::string& name) -> std::string {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  Transition transition{.id = fmt::format("{}-{:012}", from.name, offset), .raise = field(rule.what) == rule.raise};
  if (!transition.raise && field(rule.what) != rule.clear)
    return fail(Code::invalid, "field {} is \"{}\", neither {} nor {}", rule.what, field(rule.what), rule.raise,
                rule.clear);
  transition.originator = field(rule.originator);
  transition.type = field(rule.type);
  if (transition.originator.empty() || transition.type.empty())
    return fail(Code::invalid, "fields {} and {} must have a value", rule.originator, rule.type);
  const auto severity = rule.severities.find(transition.type);
  transition.severity = severity == rule.severities.end() ? rule.severity : severity->second;
  transition.at = rule.time.empty() ? timestamp : parse_time(field(rule.time)).value_or(timestamp);
  if (const std::string zone = field(rule.zone); !zone.empty()) transition.zone = zone;
  if (!rule.label.empty()) transition.label = fill(rule.label, fields);
  transition.details_json = value;
  if (rule.notify) TRY(add_mail(rule, transition, std::move(fields), step));
  step.transitions.push_back(std::move(transition));
  return {};
}

KeyIndex* AlarmService::index_of(const std::string& topic) {
  auto& index = indexes_[topic];
  if (!index) {
    const auto found = log_.find_topic(topic);
    if (!found) {
      indexes_.erase(topic);
      return nullptr;
    }
    index = std::make_unique<KeyIndex>(*found);
    if (const Status caught_up = index->catch_up(); !caught_up)
      log_warn("alarms: topic {}: {}", topic, caught_up.error().message());
  }
  return index.get();
}

Status AlarmService::add_mail(const AlarmRule& rule, const Transition& transition, Fields fields, Step& step) {
  const NotifyRule& notify = *rule.notify;
  const auto& text = transition.raise ? notify.on_raise : notify.on_clear;
  if (!text) return {};
  const auto key = fields.find(notify.lookup_key);
  if (KeyIndex* index = notify.lookup_topic.empty() ? nullptr : index_of(notify.lookup_topic);
      index != nullptr && key != fields.end()) {
    TRY_ASSIGN(const auto found, index->find(key->second));
    if (found)
      if (auto more = read_fields(*found)) fields.merge(*more);
  }
  step.mails.push_back({.id = transition.id,
                        .at = transition.at,
                        .from = notify.from,
                        .to = fill(notify.to, fields),
                        .subject = fill(text->subject, fields),
                        .text = fill(text->body, fields)});
  return {};
}

}  // namespace azud::alarm
