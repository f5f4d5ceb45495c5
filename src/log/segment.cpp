#include "log/segment.h"

#include <algorithm>

#include "base/assert.h"
#include "base/endian.h"
#include "base/logging.h"
#include "kafka/wire/record_batch.h"

namespace azud::log {

namespace {

constexpr std::string_view index_magic = "AZUDINDX";
constexpr uint32_t index_version = 1;
constexpr std::size_t index_header_bytes = 16;
constexpr std::size_t chunk_bytes = 256 << 10;

std::string index_header() {
  std::string header(index_magic);
  append_little<uint32_t>(header, index_version);
  append_little<uint32_t>(header, 0);
  return header;
}

std::string file_name(Offset base, uint32_t version) {
  return version == 0 ? fmt::format("{:020}", base.value()) : fmt::format("{:020}-{}", base.value(), version);
}

}  // namespace

// ---- OpenSegment: reading ----

Result<std::vector<BatchPlace>> OpenSegment::places_of(const IndexBlock& block) const {
  std::string bytes(block.index_size, '\0');
  TRY(index_->read_exactly(block.index_position, bytes.data(), bytes.size()));
  return read_index_places(block, bytes);
}

Status OpenSegment::visit_places(const SegmentInfo& info, Offset from,
                                 const std::function<bool(const BatchPlace&)>& visit) {
  for (Offset at = from;;) {
    IndexBlock block;
    {
      const MutexLock lock(mutex_);
      TRY(load(info));
      const auto found = std::lower_bound(blocks_.begin(), blocks_.end(), at,
                                          [](const IndexBlock& b, Offset o) { return b.next <= o; });
      if (found == blocks_.end() || found->end > info.bytes) return {};
      block = *found;
    }
    TRY_ASSIGN(const auto places, places_of(block));
    for (const BatchPlace& place : places) {
      if (place.last >= from && !visit(place)) return {};
    }
    at = block.next;
  }
}

Result<std::vector<StoredBatch>> OpenSegment::read(const SegmentInfo& info, Offset from, std::size_t bytes_max) {
  std::vector<BatchPlace> wanted;
  std::size_t bytes = 0;
  TRY(visit_places(info, from, [&](const BatchPlace& place) {
    bytes += place.size;
    if (!wanted.empty() && bytes > bytes_max) return false;
    wanted.push_back(place);
    return true;
  }));
  return read_places(wanted);
}

Result<StoredBatch> OpenSegment::read_at(const BatchPlace& place) const {
  TRY_ASSIGN(auto batches, read_places({&place, 1}));
  return std::move(batches.front());
}

Result<std::vector<StoredBatch>> OpenSegment::read_places(std::span<const BatchPlace> places) const {
  std::vector<StoredBatch> batches;
  if (places.empty()) return batches;
  const uint64_t begin = places.front().position;
  const std::size_t size = places.back().position + places.back().size - begin;
  auto buffer = std::make_shared_for_overwrite<char[]>(size);
  char* const to = buffer.get();
  TRY(data_->read_exactly(begin, to, size));
  const SharedBytes all(std::move(buffer), ByteView(to, size));
  batches.reserve(places.size());
  for (const BatchPlace& place : places) {
    SharedBytes bytes = all.slice(place.position - begin, place.size);
    const auto view = kafka::BatchView::parse(bytes.view());
    if (!view || view->size() != place.size || view->base_offset() != place.base.value()) {
      return fail(Code::corrupt, "the segment does not hold batch {} at byte {}", place.base, place.position);
    }
    batches.push_back({std::move(bytes), place.sequence, place.base, place.last, place.max_timestamp});
  }
  return batches;
}

Result<Offset> OpenSegment::block_with_timestamp(const SegmentInfo& info, Offset from, TimestampMs at) {
  const MutexLock lock(mutex_);
  TRY(load(info));
  for (const IndexBlock& block : blocks_) {
    if (block.end > info.bytes) break;
    if (block.next > from && block.max_timestamp >= at) return std::max(from, block.base);
  }
  return info.next;
}

// ---- OpenSegment: the index ----

/// Has all blocks of what `info` vouches for in memory.
Status OpenSegment::load(const SegmentInfo& info) {
  if (info.bytes == 0 || (!blocks_.empty() && blocks_.back().end >= info.bytes)) return {};
  auto loaded = load_index(info);
  if (loaded) return loaded;
  if (loaded.error().code() != Code::corrupt) return loaded;
  log_warn("log: the index of segment {} is made anew: {}", info.base, loaded.error().message());
  return rebuild_index(info);
}

Status OpenSegment::load_index(const SegmentInfo& info) {
  std::string chunk;
  if (index_end_ == 0) {
    chunk.resize(index_header_bytes);
    TRY(index_->read_exactly(0, chunk.data(), chunk.size()));
    if (!chunk.starts_with(index_magic) || load_little<uint32_t>(chunk.data() + 8) != index_version) {
      return fail(Code::corrupt, "not an index, or one of another version");
    }
    index_end_ = index_header_bytes;
  }
  while (blocks_.empty() || blocks_.back().end < info.bytes) {
    chunk.resize(chunk_bytes);
    TRY_ASSIGN(const std::size_t got, index_->read_at(index_end_, chunk.data(), chunk.size()));
    ByteView rest = ByteView(chunk).substr(0, got);
    const std::size_t before = blocks_.size();
    while (blocks_.empty() || blocks_.back().end < info.bytes) {
      if (rest.size() < index_block_header_bytes) break;
      TRY_ASSIGN(const IndexBlock block, read_index_block(rest, index_end_));
      if (block.index_size > rest.size()) break;
      TRY(read_index_places(block, rest.substr(0, block.index_size)));
      if (block.position != (blocks_.empty() ? 0 : blocks_.back().end) || block.end > info.bytes) {
        return fail(Code::corrupt, "the block at byte {} does not follow", index_end_);
      }
      blocks_.push_back(block);
      index_end_ += block.index_size;
      rest.remove_prefix(block.index_size);
    }
    if (blocks_.size() == before) return fail(Code::corrupt, "the index ends before the segment does");
  }
  return {};
}

/// Makes the index of the batches. What it cannot know is each batch's place in the journal: it spreads them between
/// the segment's first and last, which keeps their order here and about the order among partitions.
Status OpenSegment::rebuild_index(const SegmentInfo& info) {
  std::vector<BatchPlace> places;
  std::string chunk;
  uint64_t chunk_position = 0;
  for (uint64_t position = 0; position < info.bytes;) {
    const auto have = [&](std::size_t size) -> Status {
      if (position >= chunk_position && position + size <= chunk_position + chunk.size()) return {};
      chunk.resize(std::min<uint64_t>(std::max(size, chunk_bytes), info.bytes - position));
      chunk_position = position;
      return data_->read_exactly(position, chunk.data(), chunk.size());
    };
    if (info.bytes - position < kafka::batch_header_bytes) {
      return fail(Code::corrupt, "the segment ends inside a batch at byte {}", position);
    }
    TRY(have(kafka::batch_header_bytes));
    const uint64_t size =
        kafka::batch_prefix_bytes + static_cast<uint64_t>(load_big<uint32_t>(
                                        chunk.data() + (position - chunk_position) + kafka::batch_field::batch_length));
    if (size > info.bytes - position) return fail(Code::corrupt, "the batch at byte {} goes past the end", position);
    TRY(have(size));
    TRY_ASSIGN(const auto view, kafka::BatchView::parse(ByteView(chunk).substr(position - chunk_position, size)));
    places.push_back({Offset(view.base_offset()), Offset(view.last_offset()), position, static_cast<uint32_t>(size),
                      Sequence(), view.max_timestamp()});
    position += size;
  }
  const uint64_t span = info.last_sequence - info.first_sequence;
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i].sequence = info.first_sequence + (places.size() == 1 ? 0 : span * i / (places.size() - 1));
  }
  blocks_.clear();
  TRY(index_->truncate(0));
  TRY(index_->write_at(0, index_header()));
  index_end_ = index_header_bytes;
  TRY(write_index(places));
  return index_->sync();
}

Status OpenSegment::write_index(std::span<const BatchPlace> places) {
  std::string bytes;
  std::vector<IndexBlock> blocks;
  while (!places.empty()) {
    const auto some = places.first(std::min(places.size(), index_block_batches_max));
    blocks.push_back(append_index_block(some, index_end_ + bytes.size(), bytes));
    places = places.subspan(some.size());
  }
  TRY(index_->write_at(index_end_, bytes));
  blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
  index_end_ += bytes.size();
  return {};
}

// ---- OpenSegment: writing ----

Status OpenSegment::append(SegmentInfo& info, std::span<const StoredBatch> batches) {
  SegmentInfo after = info;
  std::vector<ByteView> pieces;
  std::vector<BatchPlace> places;
  for (const StoredBatch& batch : batches) {
    if (after.bytes == 0) {
      after.first_timestamp = batch.max_timestamp;
      after.first_sequence = batch.sequence;
    }
    if (after.bytes == 0 || batch.max_timestamp > after.max_timestamp) {
      after.max_timestamp = batch.max_timestamp;
      after.max_timestamp_base = batch.base;
    }
    pieces.push_back(batch.bytes.view());
    places.push_back({batch.base, batch.last, after.bytes, static_cast<uint32_t>(batch.bytes.size()), batch.sequence,
                      batch.max_timestamp});
    after.bytes += batch.bytes.size();
    after.next = batch.last + 1;
    after.last_sequence = batch.sequence;
  }
  const MutexLock lock(mutex_);
  TRY(load(info));
  if (!truncated_) {  // what lies behind is from before an unclean stop
    TRY(data_->truncate(info.bytes));
    if (index_end_ == 0) TRY(index_->write_at(0, index_header()));
    index_end_ = std::max<uint64_t>(index_end_, index_header_bytes);
    TRY(index_->truncate(index_end_));
    truncated_ = true;
  }
  TRY(data_->write_in_background(info.bytes, pieces));
  TRY(write_index(places));
  info = after;
  return {};
}

Status OpenSegment::sync() {
  TRY(data_->sync());
  return index_->sync();
}

// ---- Segment ----

Segment::Segment(SegmentCache& cache, const std::filesystem::path& directory, Offset base, uint32_t version)
    : cache_(cache),
      data_path_(directory / (file_name(base, version) + ".log")),
      index_path_(directory / (file_name(base, version) + ".index")) {}

Segment::~Segment() { cache_.drop(this); }

Result<std::shared_ptr<OpenSegment>> Segment::open() {
  if (auto open = cache_.find(this)) return open;
  auto found = cache_.files().open(data_path_, io::OpenMode::update);
  if (!found && found.error().code() == Code::not_found) {
    return fail(Code::corrupt, "the segment {} is missing", data_path_.string());
  }
  TRY_ASSIGN(auto data, std::move(found));
  TRY_ASSIGN(auto index, cache_.files().open(index_path_, io::OpenMode::write));  // a lost one is made anew
  auto open = std::make_shared<OpenSegment>(std::move(data), std::move(index));
  cache_.put(this, open);
  return open;
}

Result<std::shared_ptr<OpenSegment>> Segment::create() {
  TRY_ASSIGN(auto data, cache_.files().open(data_path_, io::OpenMode::create));
  TRY_ASSIGN(auto index, cache_.files().open(index_path_, io::OpenMode::create));
  auto open = std::make_shared<OpenSegment>(std::move(data), std::move(index));
  cache_.put(this, open);
  return open;
}

Status Segment::remove() {
  cache_.drop(this);
  TRY(cache_.files().remove_if_there(data_path_));
  return cache_.files().remove_if_there(index_path_);
}

// ---- SegmentCache ----

std::shared_ptr<OpenSegment> SegmentCache::find(const Segment* segment) {
  const MutexLock lock(mutex_);
  const auto found = by_segment_.find(segment);
  if (found == by_segment_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void SegmentCache::put(const Segment* segment, std::shared_ptr<OpenSegment> open) {
  std::shared_ptr<OpenSegment> closed;  // its files are closed after the lock
  const MutexLock lock(mutex_);
  const auto [at, made] = by_segment_.try_emplace(segment);
  if (!made) entries_.erase(at->second);
  entries_.emplace_front(segment, std::move(open));
  at->second = entries_.begin();
  if (entries_.size() > open_max_) {
    closed = std::move(entries_.back().second);
    by_segment_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

void SegmentCache::drop(const Segment* segment) {
  std::shared_ptr<OpenSegment> closed;
  const MutexLock lock(mutex_);
  const auto found = by_segment_.find(segment);
  if (found == by_segment_.end()) return;
  closed = std::move(found->second->second);
  entries_.erase(found->second);
  by_segment_.erase(found);
}

std::size_t SegmentCache::size() const {
  const MutexLock lock(mutex_);
  return entries_.size();
}

}  // namespace azud::log
