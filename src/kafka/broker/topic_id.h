#pragma once

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"
#include "log/ids.h"
#include "log/topic.h"

namespace azud::kafka {

/// The log's topic ids and the protocol's UUIDs are the same 16 bytes.
inline Uuid to_uuid(log::TopicId id) { return {id.bytes}; }
inline log::TopicId to_topic_id(const Uuid& uuid) { return {uuid.bytes}; }

/// The partition, or null if the topic is null or has no partition of this number.
inline log::PartitionPtr find_partition(const log::TopicPtr& topic, int32_t number) {
  if (topic == nullptr || number < 0 || static_cast<std::size_t>(number) >= topic->partitions.size()) return nullptr;
  return topic->partitions[static_cast<std::size_t>(number)];
}

/// Whether a client may be answered that knows the partition's leader epoch as `asked`; below 0: it does not say.
inline ErrorCode check_leader_epoch(int32_t asked, const log::Partition& partition) {
  const int32_t ours = partition.leader_epoch().value();
  if (asked < 0 || asked == ours) return ErrorCode::none;
  return asked < ours ? ErrorCode::fenced_leader_epoch : ErrorCode::unknown_leader_epoch;
}

}  // namespace azud::kafka
