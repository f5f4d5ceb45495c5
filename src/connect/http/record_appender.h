#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>

#include "base/bytes.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "base/unique_function.h"
#include "io/clock.h"
#include "io/event_loops.h"
#include "kafka/wire/record_reader.h"
#include "log/log.h"
#include "log/topic.h"

namespace azud::connect {

struct RecordAppenderOptions {
  std::size_t batch_bytes_max = 256 << 10;   ///< a batch is closed above this or the topic's max.message.bytes
  std::size_t waiting_bytes_max = 64 << 20;  ///< for a partition; more is refused as `unavailable`
};

/// Puts single records, as ingresses get them one by one, into record batches: while a partition's last batch is on its
/// way to the disk, what arrives is gathered and goes as the next one. So a lone record is not delayed, and under load
/// batches grow by themselves. Records of a partition keep the order of their append() calls. Thread-safe.
///
/// Stop it before the log is closed, and close the log before the loops go: answers come through them.
class RecordAppender {
 public:
  RecordAppender(log::Log& log, const io::Clock& clock, io::EventLoops& loops, RecordAppenderOptions options = {});
  ~RecordAppender();  ///< stops

  /// Called on a loop thread (or the one that stops) once the record is durable (in the log's durability), with its
  /// offset; or with the log's error, `invalid` for a record larger than the topic takes, `unavailable` if too much
  /// waits. Dropped uncalled if the loops stop before.
  using Done = UniqueFunction<void(const Result<log::Offset>& offset)>;

  /// `partition` is an index into topic.partitions. Copies key, value and headers.
  void append(const log::TopicView& topic, std::size_t partition, std::optional<ByteView> key, ByteView value,
              std::span<const kafka::HeaderView> headers, Done done);

  /// What has not been given to the log yet gets `cancelled`; the log is not called any more.
  void stop();

 private:
  class Lane;
  std::shared_ptr<Lane> lane_of(const log::PartitionPtr& partition);

  log::Log& log_;
  const io::Clock& clock_;
  io::EventLoops& loops_;
  const RecordAppenderOptions options_;

  Mutex mutex_;
  std::unordered_map<const log::Partition*, std::shared_ptr<Lane>> lanes_ AZUD_GUARDED_BY(mutex_);
  bool stopped_ AZUD_GUARDED_BY(mutex_) = false;
};

}  // namespace azud::connect
