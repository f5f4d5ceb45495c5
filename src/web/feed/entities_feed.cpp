#include "web/feed/entities_feed.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "web/feed/row_feeds.h"
#include "web/feed/series_store.h"
#include "web/topic/geohash.h"
#include "web/topic/payload.h"
#include "web/topic/template_text.h"

namespace azud::web {

namespace {

constexpr std::size_t read_bytes_per_advance = 2 << 20;
constexpr std::size_t alarms_per_page = 1000;

std::vector<std::string> wanted_columns(const Query& query) {
  std::vector<std::string> columns = {*query.text("id"), query.text("zone").value_or("")};
  if (const auto geohash = query.text("geohash")) {
    columns.push_back(*geohash);
  } else {
    columns.push_back(*query.text("lat"));
    columns.push_back(*query.text("lon"));
  }
  return columns;
}

void append_names(std::string& out, std::string_view member, const std::vector<std::string>& names, std::size_t from) {
  fmt::format_to(std::back_inserter(out), "\"{}\":[", member);
  for (std::size_t i = from; i < names.size(); ++i) {
    if (i > from) out += ',';
    append_json_string(out, names[i]);
  }
  out += ']';
}

/// Comma before every member but the first.
class Members {
 public:
  explicit Members(std::string& out) : out_(out), start_(out.size()) {}
  std::string& next() {
    if (out_.size() > start_) out_ += ',';
    return out_;
  }

 private:
  std::string& out_;
  std::size_t start_;
};

}  // namespace

EntitiesFeed::EntitiesFeed(const log::Log& log, const AlarmView* alarms, const Query& query)
    : log_(log),
      alarm_view_(query.flag("alarms") ? alarms : nullptr),
      topic_(*query.text("topic")),
      label_(query.text("label").value_or("")),
      by_geohash_(query.text("geohash").has_value()),
      format_(query.text("format") == "csv" ? RowReader::Format::csv : RowReader::Format::json),
      csv_names_(query.list("columns")),
      tail_(log, topic_),
      rows_(format_, csv_names_, wanted_columns(query)) {}

template <class Names>
uint32_t EntitiesFeed::number_of(Names& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<uint32_t>(found - names.begin());
  names.emplace_back(name);
  return static_cast<uint32_t>(names.size() - 1);
}

Status EntitiesFeed::advance(TimestampMs, std::string& delta) {
  const bool was_ready = ready_;
  const auto forget = [this] {
    for (const Entity& entity : entities_) remove(entity.id);
  };
  const auto take_record = [this](log::PartitionId partition, const kafka::RecordView& record) {
    take(partition, record);
  };
  TRY_ASSIGN(ready_, tail_.read(read_bytes_per_advance, take_record, forget));
  if (!ready_) return {};
  if (!was_ready) {
    for (const Entity& entity : entities_) {
      const auto end = std::find(entity.geohash.begin(), entity.geohash.end(), ' ');
      geohash_chars_ = std::max(geohash_chars_, static_cast<std::size_t>(end - entity.geohash.begin()));
    }
    if (entities_.empty()) geohash_chars_ = geohash_chars_max;
  }
  TRY(take_alarms());
  write_delta(delta);
  return {};
}

void EntitiesFeed::take(log::PartitionId partition, const kafka::RecordView& record) {
  last_data_ = std::max(last_data_.value_or(timestamp_min), record.timestamp);
  if (!record.value) {
    if (!record.key) return;
    const auto named = by_key_.find(*record.key);
    remove(named == by_key_.end() ? *record.key : std::string_view(entities_[named->second].id));
    return;
  }
  if (!rows_.read(record) || !rows_.cells()[0]) return;
  const std::string_view id = *rows_.cells()[0];
  auto found = by_id_.find(id);
  const bool added = found == by_id_.end();
  if (added) {
    found = by_id_.emplace(std::string(id), static_cast<uint32_t>(entities_.size())).first;
    entities_.push_back({.id = std::string(id)});
  }
  const uint32_t index = found->second;
  if (record.key && *record.key != id) by_key_[std::string(*record.key)] = index;
  Entity& entity = entities_[index];
  entity.partition = partition.value();
  entity.offset = record.offset;
  const bool back = std::exchange(entity.removed, false);
  if ((place(entity) || back) && index < sent_entities_) moved_[index] = true;
}

bool EntitiesFeed::place(Entity& entity) {
  const std::vector<Cell>& cells = rows_.cells();
  const Entity old = entity;
  entity.zone = cells[1] ? static_cast<uint16_t>(number_of(zones_, *cells[1])) : no_zone;
  entity.geohash.fill(' ');
  entity.lat = entity.lon = std::numeric_limits<double>::quiet_NaN();
  if (by_geohash_) {
    if (cells[2]) {
      const std::string_view hash = cells[2]->substr(0, geohash_chars_max);
      std::copy(hash.begin(), hash.end(), entity.geohash.begin());
      if (const auto middle = geohash_middle(hash)) std::tie(entity.lat, entity.lon) = *middle;
    }
  } else if (cells[2] && cells[3]) {
    entity.lat = parse_number_cell(*cells[2]).value_or(entity.lat);
    entity.lon = parse_number_cell(*cells[3]).value_or(entity.lon);
  }
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  return old.zone != entity.zone || old.geohash != entity.geohash || !same(old.lat, entity.lat) ||
         !same(old.lon, entity.lon);
}

void EntitiesFeed::remove(std::string_view id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || entities_[found->second].removed) return;
  entities_[found->second].removed = true;
  moved_.erase(found->second);
  removed_.push_back(found->second);
}

Status EntitiesFeed::take_alarms() {
  if (!alarm_view_) return {};
  const uint64_t version = alarm_view_->version();
  if (version == alarm_version_) return {};
  std::optional<std::vector<AlarmEntry>> changed;
  if (alarm_version_ > 0) changed = alarm_view_->changed_since(alarm_version_);
  if (!changed) {
    for (const auto& [originator, alarms] : active_) {
      for (const ActiveAlarm& alarm : alarms) changed_alarms_[{originator, alarm.type}] = true;
    }
    active_.clear();
    changed.emplace();
    std::string cursor;
    do {
      TRY_ASSIGN(AlarmPage page, alarm_view_->find({.active = true}, alarms_per_page, cursor));
      std::move(page.alarms.begin(), page.alarms.end(), std::back_inserter(*changed));
      cursor = std::move(page.next);
    } while (!cursor.empty());
  }
  for (const AlarmEntry& alarm : *changed) take_alarm(alarm);
  alarm_version_ = version;
  return {};
}

void EntitiesFeed::take_alarm(const AlarmEntry& alarm) {
  const uint32_t type = number_of(types_, alarm.type);
  std::vector<ActiveAlarm>& alarms = active_[alarm.originator];
  const auto old = std::find_if(alarms.begin(), alarms.end(), [&](const ActiveAlarm& one) { return one.type == type; });
  // An older alarm of the same type may have been acknowledged after the present one was raised.
  if (old != alarms.end() && old->raised_at > alarm.raised_at) return;
  if (old != alarms.end()) alarms.erase(old);
  if (alarm.active()) alarms.push_back({type, alarm.severity, alarm.acknowledged(), alarm.raised_at});
  if (alarms.empty()) active_.erase(alarm.originator);
  changed_alarms_[{alarm.originator, type}] = true;
}

void EntitiesFeed::append_alarm(std::string& out, uint32_t index, const ActiveAlarm& alarm) const {
  fmt::format_to(std::back_inserter(out), "[{},{},\"{}\",{},{}]", index, alarm.type, to_string(alarm.severity),
                 alarm.acknowledged ? 1 : 0, alarm.raised_at);
}

void EntitiesFeed::append_positions(std::string& out, const std::vector<uint32_t>& indexes) const {
  if (by_geohash_) {
    out += "\"geohash\":\"";
    append_geohashes(out, indexes);
    out += '"';
  } else {
    for (const bool lat : {true, false}) {
      out += lat ? "\"lat\":[" : ",\"lon\":[";
      for (std::size_t i = 0; i < indexes.size(); ++i) {
        if (i > 0) out += ',';
        append_number(out, lat ? entities_[indexes[i]].lat : entities_[indexes[i]].lon);
      }
      out += ']';
    }
  }
  out += ",\"zone\":[";
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (i > 0) out += ',';
    const uint16_t zone = entities_[indexes[i]].zone;
    if (zone == no_zone) {
      out += "null";
    } else {
      fmt::format_to(std::back_inserter(out), "{}", zone);
    }
  }
  out += ']';
}

void EntitiesFeed::append_geohashes(std::string& out, const std::vector<uint32_t>& indexes) const {
  for (const uint32_t index : indexes) {
    for (std::size_t i = 0; i < geohash_chars_; ++i) {
      const char c = entities_[index].removed ? ' ' : entities_[index].geohash[i];
      out += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ? c : ' ';  // never a quote
    }
  }
}

void EntitiesFeed::write_delta(std::string& delta) {
  Members members(delta);
  if (sent_zones_ < zones_.size()) append_names(members.next(), "zones", zones_, sent_zones_);
  if (sent_types_ < types_.size()) append_names(members.next(), "types", types_, sent_types_);
  if (sent_entities_ < entities_.size()) {
    std::vector<uint32_t> added;
    std::vector<std::string> ids;
    for (std::size_t i = sent_entities_; i < entities_.size(); ++i) {
      added.push_back(static_cast<uint32_t>(i));
      ids.push_back(entities_[i].id);
      const auto alarms = active_.find(entities_[i].id);
      if (alarms == active_.end()) continue;
      for (const ActiveAlarm& alarm : alarms->second) changed_alarms_[{entities_[i].id, alarm.type}] = true;
    }
    append_names(members.next(), "append\":{\"ids", ids, 0);
    delta += ',';
    append_positions(delta, added);
    delta += '}';
  }
  if (!moved_.empty()) {
    std::vector<uint32_t> indexes;
    for (const auto& [index, yes] : moved_) indexes.push_back(index);
    members.next() += "\"move\":{\"index\":" + to_text(Json(indexes)) + ",";
    append_positions(delta, indexes);
    delta += '}';
  }
  if (!removed_.empty()) members.next() += "\"removed\":" + to_text(Json(removed_));

  std::string set, cleared;
  for (const auto& [alarm_key, yes] : changed_alarms_) {
    const auto entity = by_id_.find(alarm_key.first);
    if (entity == by_id_.end()) continue;
    const auto alarms = active_.find(alarm_key.first);
    const auto active = alarms == active_.end() ? nullptr : [&]() -> const ActiveAlarm* {
      for (const ActiveAlarm& one : alarms->second) {
        if (one.type == alarm_key.second) return &one;
      }
      return nullptr;
    }();
    if (active) {
      if (!set.empty()) set += ',';
      append_alarm(set, entity->second, *active);
    } else {
      fmt::format_to(std::back_inserter(cleared), "{}[{},{}]", cleared.empty() ? "" : ",", entity->second,
                     alarm_key.second);
    }
  }
  if (!set.empty()) members.next() += "\"alarms\":[" + set + "]";
  if (!cleared.empty()) members.next() += "\"cleared\":[" + cleared + "]";
  sent_entities_ = entities_.size();
  sent_zones_ = zones_.size();
  sent_types_ = types_.size();
  moved_.clear();
  removed_.clear();
  changed_alarms_.clear();
}

void EntitiesFeed::write_snapshot(const SnapshotRequest&, std::string& out) const {
  fmt::format_to(std::back_inserter(out), "\"kind\":\"points\",\"count\":{},", entities_.size());
  std::vector<uint32_t> all(entities_.size());
  for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  out.reserve(out.size() + entities_.size() * (geohash_chars_ + 12));
  out += "\"ids\":[";
  for (std::size_t i = 0; i < entities_.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, entities_[i].id);
  }
  fmt::format_to(std::back_inserter(out), "],\"geohash_chars\":{},", geohash_chars_);
  append_positions(out, all);
  out += ',';
  append_names(out, "zones", zones_, 0);
  out += ',';
  append_names(out, "types", types_, 0);
  out += ",\"alarms\":[";
  bool first = true;
  for (const auto& [originator, alarms] : active_) {
    const auto entity = by_id_.find(originator);
    if (entity == by_id_.end() || entities_[entity->second].removed) continue;
    for (const ActiveAlarm& alarm : alarms) {
      if (!first) out += ',';
      first = false;
      append_alarm(out, entity->second, alarm);
    }
  }
  std::vector<uint32_t> gone;
  for (const uint32_t i : all) {
    if (entities_[i].removed) gone.push_back(i);
  }
  out += "],\"removed\":" + to_text(Json(gone));
}

std::string EntitiesFeed::waiting_for() const {
  if (!tail_.exists()) return fmt::format("topic {} does not exist yet", topic_);
  if (!ready_) return fmt::format("reading {}: {} of {} records", topic_, tail_.done(), tail_.total());
  return {};
}

Json EntitiesFeed::details(const std::vector<std::string>& ids) const {
  Json out = Json::array();
  const log::TopicPtr topic = log_.find_topic(topic_);
  for (const std::string& id : ids) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end() || entities_[found->second].removed) continue;
    const Entity& entity = entities_[found->second];
    Json columns = Json::object();
    if (topic && static_cast<std::size_t>(entity.partition) < topic->partitions.size()) {
      // The row may have been compacted away a moment ago: then the next one comes here, and is not taken for it.
      (void)visit_from(*topic->partitions[static_cast<std::size_t>(entity.partition)], entity.offset, 1,
                       [&](log::PartitionId, const kafka::RecordView& record) {
                         if (record.offset == entity.offset && record.value)
                           columns = row_json(*record.value, format_ == RowReader::Format::csv, csv_names_);
                       });
    }
    Json alarms = Json::array();
    if (alarm_view_) {
      if (const auto page = alarm_view_->find({.active = true, .originator = id}, 50, "")) {
        for (const AlarmEntry& alarm : page->alarms) alarms.push_back(alarm_json(alarm));
      }
    }
    const std::string label = label_.empty() ? "" : fill_template(label_, columns);
    const std::string_view hash(entity.geohash.data(), entity.geohash.size());
    const bool placed = !std::isnan(entity.lat);
    out.push_back({{"id", entity.id},
                   {"label", label.empty() ? Json(nullptr) : Json(label)},
                   {"geohash", by_geohash_ && placed ? Json(hash.substr(0, hash.find(' '))) : Json(nullptr)},
                   {"lat", placed ? Json(entity.lat) : Json(nullptr)},
                   {"lon", placed ? Json(entity.lon) : Json(nullptr)},
                   {"zone", entity.zone == no_zone ? Json(nullptr) : Json(zones_[entity.zone])},
                   {"columns", std::move(columns)},
                   {"alarms", std::move(alarms)}});
  }
  return out;
}

}  // namespace azud::web
