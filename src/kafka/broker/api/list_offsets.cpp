#include <utility>

#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/error_map.h"
#include "kafka/broker/topic_id.h"

namespace azud::kafka {
namespace {

// Timestamps below zero are questions of their own.
constexpr int64_t ask_latest = -1;
constexpr int64_t ask_earliest = -2;
constexpr int64_t ask_max_timestamp = -3;
constexpr int64_t ask_earliest_local = -4;
constexpr int64_t ask_latest_tiered = -5;

constexpr int16_t max_timestamp_since = 7;
constexpr int16_t earliest_local_since = 8;
constexpr int16_t latest_tiered_since = 9;

/// The partition if it is there and the client's leader epoch is ours; otherwise null, and `error` says why.
log::PartitionPtr current_partition(const log::TopicPtr& topic, int32_t number, int32_t leader_epoch,
                                    ErrorCode& error) {
  auto partition = find_partition(topic, number);
  error = partition == nullptr ? ErrorCode::unknown_topic_or_partition : check_leader_epoch(leader_epoch, *partition);
  return error == ErrorCode::none ? partition : nullptr;
}

void answer_found(const Result<log::Partition::TimedOffset>& found, ListOffsetsResponse::Partition& answer) {
  if (!found) {
    answer.error_code = to_error_code(found.error(), Doing::read);
    return;
  }
  answer.offset = found->offset.value();
  answer.timestamp = found->timestamp;
}

void find_offset(const log::Partition& partition, int64_t asked, int16_t version,
                 ListOffsetsResponse::Partition& answer) {
  const bool known = asked >= ask_earliest || (asked == ask_max_timestamp && version >= max_timestamp_since) ||
                     (asked == ask_earliest_local && version >= earliest_local_since) ||
                     (asked == ask_latest_tiered && version >= latest_tiered_since);
  if (!known) {
    answer.error_code = ErrorCode::unsupported_version;
  } else if (asked == ask_latest) {
    answer.offset = partition.high_watermark().value();
  } else if (asked == ask_earliest || asked == ask_earliest_local) {
    answer.offset = partition.log_start().value();
  } else if (asked == ask_max_timestamp) {
    answer_found(partition.find_max_timestamp(), answer);
  } else if (asked >= 0) {
    answer_found(partition.find_timestamp(asked), answer);
  }
  if (answer.offset >= 0) answer.leader_epoch = partition.leader_epoch().value();
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<ListOffsetsRequest> exchange) {
  ListOffsetsResponse response;
  for (const auto& asked : exchange.request.topics) {
    const auto topic = broker->log.find_topic(asked.name);
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = asked.name;
    for (const auto& asked_partition : asked.partitions) {
      auto& answer = topic_answer.partitions.emplace_back();
      answer.partition_index = asked_partition.partition_index;
      const auto partition = current_partition(topic, asked_partition.partition_index,
                                               asked_partition.current_leader_epoch, answer.error_code);
      if (partition == nullptr) continue;
      find_offset(*partition, asked_partition.timestamp, exchange.version(), answer);
    }
  }
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<OffsetForLeaderEpochRequest> exchange) {
  OffsetForLeaderEpochResponse response;
  for (const auto& asked : exchange.request.topics) {
    const auto topic = broker->log.find_topic(asked.topic);
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.topic = asked.topic;
    for (const auto& asked_partition : asked.partitions) {
      auto& answer = topic_answer.partitions.emplace_back();
      answer.partition = asked_partition.partition;
      const auto partition =
          current_partition(topic, asked_partition.partition, asked_partition.current_leader_epoch, answer.error_code);
      if (partition == nullptr) continue;
      // An epoch never seen here has no end: -1 and -1, as both stand by default.
      const auto end = partition->end_of_epoch(log::LeaderEpoch(asked_partition.leader_epoch));
      if (!end) continue;
      answer.leader_epoch = asked_partition.leader_epoch;
      answer.end_offset = end->value();
    }
  }
  exchange.answer(response);
}

}  // namespace azud::kafka
