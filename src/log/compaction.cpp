#include "log/compaction.h"

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>

#include "log/batch_filter.h"

namespace azud::log {

namespace {

using Closed = StoredPartition::ClosedSegment;

constexpr std::size_t read_bytes = 1 << 20;
constexpr std::size_t key_overhead_bytes = 80;

/// How many of the closed segments, from the front, may be compacted now.
std::size_t cleanable(const StoredPartition::CompactionView& view, TimestampMs now) {
  std::size_t count = 0;
  while (count < view.closed.size() &&
         view.closed[count].info.max_timestamp <= now - view.config.min_compaction_lag_ms) {
    ++count;
  }
  return count;
}

/// The newest offset of each key.
class KeyMap {
 public:
  explicit KeyMap(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// False if there is no room for another key.
  bool add(ByteView key, int64_t offset) {
    if (const auto found = newest_.find(std::string(key)); found != newest_.end()) {
      found->second = offset;
      return true;
    }
    if (bytes_ >= bytes_max_ && !newest_.empty()) return false;
    bytes_ += key.size() + key_overhead_bytes;
    newest_.emplace(key, offset);
    return true;
  }
  /// True if a newer record of `key` than the one at `offset` is known.
  bool has_newer(ByteView key, int64_t offset) const {
    const auto found = newest_.find(std::string(key));
    return found != newest_.end() && found->second > offset;
  }

 private:
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, int64_t> newest_;
};

/// Notes the keys of all batches from `from` on; returns where it had to stop for lack of room.
Result<Offset> gather_keys(std::span<const Closed> segments, Offset from, KeyMap& keys) {
  kafka::RecordReader reader;
  for (const Closed& segment : segments) {
    TRY_ASSIGN(const auto open, segment.files->open());
    for (Offset at = std::max(from, segment.info.base); at < segment.info.next;) {
      TRY_ASSIGN(const auto batches, open->read(segment.info, at, read_bytes));
      if (batches.empty()) break;
      for (const StoredBatch& batch : batches) {
        at = batch.last + 1;
        TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
        if (view.is_control()) continue;
        TRY(reader.open(view));
        kafka::RecordView record;
        while (reader.next(record)) {
          if (record.key && !keys.add(*record.key, record.offset)) return batch.base;
        }
        TRY(reader.status());
      }
    }
  }
  return segments.back().info.next;
}

/// Writes the segments that take the place of old ones, one after the other.
class Rewriter {
 public:
  Rewriter(StoredPartition& partition, PartitionStorage& storage, const KeyMap& keys, Offset keys_end, TimestampMs now)
      : partition_(partition), storage_(storage), keys_(keys), keys_end_(keys_end), now_(now) {}

  /// The files that will take the place of `group`.
  Closed begin(std::span<const Closed> group) const {
    Closed fresh;
    fresh.info.base = fresh.info.next = group.front().info.base;
    for (const Closed& segment : group) fresh.info.version = std::max(fresh.info.version, segment.info.version + 1);
    fresh.files =
        std::make_shared<Segment>(storage_.cache, partition_.directory(), fresh.info.base, fresh.info.version);
    return fresh;
  }
  /// Fills and syncs them; without bytes if nothing of the group is left.
  Result<SegmentInfo> rewrite(std::span<const Closed> group, const Closed& fresh, TimestampMs delete_retention_ms) {
    delete_retention_ms_ = delete_retention_ms;
    SegmentInfo info = fresh.info;
    TRY_ASSIGN(const auto out, fresh.files->create());
    for (const Closed& segment : group) TRY(copy(segment, *out, info));
    info.next = group.back().info.next;
    TRY(out->sync());
    TRY(storage_.files().sync_directory(partition_.directory()));
    return info;
  }

 private:
  Status copy(const Closed& segment, OpenSegment& out, SegmentInfo& info) {
    TRY_ASSIGN(const auto open, segment.files->open());
    for (Offset at = segment.info.base; at < segment.info.next;) {
      TRY_ASSIGN(auto batches, open->read(segment.info, at, read_bytes));
      if (batches.empty()) break;
      at = batches.back().last + 1;
      std::vector<StoredBatch> kept;
      for (StoredBatch& batch : batches) TRY(filter(std::move(batch), kept));
      if (!kept.empty()) TRY(out.append(info, kept));
    }
    return {};
  }

  Status filter(StoredBatch batch, std::vector<StoredBatch>& kept) {
    TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
    if (view.is_control()) {
      kept.push_back(std::move(batch));
      return {};
    }
    TRY_ASSIGN(auto filtered,
               filter_batch(view, now_, now_ + delete_retention_ms_, [&](const kafka::RecordView& record) {
                 if (!record.key || keys_.has_newer(*record.key, record.offset)) return Keep::no;
                 if (record.value) return Keep::yes;
                 return record.offset < keys_end_.value() ? Keep::until_horizon : Keep::yes;
               }));
    const bool last_of_producer =
        view.has_producer() && partition_.is_last_of_producer(ProducerId(view.producer_id()), batch.last);
    if (filtered.kept == 0 && !last_of_producer) return {};
    if (filtered.changed) {
      batch.bytes = SharedBytes::own(std::move(filtered.bytes));
      batch.max_timestamp = kafka::BatchView::parse(batch.bytes.view())->max_timestamp();
    }
    kept.push_back(std::move(batch));
    return {};
  }

  StoredPartition& partition_;
  PartitionStorage& storage_;
  const KeyMap& keys_;
  const Offset keys_end_;
  const TimestampMs now_;
  TimestampMs delete_retention_ms_ = 0;
};

/// The next segments that fit into one together, as they are now; at least one.
std::size_t group_size(std::span<const Closed> segments, uint64_t bytes_max) {
  std::size_t count = 1;
  uint64_t bytes = segments.front().info.bytes;
  for (; count < segments.size(); ++count) {
    bytes += segments[count].info.bytes;
    const int64_t offsets = segments[count].info.next - segments.front().info.base;
    if (bytes > bytes_max || offsets > std::numeric_limits<int32_t>::max()) break;
  }
  return count;
}

}  // namespace

bool compaction_due(const StoredPartition& partition, TimestampMs now) {
  if (!partition.topic()->config().compact) return false;
  const auto view = partition.compaction_view();
  const std::size_t count = cleanable(view, now);
  uint64_t clean = 0, dirty = 0;
  bool waited_long = false;
  for (const Closed& segment : std::span(view.closed).first(count)) {
    if (segment.info.next <= view.compacted_end) {
      clean += segment.info.bytes;
      continue;
    }
    dirty += segment.info.bytes;
    waited_long = waited_long || now - segment.info.first_timestamp > view.config.max_compaction_lag_ms;
  }
  if (dirty == 0) return false;
  return waited_long ||
         static_cast<double>(dirty) >= view.config.min_cleanable_dirty_ratio * static_cast<double>(clean + dirty);
}

Result<bool> compact(StoredPartition& partition, TimestampMs now, const CompactionOptions& options,
                     const RunSwap& run_swap) {
  PartitionStorage& storage = partition.storage();
  const auto view = partition.compaction_view();
  const auto segments = std::span(view.closed).first(cleanable(view, now));
  if (segments.empty()) return false;
  KeyMap keys(options.key_bytes_max);
  TRY_ASSIGN(const Offset keys_end, gather_keys(segments, view.compacted_end, keys));

  Rewriter rewriter(partition, storage, keys, keys_end, now);
  bool replaced = false;
  for (auto rest = segments; !rest.empty();) {
    const auto group = rest.first(group_size(
        rest, std::min<uint64_t>(static_cast<uint64_t>(view.config.segment_bytes), storage.segment_bytes_max)));
    rest = rest.subspan(group.size());
    if (group.front().info.base >= keys_end) break;
    const Closed fresh = rewriter.begin(group);
    const auto info = rewriter.rewrite(group, fresh, view.config.delete_retention_ms);
    const Offset compacted_end = std::min(keys_end, group.back().info.next);
    const bool swapped = info && run_swap([&](uint64_t kept_until) {
                           return partition.replace(group, {fresh.files, *info}, compacted_end, kept_until);
                         });
    if (!swapped) storage.reaper.add(fresh.files);
    if (!info) return std::unexpected(info.error());
    if (!swapped) return replaced;
    replaced = true;
  }
  return replaced;
}

}  // namespace azud::log
