#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/wire/record_reader.h"
#include "log/log.h"

namespace azud::web {

/// Follows a topic record by record, partition after partition, for views that need each record once but no order
/// between partitions. A topic that does not exist yet is simply empty; one made anew under the same name starts again.
/// Owned by one thread.
class TopicTail {
 public:
  TopicTail(const log::Log& log, std::string topic) : log_(log), topic_(std::move(topic)) {}

  using Take = std::function<void(log::PartitionId partition, const kafka::RecordView& record)>;
  /// Reads about `bytes_max` bytes; control records are left out. False if that was not all there is now. Batches that
  /// cannot be read are passed over. `forget` is called first if the topic was deleted or made anew since
  /// the last call: what was taken before is of another topic.
  Result<bool> read(std::size_t bytes_max, const Take& take, const std::function<void()>& forget);

  bool exists() const { return exists_; }
  /// Records between the log start and where reading stands, and those up to the end.
  int64_t done() const;
  int64_t total() const;

 private:
  struct Cursor {
    log::PartitionPtr partition;
    int64_t next = 0;
  };
  /// False if what was read before is of another topic.
  bool look_up();
  Status read_partition(Cursor& cursor, std::size_t& budget, const Take& take);

  const log::Log& log_;
  std::string topic_;
  log::TopicId id_;
  std::vector<Cursor> cursors_;
  kafka::RecordReader reader_;
  bool exists_ = false;
};

/// The last `limit` records of a partition before `before` (the high watermark if negative), in ascending order of
/// their offsets. `visit` is called for each.
Status visit_last(const log::Partition& partition, int64_t before, std::size_t limit, const TopicTail::Take& visit);

/// Up to `limit` records from `from` on.
Status visit_from(const log::Partition& partition, int64_t from, std::size_t limit, const TopicTail::Take& visit);

}  // namespace azud::web
