#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/wire/record_reader.h"
#include "log/topic.h"

namespace azud::connect {

struct GroupReaderOptions {
  int64_t offer_again_ms = 5 * 60'000;  ///< a message not acknowledged by then is offered to the next who asks
  std::size_t pending_max = 300;        ///< unacknowledged messages of a partition, above which it waits
};

/// What a group reads of a topic, message by message, with acknowledgements in any order. Owns no thread and no lock.
class GroupReader {
 public:
  struct Message {
    int32_t partition = 0;
    int64_t offset = 0;
    std::optional<std::string> key;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers;
  };

  /// `starts` holds the next offset of each partition; before the log start means the log start.
  GroupReader(log::TopicPtr topic, const std::vector<int64_t>& starts, GroupReaderOptions options = {});

  /// The next message to offer: one that was offered and is due again, else the next one of the partitions in turn;
  /// nothing if there is none. It is pending until acknowledged.
  Result<std::optional<Message>> next(int64_t now_ms);

  /// False if this message is not pending.
  bool acknowledge(int32_t partition, int64_t offset);

  /// Where a partition is read on, and the first offset that is not acknowledged: what is to be stored.
  int64_t position(std::size_t partition) const { return partitions_[partition].next; }
  int64_t acknowledged_to(std::size_t partition) const;
  bool has_room(std::size_t partition) const { return partitions_[partition].pending.size() < options_.pending_max; }
  std::size_t partition_count() const { return partitions_.size(); }
  const log::TopicPtr& topic() const { return topic_; }

 private:
  struct Partition {
    int64_t next = 0;
    std::map<int64_t, int64_t> pending;  ///< offset to when it was offered
    std::deque<Message> ahead;           ///< read from the log, from `next` on
  };

  Result<std::optional<Message>> offer_again(std::size_t index, int64_t now_ms);
  /// Adds messages of the open batch at `from` or after it; false if the room did not reach to its end.
  bool read_records(std::size_t index, int64_t from, std::deque<Message>& ahead, std::size_t& room);
  /// Fills `ahead` with messages at `from` or after it, as many as there is room for.
  Status read(std::size_t index, int64_t from, std::deque<Message>& ahead);

  const log::TopicPtr topic_;
  const GroupReaderOptions options_;
  std::vector<Partition> partitions_;
  std::size_t turn_ = 0;
  kafka::RecordReader records_;
};

}  // namespace azud::connect
