#include <algorithm>

#include "log/batch_search.h"
#include "log/stored_partition.h"

// Reading a partition: the newest batches from memory, the others from segments, without the partition's mutex while
// files are read.

namespace azud::log {

namespace {
/// Batches below this are copied together for a socket: a piece costs a system call's worth of work.
constexpr std::size_t gather_below_bytes = 32 << 10;
constexpr std::size_t gathered_bytes_max = 256 << 10;
}  // namespace

Status StoredPartition::check_readable(Offset from) const {
  if (deleted_) return fail(Code::not_found, "topic {} was deleted", topic_->name());
  if (from < log_start_ || from > end_) {
    return fail(Code::not_found, "offset {} is not in partition {} of topic {}: it holds {} to {}", from, id_,
                topic_->name(), log_start_, end_);
  }
  return {};
}

std::vector<StoredBatch> StoredPartition::read_tail(Offset from, std::size_t bytes_max) const {
  std::vector<StoredBatch> batches;
  std::size_t bytes = 0;
  for (std::size_t i = tail_.find(from); i < tail_.size(); ++i) {
    bytes += tail_[i].bytes.size();
    if (!batches.empty() && bytes > bytes_max) break;
    batches.push_back(tail_[i]);
  }
  return batches;
}

Result<std::vector<StoredBatch>> StoredPartition::read(Offset from, std::size_t bytes_max) const {
  Offset at = from;
  while (true) {
    Stored segment;
    {
      const MutexLock lock(mutex_);
      TRY(check_readable(at));
      const Offset in_memory = tail_.empty() ? end_ : tail_[0].base;
      if (at >= in_memory) return read_tail(at, bytes_max);
      const auto found = std::find_if(segments_.begin(), segments_.end(),
                                      [at](const Stored& s) { return s.info.next > at && s.info.bytes > 0; });
      if (found == segments_.end()) {
        at = in_memory;  // compaction left nothing in between
        continue;
      }
      segment = *found;
    }
    TRY_ASSIGN(auto open, segment.files->open());
    TRY_ASSIGN(auto batches, open->read(segment.info, at, bytes_max));
    if (!batches.empty()) return batches;
    at = segment.info.next;
  }
}

Result<std::vector<SharedBytes>> StoredPartition::read_pieces(Offset from, std::size_t bytes_max) const {
  TRY_ASSIGN(const auto batches, read(from, bytes_max));
  std::vector<SharedBytes> pieces;
  for (std::size_t i = 0; i < batches.size();) {
    // What came from a segment in one read lies together already.
    const SharedBytes& first = batches[i].bytes;
    std::size_t end = i + 1, bytes = first.size();
    while (end < batches.size() && batches[end].bytes.owner() == first.owner() &&
           batches[end].bytes.data() == first.data() + bytes) {
      bytes += batches[end++].bytes.size();
    }
    if (end > i + 1) {
      pieces.emplace_back(first.owner(), ByteView(first.data(), bytes));
      i = end;
      continue;
    }
    while (end < batches.size() && bytes < gathered_bytes_max && first.size() < gather_below_bytes &&
           batches[end].bytes.size() < gather_below_bytes) {
      bytes += batches[end++].bytes.size();
    }
    if (end == i + 1) {
      pieces.push_back(batches[i++].bytes);
      continue;
    }
    std::string gathered;
    gathered.reserve(bytes);
    for (; i < end; ++i) gathered += batches[i].bytes.view();
    pieces.push_back(SharedBytes::own(std::move(gathered)));
  }
  return pieces;
}

/// The first record of the segment, from `start` on, with a timestamp >= `at`.
Result<std::optional<Partition::TimedOffset>> StoredPartition::find_in_segment(const Stored& segment, TimestampMs at,
                                                                               Offset start) const {
  TRY_ASSIGN(const auto open, segment.files->open());
  while (start < segment.info.next) {
    TRY_ASSIGN(const Offset block, open->block_with_timestamp(segment.info, start, at));
    std::optional<BatchPlace> place;
    TRY(open->visit_places(segment.info, block, [&](const BatchPlace& p) {
      if (p.max_timestamp >= at) place = p;
      return !place;
    }));
    if (!place) break;
    TRY_ASSIGN(const StoredBatch batch, open->read_at(*place));
    TRY_ASSIGN(const auto found, find_in_batch(batch, at, start));
    if (found) return found;
    start = place->last + 1;
  }
  return std::optional<TimedOffset>();
}

Result<Partition::TimedOffset> StoredPartition::find_timestamp(TimestampMs at) const {
  std::vector<Stored> segments;
  std::vector<StoredBatch> unflushed;
  Offset start;
  {
    const MutexLock lock(mutex_);
    TRY(check_readable(end_));
    start = log_start_;
    for (const Stored& segment : segments_) {
      if (segment.info.bytes > 0 && segment.info.max_timestamp >= at) segments.push_back(segment);
    }
    for (std::size_t i = tail_.find(std::max(flushed_end_, start)); i < tail_.size(); ++i) {
      if (tail_[i].max_timestamp >= at) unflushed.push_back(tail_[i]);
    }
  }
  for (const Stored& segment : segments) {
    TRY_ASSIGN(const auto found, find_in_segment(segment, at, start));
    if (found) return *found;
  }
  for (const StoredBatch& batch : unflushed) {
    TRY_ASSIGN(const auto found, find_in_batch(batch, at, start));
    if (found) return *found;
  }
  return TimedOffset{Offset(-1), -1};
}

Result<Partition::TimedOffset> StoredPartition::find_max_timestamp() const {
  TimestampMs largest = timestamp_min;
  Offset start;
  std::vector<Stored> cut;  // segments whose largest may lie below the log start
  std::vector<StoredBatch> unflushed;
  {
    const MutexLock lock(mutex_);
    TRY(check_readable(end_));
    start = log_start_;
    for (const Stored& segment : segments_) {
      if (segment.info.bytes == 0 || segment.info.next <= start) continue;
      if (segment.info.max_timestamp_base < start) {
        cut.push_back(segment);
      } else {
        largest = std::max(largest, segment.info.max_timestamp);
      }
    }
    for (std::size_t i = tail_.find(std::max(flushed_end_, start)); i < tail_.size(); ++i) {
      if (tail_[i].max_timestamp > largest) unflushed.push_back(tail_[i]);
    }
  }
  for (const Stored& segment : cut) {
    TRY_ASSIGN(const auto open, segment.files->open());
    std::optional<BatchPlace> straddling;
    TRY(open->visit_places(segment.info, start, [&](const BatchPlace& place) {
      if (place.base < start) {
        straddling = place;
      } else {
        largest = std::max(largest, place.max_timestamp);
      }
      return true;
    }));
    if (!straddling || straddling->max_timestamp <= largest) continue;
    TRY_ASSIGN(const StoredBatch batch, open->read_at(*straddling));
    TRY_ASSIGN(const TimestampMs rest, max_in_batch(batch, start));
    largest = std::max(largest, rest);
  }
  for (const StoredBatch& batch : unflushed) {
    TRY_ASSIGN(const TimestampMs rest, max_in_batch(batch, start));
    largest = std::max(largest, rest);
  }
  if (largest == timestamp_min) return TimedOffset{Offset(-1), -1};
  return find_timestamp(largest);
}

}  // namespace azud::log
