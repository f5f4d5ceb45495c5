#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "connect/http/consumer_routes.h"
#include "connect/http/group_positions.h"
#include "connect/http/group_reader.h"

namespace azud::connect {

/// One group's reading of one topic: its reader under a lock, and the storing of its positions, of which one is under
/// way at a time.
class ConsumerRoutes::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(GroupPositions& offsets, std::string group, const log::TopicPtr& topic, const std::vector<int64_t>& starts,
          const GroupReaderOptions& options, int64_t now_ms)
      : offsets_(offsets),
        group_(std::move(group)),
        topic_(topic),
        last_use_ms_(now_ms),
        reader_(topic, starts, options),
        stored_(starts) {}

  const log::TopicPtr& topic() const { return topic_; }
  void touch(int64_t now_ms) { last_use_ms_ = now_ms; }
  bool is_over(int64_t now_ms, int64_t session_ms) const { return now_ms - last_use_ms_ > session_ms && polls_ == 0; }
  std::atomic<std::size_t>& polls() { return polls_; }

  /// The next message; acknowledged at once if wanted.
  Result<std::optional<GroupReader::Message>> next(int64_t now_ms, bool acknowledge);
  /// False if the message is not pending.
  bool acknowledge(int32_t partition, int64_t offset);

  /// The partitions that could give a message, with the offset each waits for.
  std::vector<std::pair<std::size_t, int64_t>> waits();

 private:
  void store_positions();
  void on_stored(const std::vector<GroupPositions::Position>& positions, const Status& status);

  GroupPositions& offsets_;
  const std::string group_;
  const log::TopicPtr topic_;
  std::atomic<int64_t> last_use_ms_;
  std::atomic<std::size_t> polls_ = 0;  ///< requests that wait

  Mutex mutex_;
  GroupReader reader_ AZUD_GUARDED_BY(mutex_);
  std::vector<int64_t> stored_ AZUD_GUARDED_BY(mutex_);
  bool storing_ AZUD_GUARDED_BY(mutex_) = false;
};

}  // namespace azud::connect
