#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "log/log.h"
#include "log/write_batch.h"

namespace azud::kafka {

/// What a group has stored for a partition.
struct CommittedOffset {
  log::TopicId topic_id;  ///< of the topic it was stored for: a new topic of the same name begins without
  int64_t offset = -1;
  int32_t leader_epoch = -1;
  TimestampMs committed_ms = 0;
  std::string metadata;
};

/// The offsets of groups in the log's catalogue: table "offsets". Key: length of the group's name (2 bytes), its name,
/// length of the topic's name (2), its name, partition (4), all big-endian, so that a group's offsets stand together
/// and in order. Value: version byte, topic id (16), offset (8), leader epoch (4), time of the commit (8), metadata.
/// Thread-safe, as the log is.
class OffsetStore {
 public:
  struct Entry {
    std::string topic;
    int32_t partition;
    CommittedOffset committed;
  };

  explicit OffsetStore(log::Log& log) : log_(log) {}

  static void put(log::WriteBatch& batch, std::string_view group, std::string_view topic, int32_t partition,
                  const CommittedOffset& committed);
  static void erase(log::WriteBatch& batch, std::string_view group, std::string_view topic, int32_t partition);

  std::optional<CommittedOffset> find(std::string_view group, const log::TopicView& topic, int32_t partition) const;
  /// Whether `committed` may be stored when all offsets together may take `bytes_max`: past that only what takes the
  /// place of a stored one, and is no larger.
  bool has_room(std::string_view group, const log::TopicView& topic, int32_t partition,
                const CommittedOffset& committed, std::size_t bytes_max) const;
  /// All of a group, also those of topics that are gone.
  std::vector<Entry> all(std::string_view group) const;
  /// Whether the topic for which this was stored is still there.
  bool is_current(const Entry& entry) const;
  /// Names of all groups that have offsets.
  std::vector<std::string> groups() const;

 private:
  log::Log& log_;
};

}  // namespace azud::kafka
