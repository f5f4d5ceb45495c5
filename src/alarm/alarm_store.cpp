#include "alarm/alarm_store.h"

#include <charconv>

#include <fmt/format.h>

namespace azud::alarm {
namespace {

constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS alarm (
  id TEXT PRIMARY KEY, originator TEXT NOT NULL, type TEXT NOT NULL, severity INTEGER NOT NULL,
  raised_at INTEGER NOT NULL, last_at INTEGER NOT NULL, cleared_at INTEGER, acknowledged_at INTEGER,
  acknowledged_by TEXT, comment TEXT, zone TEXT, label TEXT, details TEXT NOT NULL, version INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS alarm_active ON alarm (originator, type) WHERE cleared_at IS NULL;
CREATE INDEX IF NOT EXISTS alarm_by_time ON alarm (raised_at, id);
CREATE INDEX IF NOT EXISTS alarm_by_version ON alarm (version);
CREATE INDEX IF NOT EXISTS alarm_active_by_time ON alarm (raised_at, id) WHERE cleared_at IS NULL;
CREATE INDEX IF NOT EXISTS alarm_by_clear ON alarm (cleared_at) WHERE cleared_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS event (
  alarm TEXT NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL, by TEXT, comment TEXT);
CREATE INDEX IF NOT EXISTS event_by_alarm ON event (alarm);
CREATE TABLE IF NOT EXISTS position (partition TEXT PRIMARY KEY, next INTEGER NOT NULL);

-- How many there are, kept by triggers: pages ask for it at every change, and alarms are many.
CREATE TABLE IF NOT EXISTS tally (
  type TEXT NOT NULL, severity INTEGER NOT NULL, zone TEXT NOT NULL, raised INTEGER NOT NULL, active INTEGER NOT NULL,
  unacknowledged INTEGER NOT NULL, PRIMARY KEY (type, severity, zone)) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS tally_raise AFTER INSERT ON alarm BEGIN
  INSERT INTO tally VALUES (NEW.type, NEW.severity, coalesce(NEW.zone, ''), 1, 1, 1) ON CONFLICT DO UPDATE
    SET raised = raised + 1, active = active + 1, unacknowledged = unacknowledged + 1;
END;
CREATE TRIGGER IF NOT EXISTS tally_clear AFTER UPDATE OF cleared_at ON alarm
WHEN OLD.cleared_at IS NULL AND NEW.cleared_at IS NOT NULL BEGIN
  UPDATE tally SET active = active - 1, unacknowledged = unacknowledged - (OLD.acknowledged_at IS NULL)
    WHERE type = OLD.type AND severity = OLD.severity AND zone = coalesce(OLD.zone, '');
END;
CREATE TRIGGER IF NOT EXISTS tally_acknowledge AFTER UPDATE OF acknowledged_at ON alarm
WHEN OLD.acknowledged_at IS NULL AND NEW.acknowledged_at IS NOT NULL AND NEW.cleared_at IS NULL BEGIN
  UPDATE tally SET unacknowledged = unacknowledged - 1
    WHERE type = OLD.type AND severity = OLD.severity AND zone = coalesce(OLD.zone, '');
END;
-- Only an active alarm changes its severity.
CREATE TRIGGER IF NOT EXISTS tally_severity AFTER UPDATE OF severity ON alarm WHEN OLD.severity <> NEW.severity BEGIN
  UPDATE tally SET raised = raised - 1, active = active - 1,
                   unacknowledged = unacknowledged - (OLD.acknowledged_at IS NULL)
    WHERE type = OLD.type AND severity = OLD.severity AND zone = coalesce(OLD.zone, '');
  INSERT INTO tally VALUES (NEW.type, NEW.severity, coalesce(NEW.zone, ''), 1, 1, NEW.acknowledged_at IS NULL)
    ON CONFLICT DO UPDATE SET raised = raised + 1, active = active + 1,
                              unacknowledged = unacknowledged + (NEW.acknowledged_at IS NULL);
END;
INSERT INTO tally
  SELECT type, severity, coalesce(zone, ''), count(*), sum(cleared_at IS NULL),
         sum(cleared_at IS NULL AND acknowledged_at IS NULL)
    FROM alarm WHERE NOT EXISTS (SELECT 1 FROM tally) GROUP BY 1, 2, 3;
)";

constexpr std::size_t counted_max = 100'000;

constexpr std::string_view columns =
    "id, originator, type, severity, raised_at, last_at, cleared_at, acknowledged_at, acknowledged_by, comment, zone, "
    "label, details";

Alarm read_alarm(const table::Statement& row) {
  return {.id = row.text(0),
          .originator = row.text(1),
          .type = row.text(2),
          .severity = static_cast<Severity>(row.integer(3)),
          .raised_at = row.integer(4),
          .last_at = row.integer(5),
          .cleared_at = row.optional_integer(6),
          .acknowledged_at = row.optional_integer(7),
          .acknowledged_by = row.optional_text(8),
          .comment = row.optional_text(9),
          .zone = row.optional_text(10),
          .label = row.optional_text(11),
          .details_json = row.text(12)};
}

/// A literal for SQL: quotes doubled.
std::string literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    if (c != '\0') out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

template <class T, class Show>
std::string any_of(std::string_view column, const std::vector<T>& values, Show&& show) {
  std::string list;
  for (const T& value : values) list += (list.empty() ? "" : ", ") + show(value);
  return fmt::format(" AND {} IN ({})", column, list);
}

std::string where(const AlarmFilter& filter, bool with_times) {
  std::string text = " WHERE 1";
  if (filter.active) text += *filter.active ? " AND cleared_at IS NULL" : " AND cleared_at IS NOT NULL";
  if (filter.acknowledged)
    text += *filter.acknowledged ? " AND acknowledged_at IS NOT NULL" : " AND acknowledged_at IS NULL";
  if (!filter.types.empty()) text += any_of("type", filter.types, literal);
  if (!filter.zones.empty()) text += any_of("zone", filter.zones, literal);
  if (!filter.severities.empty())
    text += any_of("severity", filter.severities, [](Severity s) { return std::to_string(static_cast<int>(s)); });
  if (!filter.originator.empty()) text += " AND originator = " + literal(filter.originator);
  if (with_times && filter.from) text += fmt::format(" AND raised_at >= {}", *filter.from);
  if (with_times && filter.to) text += fmt::format(" AND raised_at < {}", *filter.to);
  return text;
}

/// How many match. What the tally knows is not counted again.
std::string count_of(const AlarmFilter& filter, const std::string& condition) {
  if (filter.acknowledged || !filter.originator.empty() || filter.from || filter.to)
    return fmt::format("SELECT count(*) FROM (SELECT 1 FROM alarm{} LIMIT {})", condition, counted_max);
  AlarmFilter kinds = filter;
  kinds.active = std::nullopt;
  const std::string_view sum = !filter.active ? "raised" : *filter.active ? "active" : "raised - active";
  return fmt::format("SELECT min(coalesce(sum({}), 0), {}) FROM tally{}", sum, counted_max, where(kinds, false));
}

/// "raised_at:id" of the last alarm shown.
Result<std::pair<TimestampMs, std::string>> parse_cursor(std::string_view cursor) {
  TimestampMs at = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), at);
  const auto used = static_cast<std::size_t>(end - cursor.data());
  if (error != std::errc() || used >= cursor.size() || *end != ':')
    return fail(Code::invalid, "\"{}\" is not a cursor of this list", cursor);
  return std::pair{at, std::string(cursor.substr(used + 1))};
}

}  // namespace

Result<std::unique_ptr<AlarmStore>> AlarmStore::open(const std::filesystem::path& file) {
  TRY_ASSIGN(table::Database writer, table::Database::open(file));
  TRY(writer.execute(std::string(schema)));
  TRY_ASSIGN(table::Database reader, table::Database::open(file));
  TRY_ASSIGN(table::Statement newest, reader.prepare("SELECT coalesce(max(version), 1) FROM alarm"));
  TRY(newest.run());
  std::unique_ptr<AlarmStore> store(new AlarmStore(std::move(writer), std::move(reader)));
  store->version_ = static_cast<uint64_t>(newest.integer(0));
  {
    const MutexLock lock(store->write_mutex_);
    store->last_version_ = store->version_;
  }
  TRY(newest.step());
  return store;
}

Status AlarmStore::add_event(std::string_view alarm, TimestampMs at, std::string_view what,
                             const std::optional<std::string>& by, const std::optional<std::string>& comment) {
  TRY_ASSIGN(table::Statement insert, writer_.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?)"));
  TRY(insert.run(alarm, at, what, by, comment));
  return {};
}

Status AlarmStore::apply_one(const Transition& t) {
  TRY_ASSIGN(table::Statement active,
             writer_.prepare("SELECT id FROM alarm WHERE originator = ? AND type = ? AND cleared_at IS NULL"));
  TRY_ASSIGN(const bool is_active, active.run(t.originator, t.type));
  const std::string id = is_active ? active.text(0) : std::string();
  if (is_active) TRY(active.step());
  const uint64_t version = ++last_version_;
  if (!t.raise) {
    if (!is_active) return {};
    TRY_ASSIGN(table::Statement clear, writer_.prepare("UPDATE alarm SET cleared_at = ?, version = ? WHERE id = ?"));
    TRY(clear.run(t.at, version, id));
    return add_event(id, t.at, "cleared", std::nullopt, std::nullopt);
  }
  if (is_active) {
    TRY_ASSIGN(table::Statement repeat,
               writer_.prepare("UPDATE alarm SET last_at = ?, severity = ?, version = ? WHERE id = ?"));
    TRY(repeat.run(t.at, static_cast<int>(t.severity), version, id));
    return add_event(id, t.at, "repeated", std::nullopt, std::nullopt);
  }
  TRY_ASSIGN(
      table::Statement raise,
      writer_.prepare("INSERT INTO alarm (id, originator, type, severity, raised_at, last_at, zone, label, details, "
                      "version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  TRY(raise.run(t.id, t.originator, t.type, static_cast<int>(t.severity), t.at, t.at, t.zone, t.label, t.details_json,
                version));
  return add_event(t.id, t.at, "raised", std::nullopt, std::nullopt);
}

Status AlarmStore::apply(const std::vector<Transition>& transitions, const Positions& positions) {
  const MutexLock lock(write_mutex_);
  const auto all = [&]() -> Status {
    for (const Transition& transition : transitions) TRY(apply_one(transition));
    TRY_ASSIGN(table::Statement move, writer_.prepare("INSERT OR REPLACE INTO position VALUES (?, ?)"));
    for (const auto& [partition, next] : positions) TRY(move.run(partition, next));
    return {};
  };
  TRY(writer_.sync_commits(false));
  TRY(writer_.begin());
  return finish(all());
}

Status AlarmStore::finish(Status changed) {
  if (changed) changed = writer_.commit();
  if (changed) {
    version_ = last_version_;
  } else {
    writer_.roll_back();
    last_version_ = version_;
  }
  return changed;
}

Positions AlarmStore::positions() const {
  const MutexLock lock(read_mutex_);
  Positions found;
  auto select = reader_.prepare("SELECT partition, next FROM position");
  if (!select) return found;
  for (auto row = select->run(); row && *row; row = select->step()) found[select->text(0)] = select->integer(1);
  return found;
}

Result<Alarm> AlarmStore::acknowledge(const std::string& id, const std::string& by, const std::string& comment,
                                      TimestampMs at) {
  {
    const MutexLock lock(write_mutex_);
    TRY_ASSIGN(table::Statement select, writer_.prepare("SELECT acknowledged_at FROM alarm WHERE id = ?"));
    TRY_ASSIGN(const bool there, select.run(id));
    if (!there) return fail(Code::not_found, "there is no alarm {}", id);
    const bool done = !select.is_null(0);
    TRY(select.step());
    if (!done) {
      TRY(writer_.sync_commits(true));
      TRY(writer_.begin());
      const auto change = [&]() -> Status {
        TRY_ASSIGN(
            table::Statement update,
            writer_.prepare("UPDATE alarm SET acknowledged_at = ?, acknowledged_by = ?, comment = ?, version = ? "
                            "WHERE id = ?"));
        const auto who = by.empty() ? std::nullopt : std::optional(by);
        const auto why = comment.empty() ? std::nullopt : std::optional(comment);
        TRY(update.run(at, who, why, ++last_version_, id));
        return add_event(id, at, "acknowledged", who, why);
      };
      TRY(finish(change()));
    }
  }
  TRY_ASSIGN(const std::optional<Alarm> alarm, get(id));
  return *alarm;
}

Result<std::optional<std::vector<Alarm>>> AlarmStore::changed_since(uint64_t version, std::size_t limit) const {
  const MutexLock lock(read_mutex_);
  TRY_ASSIGN(table::Statement select,
             reader_.prepare(
                 fmt::format("SELECT {} FROM alarm WHERE version > ? ORDER BY version LIMIT {}", columns, limit + 1)));
  std::vector<Alarm> changed;
  TRY_ASSIGN(bool row, select.run(version));
  for (; row;) {
    changed.push_back(read_alarm(select));
    TRY_ASSIGN(row, select.step());
  }
  if (changed.size() > limit) return std::nullopt;
  return changed;
}

Result<AlarmPage> AlarmStore::find(const AlarmFilter& filter, std::size_t limit, std::string_view cursor) const {
  std::string condition = where(filter, true);
  const MutexLock lock(read_mutex_);
  AlarmPage page;
  TRY_ASSIGN(table::Statement count, reader_.prepare(count_of(filter, condition)));
  TRY(count.run());
  page.total = static_cast<std::size_t>(count.integer(0));
  TRY(count.step());
  if (!cursor.empty()) {
    TRY_ASSIGN(const auto after, parse_cursor(cursor));
    condition += fmt::format(" AND (raised_at, id) < ({}, {})", after.first, literal(after.second));
  }
  TRY_ASSIGN(table::Statement select,
             reader_.prepare(fmt::format("SELECT {} FROM alarm{} ORDER BY raised_at DESC, id DESC LIMIT {}", columns,
                                         condition, limit + 1)));
  TRY_ASSIGN(bool row, select.run());
  for (; row;) {
    page.alarms.push_back(read_alarm(select));
    TRY_ASSIGN(row, select.step());
  }
  if (page.alarms.size() > limit) {
    page.alarms.pop_back();
    page.next = fmt::format("{}:{}", page.alarms.back().raised_at, page.alarms.back().id);
  }
  return page;
}

Result<std::optional<Alarm>> AlarmStore::get(std::string_view id) const {
  const MutexLock lock(read_mutex_);
  TRY_ASSIGN(table::Statement select, reader_.prepare(fmt::format("SELECT {} FROM alarm WHERE id = ?", columns)));
  TRY_ASSIGN(const bool there, select.run(id));
  if (!there) return std::nullopt;
  Alarm alarm = read_alarm(select);
  TRY(select.step());
  return alarm;
}

Result<std::vector<AlarmEvent>> AlarmStore::events(std::string_view id) const {
  const MutexLock lock(read_mutex_);
  TRY_ASSIGN(table::Statement select,
             reader_.prepare("SELECT at, what, by, comment FROM event WHERE alarm = ? ORDER BY rowid"));
  std::vector<AlarmEvent> events;
  TRY_ASSIGN(bool row, select.run(id));
  for (; row;) {
    events.push_back({select.integer(0), select.text(1), select.optional_text(2), select.optional_text(3)});
    TRY_ASSIGN(row, select.step());
  }
  return events;
}

Result<std::vector<AlarmCount>> AlarmStore::counts(Grouping grouping) const {
  const std::string_view by = grouping == Grouping::type       ? "type"
                              : grouping == Grouping::severity ? "severity"
                                                               : "zone";
  const MutexLock lock(read_mutex_);
  TRY_ASSIGN(
      table::Statement select,
      reader_.prepare(fmt::format("SELECT {0}, sum(active), sum(unacknowledged), sum(raised), sum(raised - active) "
                                  "FROM tally GROUP BY {0} HAVING sum(raised) > 0 ORDER BY {0}",
                                  by)));
  AlarmCount all;
  std::vector<AlarmCount> counts;
  TRY_ASSIGN(bool row, select.run());
  for (; row;) {
    AlarmCount one{.name = grouping == Grouping::severity
                               ? std::string(to_string(static_cast<Severity>(select.integer(0))))
                               : select.text(0)};
    one.active = static_cast<uint64_t>(select.integer(1));
    one.unacknowledged = static_cast<uint64_t>(select.integer(2));
    one.raised = static_cast<uint64_t>(select.integer(3));
    one.cleared = static_cast<uint64_t>(select.integer(4));
    all.active += one.active;
    all.unacknowledged += one.unacknowledged;
    all.raised += one.raised;
    all.cleared += one.cleared;
    if (!one.name.empty()) counts.push_back(std::move(one));
    TRY_ASSIGN(row, select.step());
  }
  counts.push_back(all);
  return counts;
}

Status AlarmStore::count_steps(const std::string& column, TimestampMs from, TimestampMs to, int64_t step_ms,
                               const AlarmFilter& filter, std::map<std::string, AlarmHistogram>& histograms,
                               std::vector<uint32_t> AlarmHistogram::* counts) const {
  const auto steps = static_cast<std::size_t>((to - from + step_ms - 1) / step_ms);
  TRY_ASSIGN(
      table::Statement select,
      reader_.prepare(fmt::format("SELECT type, ({0} - {1}) / {2}, count(*) FROM alarm{3} AND {0} >= {1} AND {0} < {4} "
                                  "GROUP BY 1, 2",
                                  column, from, step_ms, where(filter, false), to)));
  TRY_ASSIGN(bool row, select.run());
  for (; row;) {
    AlarmHistogram& histogram = histograms[select.text(0)];
    histogram.type = select.text(0);
    histogram.raised.resize(steps);
    histogram.cleared.resize(steps);
    (histogram.*counts)[static_cast<std::size_t>(select.integer(1))] = static_cast<uint32_t>(select.integer(2));
    TRY_ASSIGN(row, select.step());
  }
  return {};
}

Result<std::vector<AlarmHistogram>> AlarmStore::histogram(TimestampMs from, TimestampMs to, int64_t step_ms,
                                                          const AlarmFilter& filter) const {
  const MutexLock lock(read_mutex_);
  std::map<std::string, AlarmHistogram> histograms;
  TRY(count_steps("raised_at", from, to, step_ms, filter, histograms, &AlarmHistogram::raised));
  TRY(count_steps("cleared_at", from, to, step_ms, filter, histograms, &AlarmHistogram::cleared));
  std::vector<AlarmHistogram> list;
  for (auto& [type, histogram] : histograms) list.push_back(std::move(histogram));
  return list;
}

}  // namespace azud::alarm
