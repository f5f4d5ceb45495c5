#include "web/feed/row_feeds.h"

#include <algorithm>
#include <functional>

#include "web/feed/row_set.h"

namespace azud::web {

namespace {

struct Rows {
  std::vector<Json> rows;  ///< objects
  std::size_t total = 0;
};

/// Rows that are read anew when their version has risen, and compared with those before.
class RowsFeed final : public Feed {
 public:
  struct Source {
    std::vector<std::string> columns;
    std::string key;
    int64_t interval_ms = 250;
    std::function<uint64_t()> version;  ///< none: read at each interval
    std::function<Result<Rows>()> read;
    std::function<std::optional<TimestampMs>(const std::vector<Json>& rows)> last_data;
  };
  explicit RowsFeed(Source source) : source_(std::move(source)), rows_(source_.columns, source_.key) {}

  int64_t interval_ms() const override { return source_.interval_ms; }

  Status advance(TimestampMs, std::string& delta) override {
    if (source_.version) {
      const uint64_t version = source_.version();
      if (version == version_) return {};
      version_ = version;
    }
    TRY_ASSIGN(Rows read, source_.read());
    if (source_.last_data) last_data_ = source_.last_data(read.rows);
    for (Json& row : read.rows) {
      Json cells = Json::array();
      for (const std::string& column : source_.columns) cells.push_back(std::move(row[column]));
      row = std::move(cells);
    }
    rows_.replace(read.rows, read.total, delta);
    return {};
  }

  void write_snapshot(const SnapshotRequest&, std::string& out) const override { rows_.write_snapshot(out); }
  std::optional<TimestampMs> last_data() const override { return last_data_; }

 private:
  Source source_;
  RowSet rows_;
  uint64_t version_ = 0;
  std::optional<TimestampMs> last_data_;
};

std::vector<std::string> columns_of(const Json& example) {
  std::vector<std::string> columns;
  for (const auto& [name, value] : example.items()) columns.push_back(name);
  return columns;
}

std::optional<TimestampMs> newest(const std::vector<Json>& rows, std::string_view column) {
  std::optional<TimestampMs> at;
  for (const Json& row : rows) {
    const Json& value = row[column];
    if (value.is_number_integer()) at = std::max(at.value_or(timestamp_min), value.get<TimestampMs>());
  }
  return at;
}

}  // namespace

Json alarm_json(const AlarmEntry& alarm) {
  Json details = Json::parse(alarm.details_json, nullptr, false);
  return {{"id", alarm.id},
          {"originator", alarm.originator},
          {"type", alarm.type},
          {"severity", to_string(alarm.severity)},
          {"state", state_of(alarm)},
          {"raised_at", alarm.raised_at},
          {"last_at", alarm.last_at},
          {"cleared_at", or_null(alarm.cleared_at)},
          {"acknowledged_at", or_null(alarm.acknowledged_at)},
          {"acknowledged_by", or_null(alarm.acknowledged_by)},
          {"comment", or_null(alarm.comment)},
          {"zone", or_null(alarm.zone)},
          {"label", or_null(alarm.label)},
          {"details", details.is_discarded() ? Json::object() : std::move(details)}};
}

Json mail_json(const MailEntry& mail) {
  return {{"id", mail.id},
          {"at", mail.at},
          {"to", mail.to},
          {"subject", mail.subject},
          {"state", to_string(mail.state)},
          {"attempts", mail.attempts},
          {"error", or_null(mail.error)},
          {"bytes", mail.bytes}};
}

Json topic_json(const TopicFacts& facts) {
  const log::TopicConfig config = facts.topic ? facts.topic->config() : log::TopicConfig{};
  return {{"name", facts.topic ? facts.topic->name() : ""},
          {"partitions", facts.partitions.size()},
          {"records", facts.records},
          {"bytes", facts.bytes},
          {"records_per_second", facts.records_per_second},
          {"bytes_per_second", facts.bytes_per_second},
          {"last_timestamp", or_null(facts.last_timestamp)},
          {"cleanup", config.compact ? (config.delete_old ? "compact,delete" : "compact") : "delete"},
          {"retention_ms", config.retention_ms},
          {"retention_bytes", config.retention_bytes},
          {"internal", facts.internal}};
}

Result<AlarmFilter> alarm_filter(const std::vector<std::string>& states, const std::vector<std::string>& types,
                                 const std::vector<std::string>& severities, const std::vector<std::string>& zones,
                                 std::string originator) {
  AlarmFilter filter{.types = types, .zones = zones, .originator = std::move(originator)};
  // Several states are allowed if they differ in one way at most: all active ones, all acknowledged ones …
  bool active = false, cleared = false, open = false, acknowledged = false;
  for (const std::string& state : states) {
    const bool all = state == "all";
    active |= all || state == "active" || state == "unacknowledged" || state.starts_with("ACTIVE_");
    cleared |= all || state == "cleared" || state == "unacknowledged" || state.starts_with("CLEARED_");
    open |= all || state == "active" || state == "cleared" || state == "unacknowledged" || state.ends_with("_UNACK");
    acknowledged |= all || state == "active" || state == "cleared" || state.ends_with("_ACK");
    static constexpr std::array<std::string_view, 8> known = {
        "all", "active", "cleared", "unacknowledged", "ACTIVE_UNACK", "ACTIVE_ACK", "CLEARED_UNACK", "CLEARED_ACK"};
    if (std::ranges::find(known, state) == known.end()) {
      return fail(Code::invalid,
                  "unknown state \"{}\": active, cleared, unacknowledged, all, ACTIVE_UNACK, ACTIVE_ACK, CLEARED_UNACK "
                  "or CLEARED_ACK",
                  state);
    }
  }
  if (active != cleared) filter.active = active;
  if (open != acknowledged) filter.acknowledged = acknowledged;
  for (const std::string& severity : severities) {
    const auto parsed = alarm::parse_severity(severity);
    if (!parsed)
      return fail(Code::invalid, "unknown severity \"{}\": CRITICAL, MAJOR, MINOR, WARNING or INDETERMINATE", severity);
    filter.severities.push_back(*parsed);
  }
  return filter;
}

std::unique_ptr<Feed> make_topics_feed(const TopicMeter& meter, const Query& query) {
  const std::vector<std::string> wanted = query.list("topics");
  return std::make_unique<RowsFeed>(RowsFeed::Source{
      .columns = columns_of(topic_json({})),
      .key = "name",
      .interval_ms = 1000,
      .version = {},
      .read = [&meter, wanted]() -> Result<Rows> {
        Rows out;
        for (const TopicFacts& facts : meter.topics()) {
          const bool chosen =
              wanted.empty() ? !facts.internal : std::ranges::find(wanted, facts.topic->name()) != wanted.end();
          if (chosen) out.rows.push_back(topic_json(facts));
        }
        out.total = out.rows.size();
        return out;
      },
      .last_data = [](const std::vector<Json>& rows) { return newest(rows, "last_timestamp"); }});
}

Result<std::unique_ptr<Feed>> make_alarms_feed(const AlarmView& view, const Query& query) {
  std::vector<std::string> states = query.list("state");
  if (states.empty()) states = {"active"};
  TRY_ASSIGN(const AlarmFilter filter, alarm_filter(states, query.list("type"), query.list("severity"),
                                                    query.list("zone"), query.text("originator").value_or("")));
  const std::size_t limit = query.limit(500, 5000);
  return std::make_unique<RowsFeed>(RowsFeed::Source{.columns = columns_of(alarm_json({})),
                                                     .key = "id",
                                                     .interval_ms = 200,
                                                     .version = [&view] { return view.version(); },
                                                     .read = [&view, filter, limit]() -> Result<Rows> {
                                                       TRY_ASSIGN(const AlarmPage page, view.find(filter, limit, ""));
                                                       Rows out{{}, page.total};
                                                       for (const AlarmEntry& one : page.alarms)
                                                         out.rows.push_back(alarm_json(one));
                                                       return out;
                                                     },
                                                     .last_data = {}});
}

std::unique_ptr<Feed> make_alarm_counts_feed(const AlarmView& view, const Query& query) {
  const std::string by = query.text("by").value_or("type");
  const AlarmGrouping grouping = by == "severity" ? AlarmGrouping::severity
                                 : by == "zone"   ? AlarmGrouping::zone
                                                  : AlarmGrouping::type;
  return std::make_unique<RowsFeed>(
      RowsFeed::Source{.columns = {"name", "active", "unacknowledged", "raised", "cleared"},
                       .key = "name",
                       .interval_ms = 200,
                       .version = [&view] { return view.version(); },
                       .read = [&view, grouping]() -> Result<Rows> {
                         Rows out;
                         for (const AlarmCount& one : view.counts(grouping)) {
                           out.rows.push_back({{"name", one.name},
                                               {"active", one.active},
                                               {"unacknowledged", one.unacknowledged},
                                               {"raised", one.raised},
                                               {"cleared", one.cleared}});
                         }
                         out.total = out.rows.size();
                         return out;
                       },
                       .last_data = {}});
}

std::unique_ptr<Feed> make_outbox_feed(const OutboxView& view, const Query& query) {
  const std::size_t limit = query.limit(100, 500);
  return std::make_unique<RowsFeed>(
      RowsFeed::Source{.columns = columns_of(mail_json({})),
                       .key = "id",
                       .interval_ms = 500,
                       .version = [&view] { return view.version(); },
                       .read = [&view, limit]() -> Result<Rows> {
                         TRY_ASSIGN(const MailPage page, view.find("", limit, ""));
                         Rows out{{}, page.total};
                         for (const MailEntry& one : page.mails) out.rows.push_back(mail_json(one));
                         return out;
                       },
                       .last_data = [](const std::vector<Json>& rows) { return newest(rows, "at"); }});
}

}  // namespace azud::web
