#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "log/log.h"
#include "web/feed/feed.h"
#include "web/query/query.h"

namespace azud::web {

/// The newest records of a topic. Where more come than anybody can read, only the last of each moment are shown and the
/// others are counted.
class MessagesFeed final : public Feed {
 public:
  MessagesFeed(const log::Log& log, const Query& query);

  int64_t interval_ms() const override { return 250; }
  Status advance(TimestampMs now, std::string& delta) override;
  void write_snapshot(const SnapshotRequest& request, std::string& out) const override;
  std::optional<TimestampMs> last_data() const override { return last_data_; }
  std::string waiting_for() const override;

 private:
  struct Cursor {
    log::PartitionPtr partition;
    int64_t next = -1;  ///< -1: not looked at yet
  };
  struct Shown {
    TimestampMs at = 0;
    std::string json;
  };
  /// The new records of a partition, at most limit_; how many more there were.
  Status collect(Cursor& cursor, std::vector<Shown>& found, int64_t& skipped);

  const log::Log& log_;
  std::string topic_;
  std::optional<int64_t> only_partition_;
  std::size_t limit_;
  log::TopicId id_;
  bool exists_ = false;
  std::vector<Cursor> cursors_;
  std::deque<std::string> records_;
  std::optional<TimestampMs> last_data_;
};

}  // namespace azud::web
