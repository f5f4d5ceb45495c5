#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/thread_annotations.h"
#include "io/file.h"
#include "log/batch_index.h"
#include "log/partition.h"

namespace azud::log {

/// What is known of a segment beside its files: kept in the partition and in checkpoints. Bytes past these are not
/// there, whatever the file's length.
struct SegmentInfo {
  Offset base;           ///< its name
  uint32_t version = 0;  ///< 0 as written; compaction makes new files with a higher one
  Offset next;           ///< after its last record
  uint64_t bytes = 0;
  TimestampMs first_timestamp = 0, max_timestamp = timestamp_min;
  Offset max_timestamp_base;  ///< the first batch that has the largest
  Sequence first_sequence, last_sequence;
};

template <class F>
bool fields(SegmentInfo& s, F&& f) {
  return f(s.base) && f(s.version) && f(s.next) && f(s.bytes) && f(s.first_timestamp) && f(s.max_timestamp) &&
         f(s.max_timestamp_base) && f(s.first_sequence) && f(s.last_sequence);
}

/// The two open files of a segment and its index's blocks. Reading is for every thread; appending for one at a time.
class OpenSegment {
 public:
  OpenSegment(std::unique_ptr<io::File> data, std::unique_ptr<io::File> index)
      : data_(std::move(data)), index_(std::move(index)) {}

  /// Batches from the first that ends at or after `from`, up to `bytes_max` (at least one, if there is one).
  Result<std::vector<StoredBatch>> read(const SegmentInfo& info, Offset from, std::size_t bytes_max);
  /// The place of every batch that does not end before `from`, until `visit` says false.
  Status visit_places(const SegmentInfo& info, Offset from, const std::function<bool(const BatchPlace&)>& visit);
  /// One batch whose place is known.
  Result<StoredBatch> read_at(const BatchPlace& place) const;
  /// Where to look for a timestamp >= `at`: the first offset of the first index block that has one, `info.next` if none
  /// has.
  Result<Offset> block_with_timestamp(const SegmentInfo& info, Offset from, TimestampMs at);

  /// Writes batches at the end and their places to the index; `info` gets them once all is written.
  Status append(SegmentInfo& info, std::span<const StoredBatch> batches);
  /// Makes durable what was appended.
  Status sync();

 private:
  Status load(const SegmentInfo& info) AZUD_REQUIRES(mutex_);
  Status load_index(const SegmentInfo& info) AZUD_REQUIRES(mutex_);
  Status rebuild_index(const SegmentInfo& info) AZUD_REQUIRES(mutex_);
  Status write_index(std::span<const BatchPlace> places) AZUD_REQUIRES(mutex_);
  Result<std::vector<BatchPlace>> places_of(const IndexBlock& block) const;
  Result<std::vector<StoredBatch>> read_places(std::span<const BatchPlace> places) const;

  const std::unique_ptr<io::File> data_, index_;
  Mutex mutex_;
  std::vector<IndexBlock> blocks_ AZUD_GUARDED_BY(mutex_);
  uint64_t index_end_ AZUD_GUARDED_BY(mutex_) = 0;
  bool truncated_ AZUD_GUARDED_BY(mutex_) = false;
};

class SegmentCache;

/// A segment's files by name, opened when needed. Thread-safe.
class Segment {
 public:
  Segment(SegmentCache& cache, const std::filesystem::path& directory, Offset base, uint32_t version);
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  ~Segment();

  Result<std::shared_ptr<OpenSegment>> open();
  /// Makes the files, empty, instead of whatever was left there under their names.
  Result<std::shared_ptr<OpenSegment>> create();
  bool owns(const std::filesystem::path& file) const { return file == data_path_ || file == index_path_; }
  /// Removes the files. Whoever has them open can read on.
  Status remove();

 private:
  SegmentCache& cache_;
  const std::filesystem::path data_path_, index_path_;
};

/// Keeps the files of the segments used last open, a bounded number. Thread-safe.
class SegmentCache {
 public:
  SegmentCache(io::FileSystem& files, std::size_t open_max) : files_(files), open_max_(open_max) {}

  io::FileSystem& files() { return files_; }
  std::shared_ptr<OpenSegment> find(const Segment* segment);
  void put(const Segment* segment, std::shared_ptr<OpenSegment> open);
  void drop(const Segment* segment);
  std::size_t size() const;

 private:
  using Entry = std::pair<const Segment*, std::shared_ptr<OpenSegment>>;

  io::FileSystem& files_;
  const std::size_t open_max_;
  mutable Mutex mutex_;
  std::list<Entry> entries_ AZUD_GUARDED_BY(mutex_);  ///< the one used last at the front
  std::unordered_map<const Segment*, std::list<Entry>::iterator> by_segment_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::log
