#include "log/entry.h"

#include <type_traits>

#include "base/crc.h"
#include "base/endian.h"
#include "log/coder.h"

namespace azud::log {

namespace {

/// The kind byte of each alternative of Op. 2 is kept for an append whose bytes stand in a segment.
enum class Kind : uint8_t {
  append = 1,
  create_topic = 3,
  delete_topic = 4,
  add_partitions = 5,
  set_topic_config = 6,
  log_start = 7,
  put = 8,
  erase = 9,
  producer_ids = 10,
  job_delta = 11,
  job_snapshot_begin = 12,
  job_snapshot_done = 13,
  job_drop = 14,
  raise_epoch = 15,
};

// One description of each operation's fields serves writing, measuring and reading.
template <class F>
bool fields(op::Append& o, F&& f) {
  return f(o.topic) && f(o.partition) && f(o.batch);
}
template <class F>
bool fields(op::CreateTopic& o, F&& f) {
  return f(o.topic) && f(o.id) && f(o.name) && f(o.partitions) && f(o.config);
}
template <class F>
bool fields(op::DeleteTopic& o, F&& f) {
  return f(o.topic);
}
template <class F>
bool fields(op::AddPartitions& o, F&& f) {
  return f(o.topic) && f(o.total);
}
template <class F>
bool fields(op::SetTopicConfig& o, F&& f) {
  return f(o.topic) && f(o.config);
}
template <class F>
bool fields(op::LogStart& o, F&& f) {
  return f(o.topic) && f(o.partition) && f(o.start);
}
template <class F>
bool fields(op::Put& o, F&& f) {
  return f(o.table) && f(o.key) && f(o.value);
}
template <class F>
bool fields(op::Erase& o, F&& f) {
  return f(o.table) && f(o.key);
}
template <class F>
bool fields(op::ProducerIds& o, F&& f) {
  return f(o.end);
}
template <class F>
bool fields(op::JobDelta& o, F&& f) {
  return f(o.job) && f(o.delta);
}
template <class F>
bool fields(op::JobSnapshotBegin& o, F&& f) {
  return f(o.job) && f(o.generation);
}
template <class F>
bool fields(op::JobSnapshotDone& o, F&& f) {
  return f(o.job) && f(o.generation);
}
template <class F>
bool fields(op::JobDrop& o, F&& f) {
  return f(o.job);
}
template <class F>
bool fields(op::RaiseEpoch& o, F&& f) {
  return f(o.epoch);
}

constexpr uint32_t unknown_version = ~0U;

Kind kind_of(const Op& op) {
  static constexpr Kind kinds[] = {Kind::append,
                                   Kind::create_topic,
                                   Kind::delete_topic,
                                   Kind::add_partitions,
                                   Kind::set_topic_config,
                                   Kind::log_start,
                                   Kind::put,
                                   Kind::erase,
                                   Kind::producer_ids,
                                   Kind::job_delta,
                                   Kind::job_snapshot_begin,
                                   Kind::job_snapshot_done,
                                   Kind::job_drop,
                                   Kind::raise_epoch};
  static_assert(std::size(kinds) == std::variant_size_v<Op>);
  return kinds[op.index()];
}

template <class T>
bool read_as(ByteView& rest, Op& op) {
  return fields(op.emplace<T>(), ReadFields{rest});
}

bool read_op(Kind kind, ByteView& rest, Op& op, bool& known) {
  known = true;
  switch (kind) {
    case Kind::append: return read_as<op::Append>(rest, op);
    case Kind::create_topic: return read_as<op::CreateTopic>(rest, op);
    case Kind::delete_topic: return read_as<op::DeleteTopic>(rest, op);
    case Kind::add_partitions: return read_as<op::AddPartitions>(rest, op);
    case Kind::set_topic_config: return read_as<op::SetTopicConfig>(rest, op);
    case Kind::log_start: return read_as<op::LogStart>(rest, op);
    case Kind::put: return read_as<op::Put>(rest, op);
    case Kind::erase: return read_as<op::Erase>(rest, op);
    case Kind::producer_ids: return read_as<op::ProducerIds>(rest, op);
    case Kind::job_delta: return read_as<op::JobDelta>(rest, op);
    case Kind::job_snapshot_begin: return read_as<op::JobSnapshotBegin>(rest, op);
    case Kind::job_snapshot_done: return read_as<op::JobSnapshotDone>(rest, op);
    case Kind::job_drop: return read_as<op::JobDrop>(rest, op);
    case Kind::raise_epoch: return read_as<op::RaiseEpoch>(rest, op);
  }
  known = false;
  return false;
}

}  // namespace

std::size_t encoded_size(const Op& op) {
  MeasureFields measure;
  std::visit([&](auto& o) { fields(const_cast<std::remove_cvref_t<decltype(o)>&>(o), measure); }, op);
  return 1 + measure.size;
}

char* encode(const Op& op, char* to) {
  *to = static_cast<char>(kind_of(op));
  WriteFields write{to + 1};
  std::visit([&](auto& o) { fields(const_cast<std::remove_cvref_t<decltype(o)>&>(o), write); }, op);
  return write.to;
}

// The header: u32 length, u32 crc, u64 sequence, i64 time, u32 operations, u8 version, three zero bytes.

uint32_t seal_entry(char* entry, std::size_t size, Sequence sequence, TimestampMs time_ms, uint32_t op_count,
                    uint32_t chain) {
  store_little<uint32_t>(entry, static_cast<uint32_t>(size));
  store_little<uint64_t>(entry + 8, sequence.value());
  store_little<int64_t>(entry + 16, time_ms);
  store_little<uint32_t>(entry + 24, op_count);
  store_little<uint32_t>(entry + 28, entry_version);
  const uint32_t crc = crc32c_extend(chain, ByteView(entry + 8, size - 8));
  store_little<uint32_t>(entry + 4, crc);
  return crc;
}

std::size_t claimed_entry_bytes(ByteView bytes) {
  if (bytes.size() < entry_header_bytes) return 0;
  const auto size = load_little<uint32_t>(bytes.data());
  return size < entry_header_bytes || size > entry_bytes_max ? 0 : size;
}

Entry view_entry(const SharedBytes& bytes, std::size_t& size) {
  const char* at = bytes.data();
  size = load_little<uint32_t>(at);
  Entry entry;
  entry.sequence = Sequence(load_little<uint64_t>(at + 8));
  entry.time_ms = load_little<int64_t>(at + 16);
  // The version is looked at by OpReader: the count is read only if the layout is the one known here.
  entry.op_count = at[28] == entry_version ? load_little<uint32_t>(at + 24) : unknown_version;
  entry.ops = bytes.slice(entry_header_bytes, size - entry_header_bytes);
  return entry;
}

std::optional<Entry> open_entry(const SharedBytes& bytes, Sequence sequence, uint32_t& chain, std::size_t& size) {
  size = claimed_entry_bytes(bytes.view());
  if (size == 0 || bytes.size() < size) return std::nullopt;
  const char* at = bytes.data();
  if (load_little<uint64_t>(at + 8) != sequence.value()) return std::nullopt;
  const uint32_t crc = crc32c_extend(chain, ByteView(at + 8, size - 8));
  if (crc != load_little<uint32_t>(at + 4)) return std::nullopt;
  chain = crc;
  return view_entry(bytes, size);
}

Result<bool> OpReader::next(Op& op) {
  if (left_ == unknown_version) return fail(Code::unsupported, "the journal was written by a later version of azud");
  if (left_ == 0) {
    if (!rest_.empty()) return fail(Code::corrupt, "a journal entry has {} bytes too many", rest_.size());
    return false;
  }
  if (rest_.empty()) return fail(Code::corrupt, "a journal entry ends before its operations do");
  const auto kind = static_cast<Kind>(rest_.front());
  rest_.remove_prefix(1);
  bool known;
  if (!read_op(kind, rest_, op, known)) {
    if (known) return fail(Code::corrupt, "a journal entry's operation of kind {} is cut short", int(kind));
    return fail(Code::unsupported, "a journal entry has an operation of kind {}, written by a later version of azud",
                int(kind));
  }
  --left_;
  return true;
}

}  // namespace azud::log
