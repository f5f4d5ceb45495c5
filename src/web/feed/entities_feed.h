#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "log/log.h"
#include "web/feed/feed.h"
#include "web/json.h"
#include "web/query/query.h"
#include "web/topic/row_reader.h"
#include "web/topic/topic_tail.h"
#include "web/view/alarm_view.h"

namespace azud::web {

/// The newest row of each entity of a compacted topic as points on a map, with their active alarms. Only what a map
/// draws is kept in memory; the rest of a row is read from the log when somebody asks.
class EntitiesFeed final : public Feed {
 public:
  /// `alarms` may be null.
  EntitiesFeed(const log::Log& log, const AlarmView* alarms, const Query& query);

  int64_t interval_ms() const override { return ready_ ? 100 : 0; }
  bool ready() const override { return ready_; }
  Status advance(TimestampMs now, std::string& delta) override;
  void write_snapshot(const SnapshotRequest& request, std::string& out) const override;
  std::optional<TimestampMs> last_data() const override { return last_data_; }
  int64_t keep_ms() const override { return 300'000; }
  std::string waiting_for() const override;

  /// docs/web-api.md, 2.7; unknown ids are left out.
  Json details(const std::vector<std::string>& ids) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  static constexpr std::size_t geohash_chars_max = 12;
  static constexpr uint16_t no_zone = 0xFFFF;

  struct Entity {
    std::string id;
    std::array<char, geohash_chars_max> geohash{};  ///< filled up with spaces
    double lat = 0, lon = 0;                        ///< NaN without a position
    uint16_t zone = no_zone;
    bool removed = false;
    int32_t partition = 0;
    int64_t offset = 0;  ///< of its row
  };
  struct ActiveAlarm {
    uint32_t type = 0;
    AlarmSeverity severity = AlarmSeverity::indeterminate;
    bool acknowledged = false;
    TimestampMs raised_at = 0;
  };
  struct Cleared {
    uint32_t index = 0, type = 0;
  };

  void take(log::PartitionId partition, const kafka::RecordView& record);
  void remove(std::string_view id);
  /// True if what the map draws has changed.
  bool place(Entity& entity);
  Status take_alarms();
  void take_alarm(const AlarmEntry& alarm);
  void write_delta(std::string& delta);
  void append_geohashes(std::string& out, const std::vector<uint32_t>& indexes) const;
  void append_positions(std::string& out, const std::vector<uint32_t>& indexes) const;
  void append_alarm(std::string& out, uint32_t index, const ActiveAlarm& alarm) const;
  template <class Names>
  static uint32_t number_of(Names& names, std::string_view name);

  const log::Log& log_;
  const AlarmView* alarm_view_;
  std::string topic_, label_;
  bool by_geohash_;
  RowReader::Format format_;
  std::vector<std::string> csv_names_;
  TopicTail tail_;
  RowReader rows_;  ///< id, zone, then geohash or lat and lon
  bool ready_ = false;
  std::size_t geohash_chars_ = 1;
  std::optional<TimestampMs> last_data_;

  std::vector<Entity> entities_;
  absl::flat_hash_map<std::string, uint32_t, TextHash, std::equal_to<>> by_id_;
  absl::flat_hash_map<std::string, uint32_t, TextHash, std::equal_to<>> by_key_;  ///< record keys that are not the id
  std::vector<std::string> zones_, types_;

  uint64_t alarm_version_ = 0;
  absl::flat_hash_map<std::string, std::vector<ActiveAlarm>> active_;  ///< by originator

  // Since the last delta.
  std::size_t sent_entities_ = 0, sent_zones_ = 0, sent_types_ = 0;
  std::map<uint32_t, bool> moved_;
  std::vector<uint32_t> removed_;
  std::map<std::pair<std::string, uint32_t>, bool> changed_alarms_;  ///< (originator, type)
};

}  // namespace azud::web
