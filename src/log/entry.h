#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "base/strong.h"
#include "base/time.h"
#include "log/ids.h"

namespace azud::log {

/// A topic's place in the order of creation; short, and never given to another topic.
using TopicNumber = Strong<struct TopicNumberTag, uint32_t>;

/// A journal entry is a frame around a list of operations (docs/formats/journal.md).
inline constexpr std::size_t entry_header_bytes = 32;
inline constexpr uint8_t entry_version = 1;
inline constexpr std::size_t entry_bytes_max = 1UL << 30;

namespace op {

struct Append {
  TopicNumber topic;
  PartitionId partition;
  ByteView batch;  ///< with its final offsets
};
struct CreateTopic {
  TopicNumber topic;
  TopicId id;
  ByteView name;
  int32_t partitions = 0;
  std::map<std::string, std::string> config;
};
struct DeleteTopic {
  TopicNumber topic;
};
struct AddPartitions {
  TopicNumber topic;
  int32_t total = 0;
};
struct SetTopicConfig {
  TopicNumber topic;
  std::map<std::string, std::string> config;
};
struct LogStart {
  TopicNumber topic;
  PartitionId partition;
  Offset start;
};
struct Put {
  ByteView table, key, value;
};
struct Erase {
  ByteView table, key;
};
/// Producer ids below `end` may have been given out.
struct ProducerIds {
  int64_t end = 0;
};
struct JobDelta {
  ByteView job, delta;
};
struct JobSnapshotBegin {
  ByteView job;
  uint64_t generation = 0;
};
struct JobSnapshotDone {
  ByteView job;
  uint64_t generation = 0;
};
struct JobDrop {
  ByteView job;
};
/// From here on batches carry this leader epoch.
struct RaiseEpoch {
  LeaderEpoch epoch;
};

}  // namespace op

/// Views are into the entry's bytes. The order is that of the format's kind numbers.
using Op = std::variant<op::Append, op::CreateTopic, op::DeleteTopic, op::AddPartitions, op::SetTopicConfig,
                        op::LogStart, op::Put, op::Erase, op::ProducerIds, op::JobDelta, op::JobSnapshotBegin,
                        op::JobSnapshotDone, op::JobDrop, op::RaiseEpoch>;

/// The bytes `op` takes in an entry.
std::size_t encoded_size(const Op& op);

/// Writes `op` at `to`, which has room for encoded_size(op); returns the end.
char* encode(const Op& op, char* to);

/// A whole entry, its checksum seen to be right.
struct Entry {
  Sequence sequence;
  TimestampMs time_ms = 0;
  uint32_t op_count = 0;
  SharedBytes ops;
};

/// Writes the frame's header before `size` - entry_header_bytes bytes of ops that stand behind it already. The checksum
/// goes on from `chain`, that of the entry before: so nothing left over from another time can look like the next entry.
/// Returns this entry's checksum.
uint32_t seal_entry(char* entry, std::size_t size, Sequence sequence, TimestampMs time_ms, uint32_t op_count,
                    uint32_t chain);

/// What a frame says of itself at the front of `bytes`; nothing if there is no whole, right entry `sequence` whose
/// checksum goes on from `chain`. `size` gets the frame's length.
std::optional<Entry> open_entry(const SharedBytes& bytes, Sequence sequence, uint32_t& chain, std::size_t& size);

/// The entry at the front of `bytes`, which this process has just sealed: nothing is checked.
Entry view_entry(const SharedBytes& bytes, std::size_t& size);

/// The length that a frame at the front of `bytes` claims, 0 if it cannot be one.
std::size_t claimed_entry_bytes(ByteView bytes);

/// Takes the operations of an entry one by one.
class OpReader {
 public:
  explicit OpReader(const Entry& entry) : rest_(entry.ops.view()), left_(entry.op_count) {}
  /// False after the last. An entry that a later version of azud wrote gives `unsupported`, a wrong one `corrupt`.
  Result<bool> next(Op& op);

 private:
  ByteView rest_;
  uint32_t left_;
};

}  // namespace azud::log
