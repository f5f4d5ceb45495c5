#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/thread_annotations.h"
#include "log/entry.h"
#include "log/segment.h"
#include "log/wait_list.h"

namespace azud::log {

/// Takes waiters whose time has come to the journal's thread.
class WakeQueue {
 public:
  virtual ~WakeQueue() = default;
  virtual void post(WaiterPtr waiter) = 0;
};

/// Segments that are no longer part of a partition, until nobody reads them and no checkpoint may need them.
/// Thread-safe.
class SegmentReaper {
 public:
  explicit SegmentReaper(io::FileSystem& files) : files_(files) {}

  /// `kept_until`: the number of the checkpoint with which none that is kept names it any more; 0: none needs it.
  void add(std::shared_ptr<Segment> segment, uint64_t kept_until = 0);
  /// A directory that is to go too once it is empty.
  void add_directory(std::filesystem::path directory);
  /// Removes those that nobody holds and that checkpoint number `checkpoint` no longer needs. True if some are left
  /// that only wait for their readers.
  bool run(uint64_t checkpoint);
  /// True if `file` belongs to one of them.
  bool holds(const std::filesystem::path& file) const;
  /// True if some were added since it was last run.
  bool has_new() const { return has_new_; }

 private:
  struct Doomed {
    std::shared_ptr<Segment> segment;
    uint64_t kept_until;
  };
  io::FileSystem& files_;
  std::atomic<bool> has_new_ = false;
  mutable Mutex mutex_;
  std::vector<Doomed> doomed_ AZUD_GUARDED_BY(mutex_);
  std::vector<std::filesystem::path> directories_ AZUD_GUARDED_BY(mutex_);
};

/// What all partitions share. Outlives the log as long as a partition handle does; the file system outlives both.
struct PartitionStorage {
  PartitionStorage(io::FileSystem& files, std::filesystem::path topics_directory, std::size_t open_segments_max,
                   std::shared_ptr<WakeQueue> wake_queue)
      : cache(files, open_segments_max),
        directory(std::move(topics_directory)),
        wakes(std::move(wake_queue)),
        reaper(files) {}

  /// `<topic>/<topic number>.<partition>`: a topic made again under the same name has another number.
  std::filesystem::path partition_directory(std::string_view topic, TopicNumber number, PartitionId id) const;

  /// The topic number in the name of a partition's directory.
  static std::optional<TopicNumber> topic_of_directory(std::string_view name);

  io::FileSystem& files() { return cache.files(); }

  SegmentCache cache;
  const std::filesystem::path directory;
  const std::shared_ptr<WakeQueue> wakes;
  SegmentReaper reaper;
  uint64_t segment_bytes_max = UINT64_MAX;  ///< beside each topic's own limit
  std::atomic<uint64_t> written_bytes = 0;  ///< to segments, so far
};

}  // namespace azud::log
