#pragma once

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

}  // namespace azud::kafka
