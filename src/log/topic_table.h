#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/thread_annotations.h"
#include "log/entry.h"
#include "log/stored_partition.h"
#include "log/topic.h"

namespace azud::log {

/// What a checkpoint keeps of a topic.
struct TopicRecord {
  TopicNumber number;
  TopicId id;
  std::string name;
  std::map<std::string, std::string> config;
};
template <class F>
bool fields(TopicRecord& t, F&& f) {
  return f(t.number) && f(t.id) && f(t.name) && f(t.config);
}

/// All topics and their partitions. Changed by entries on one thread at a time, read from any.
class TopicTable {
 public:
  explicit TopicTable(std::shared_ptr<PartitionStorage> storage) : storage_(std::move(storage)) {}

  TopicPtr find(std::string_view name) const;
  TopicPtr find(TopicId id) const;
  std::vector<TopicPtr> all() const;  ///< by name
  /// The number of the topic called `name`, to write an entry about it.
  std::optional<TopicNumber> number_of(std::string_view name) const;
  /// The number that the next topic gets.
  TopicNumber next_number() const;
  /// Of all topics.
  std::size_t partition_count() const;
  /// Null for a topic that was deleted.
  std::shared_ptr<StoredPartition> partition(TopicNumber topic, PartitionId partition) const;

  /// Each of these does nothing if it was done before.
  Status apply(const op::CreateTopic& op, const TopicConfig& defaults, LeaderEpoch epoch);
  /// Moves the partitions of the deleted topic to `gone`.
  void apply(const op::DeleteTopic& op, std::vector<std::shared_ptr<StoredPartition>>& gone);
  void apply(const op::AddPartitions& op, LeaderEpoch epoch);
  Status apply(const op::SetTopicConfig& op, const TopicConfig& defaults);

  std::vector<std::shared_ptr<StoredPartition>> partitions() const;

  /// All topics at one moment, for a checkpoint.
  struct Snapshot {
    TopicNumber next_number;
    std::vector<TopicRecord> topics;
    std::vector<std::shared_ptr<StoredPartition>> partitions;
  };
  Snapshot snapshot() const;
  /// As a checkpoint had them. Partitions come by topic and number.
  Status restore(TopicNumber next_number, const std::vector<TopicRecord>& topics,
                 const std::vector<PartitionRecord>& partitions, const TopicConfig& defaults);

 private:
  struct Entry {
    std::shared_ptr<const Topic> topic;
    std::vector<std::shared_ptr<StoredPartition>> partitions;
    TopicPtr view;
  };
  void make_partitions(Entry& entry, TopicNumber number, int32_t total, LeaderEpoch epoch) AZUD_REQUIRES(mutex_);
  static void renew_view(Entry& entry);

  const std::shared_ptr<PartitionStorage> storage_;
  mutable Mutex mutex_;
  std::unordered_map<TopicNumber, Entry> by_number_ AZUD_GUARDED_BY(mutex_);
  std::map<std::string, TopicNumber, std::less<>> by_name_ AZUD_GUARDED_BY(mutex_);
  std::map<TopicId, TopicNumber> by_id_ AZUD_GUARDED_BY(mutex_);
  TopicNumber next_number_ AZUD_GUARDED_BY(mutex_){1};
  std::size_t partition_count_ AZUD_GUARDED_BY(mutex_) = 0;
};

}  // namespace azud::log
