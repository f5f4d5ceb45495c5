#include "log/topic_table.h"

namespace azud::log {

TopicPtr TopicTable::find(std::string_view name) const {
  const MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : by_number_.at(found->second).view;
}

TopicPtr TopicTable::find(TopicId id) const {
  const MutexLock lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : by_number_.at(found->second).view;
}

std::vector<TopicPtr> TopicTable::all() const {
  const MutexLock lock(mutex_);
  std::vector<TopicPtr> views;
  views.reserve(by_name_.size());
  for (const auto& [name, number] : by_name_) views.push_back(by_number_.at(number).view);
  return views;
}

std::optional<TopicNumber> TopicTable::number_of(std::string_view name) const {
  const MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

TopicNumber TopicTable::next_number() const {
  const MutexLock lock(mutex_);
  return next_number_;
}

std::size_t TopicTable::partition_count() const {
  const MutexLock lock(mutex_);
  return partition_count_;
}

std::shared_ptr<StoredPartition> TopicTable::partition(TopicNumber topic, PartitionId partition) const {
  const MutexLock lock(mutex_);
  const auto found = by_number_.find(topic);
  if (found == by_number_.end()) return nullptr;
  const auto index = static_cast<std::size_t>(partition.value());
  return index < found->second.partitions.size() ? found->second.partitions[index] : nullptr;
}

std::vector<std::shared_ptr<StoredPartition>> TopicTable::partitions() const {
  const MutexLock lock(mutex_);
  std::vector<std::shared_ptr<StoredPartition>> all;
  for (const auto& [name, number] : by_name_) {
    const auto& partitions = by_number_.at(number).partitions;
    all.insert(all.end(), partitions.begin(), partitions.end());
  }
  return all;
}

TopicTable::Snapshot TopicTable::snapshot() const {
  const MutexLock lock(mutex_);
  Snapshot snapshot;
  snapshot.next_number = next_number_;
  for (const auto& [name, number] : by_name_) {
    const Entry& entry = by_number_.at(number);
    snapshot.topics.push_back({number, entry.topic->id(), name, entry.topic->overrides()});
    snapshot.partitions.insert(snapshot.partitions.end(), entry.partitions.begin(), entry.partitions.end());
  }
  return snapshot;
}

Status TopicTable::restore(TopicNumber next_number, const std::vector<TopicRecord>& topics,
                           const std::vector<PartitionRecord>& partitions, const TopicConfig& defaults) {
  const MutexLock lock(mutex_);
  for (const TopicRecord& record : topics) {
    TRY_ASSIGN(const TopicConfig config, TopicConfig::parse(record.config, defaults));
    Entry& entry = by_number_[record.number];
    entry.topic = std::make_shared<const Topic>(record.name, record.id, record.config, config);
    by_name_.emplace(record.name, record.number);
    by_id_.emplace(record.id, record.number);
  }
  for (const PartitionRecord& record : partitions) {
    const auto found = by_number_.find(record.topic);
    if (found == by_number_.end() || static_cast<std::size_t>(record.id.value()) != found->second.partitions.size()) {
      return fail(Code::corrupt, "the checkpoint's partition {} of topic number {} is out of place", record.id,
                  record.topic);
    }
    found->second.partitions.push_back(std::make_shared<StoredPartition>(found->second.topic, record, storage_));
    ++partition_count_;
  }
  for (auto& [number, entry] : by_number_) renew_view(entry);
  next_number_ = next_number;
  return {};
}

void TopicTable::make_partitions(Entry& entry, TopicNumber number, int32_t total, LeaderEpoch epoch) {
  while (entry.partitions.size() < static_cast<std::size_t>(total)) {
    const PartitionId id(static_cast<int32_t>(entry.partitions.size()));
    entry.partitions.push_back(std::make_shared<StoredPartition>(entry.topic, number, id, epoch, storage_));
    ++partition_count_;
  }
}

void TopicTable::renew_view(Entry& entry) {
  auto view = std::make_shared<TopicView>();
  view->topic = entry.topic;
  view->partitions.assign(entry.partitions.begin(), entry.partitions.end());
  entry.view = std::move(view);
}

Status TopicTable::apply(const op::CreateTopic& op, const TopicConfig& defaults, LeaderEpoch epoch) {
  TRY_ASSIGN(const TopicConfig config, TopicConfig::parse(op.config, defaults));
  const MutexLock lock(mutex_);
  if (op.topic < next_number_) return {};
  if (by_name_.contains(op.name)) return fail(Code::corrupt, "the journal creates topic {} twice", op.name);
  Entry& entry = by_number_[op.topic];
  entry.topic = std::make_shared<const Topic>(std::string(op.name), op.id, op.config, config);
  make_partitions(entry, op.topic, op.partitions, epoch);
  renew_view(entry);
  by_name_.emplace(op.name, op.topic);
  by_id_.emplace(op.id, op.topic);
  next_number_ = op.topic + 1;
  return {};
}

void TopicTable::apply(const op::DeleteTopic& op, std::vector<std::shared_ptr<StoredPartition>>& gone) {
  const MutexLock lock(mutex_);
  const auto found = by_number_.find(op.topic);
  if (found == by_number_.end()) return;
  for (auto& partition : found->second.partitions) {
    partition->apply_delete();
    gone.push_back(std::move(partition));
    --partition_count_;
  }
  by_name_.erase(found->second.topic->name());
  by_id_.erase(found->second.topic->id());
  by_number_.erase(found);
}

void TopicTable::apply(const op::AddPartitions& op, LeaderEpoch epoch) {
  const MutexLock lock(mutex_);
  const auto found = by_number_.find(op.topic);
  if (found == by_number_.end()) return;
  make_partitions(found->second, op.topic, op.total, epoch);
  renew_view(found->second);
}

Status TopicTable::apply(const op::SetTopicConfig& op, const TopicConfig& defaults) {
  TRY_ASSIGN(const TopicConfig config, TopicConfig::parse(op.config, defaults));
  const MutexLock lock(mutex_);
  const auto found = by_number_.find(op.topic);
  if (found == by_number_.end()) return {};
  Entry& entry = found->second;
  entry.topic = std::make_shared<const Topic>(entry.topic->name(), entry.topic->id(), op.config, config);
  for (const auto& partition : entry.partitions) partition->apply_topic(entry.topic);
  renew_view(entry);
  return {};
}

}  // namespace azud::log
