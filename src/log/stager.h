#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "log/entry.h"
#include "log/journal.h"
#include "log/stored_partition.h"
#include "log/write_queue.h"

namespace azud::log {

/// Makes the entries of one group: gives out sequences, offsets and times, and checks producers, against the state and
/// what the group already holds. Changes nothing that others see. Owned by the journal's thread.
class Stager {
 public:
  /// Bytes that `item`'s entry needs at most.
  static std::size_t bytes_bound(const Item& item);

  /// Begins a group after `at`, with room for `bytes`.
  void begin(const JournalPosition& at, TimestampMs stamp, std::size_t bytes);
  /// Makes the entry of `item` and fills its result; an error leaves no trace in the group.
  void add(Item& item);
  /// The same for operations that were planned.
  void add(const std::vector<Op>& ops);

  /// The entries made since begin().
  ByteView bytes() const { return {buffer_.get(), used_}; }
  SharedBytes shared_bytes() const { return {buffer_, bytes()}; }
  Sequence next() const { return next_; }
  uint32_t chain() const { return chain_; }
  std::size_t appended_batches() const { return appended_batches_; }

  /// The group will not be: takes its offsets back.
  void undo();
  /// The group was applied.
  void clear();

 private:
  struct Producer {
    const StoredPartition* partition;
    ProducerId id;
    bool operator==(const Producer&) const = default;
  };
  struct ProducerHash {
    std::size_t operator()(const Producer& p) const {
      return std::hash<const void*>()(p.partition) ^ (std::hash<ProducerId>()(p.id) * 0x9e3779b97f4a7c15U);
    }
  };
  /// An append that was looked at and may be written.
  struct Checked {
    StoredPartition* partition;
    StoredPartition::AppendView view;
    ProducerStamp producer;
    bool repeat = false;
    Appended appended;
  };

  Result<Appended> add_append(AppendItem& item);
  Result<std::vector<Appended>> add_commit(CommitItem& item);
  Result<Checked> check(const PartitionPtr& partition, const SharedBytes& batch);
  void write_append(Checked& checked, ByteView batch);
  char* begin_entry();
  void end_entry(uint32_t op_count);

  std::shared_ptr<char[]> buffer_;
  std::size_t capacity_ = 0, used_ = 0;
  std::size_t entry_ = 0;  ///< where the entry being made begins
  Sequence next_;
  uint32_t chain_ = 0;
  TimestampMs stamp_ = 0;
  std::size_t appended_batches_ = 0;
  std::vector<StoredPartition*> touched_;
  std::unordered_map<Producer, ProducerEntry, ProducerHash> producers_;  ///< as the group leaves them
};

}  // namespace azud::log
