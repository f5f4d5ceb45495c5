#include <memory>
#include <utility>
#include <vector>

#include "kafka/broker/api/gathered.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/error_map.h"
#include "kafka/broker/topic_id.h"

namespace azud::kafka {
namespace {

/// Puts what may be stored into `batch`, whose partitions stay at `not_done`; the rest gets its error.
void collect(const Broker& broker, const OffsetCommitRequest& request, ErrorCode not_done,
             OffsetCommitResponse& response, log::WriteBatch& batch) {
  const TimestampMs now = broker.clock.wall_ms();
  for (const auto& asked : request.topics) {
    const auto topic = broker.log.find_topic(asked.name);
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = asked.name;
    for (const auto& partition : asked.partitions) {
      auto& answer = topic_answer.partitions.emplace_back();
      answer.partition_index = partition.partition_index;
      answer.error_code = not_done;
      const std::string metadata = partition.committed_metadata.value_or("");
      if (find_partition(topic, partition.partition_index) == nullptr) {
        answer.error_code = ErrorCode::unknown_topic_or_partition;
      } else if (metadata.size() > static_cast<std::size_t>(broker.options.groups.offset_metadata_bytes_max)) {
        answer.error_code = ErrorCode::offset_metadata_too_large;
      } else {
        const CommittedOffset committed{topic->topic->id(), partition.committed_offset,
                                        partition.committed_leader_epoch, now, metadata};
        if (broker.groups.offsets().has_room(request.group_id, *topic, partition.partition_index, committed,
                                             broker.options.groups.offsets_bytes_max)) {
          OffsetStore::put(batch, request.group_id, asked.name, partition.partition_index, committed);
        } else {
          answer.error_code = ErrorCode::invalid_commit_offset_size;
        }
      }
    }
  }
}

void replace(OffsetCommitResponse& response, ErrorCode from, ErrorCode to) {
  for (auto& topic : response.topics) {
    for (auto& partition : topic.partitions) {
      if (partition.error_code == from) partition.error_code = to;
    }
  }
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<OffsetCommitRequest> exchange) {
  constexpr ErrorCode not_done = ErrorCode::coordinator_not_available;
  const auto answer = gather(std::move(exchange));
  log::WriteBatch batch;
  const ErrorCode refused = broker->groups.check_commit(answer->request());
  collect(*broker, answer->request(), not_done, answer->response, batch);
  if (refused != ErrorCode::none) {
    for (auto& topic : answer->response.topics) {
      for (auto& partition : topic.partitions) partition.error_code = refused;
    }
    return;
  }
  if (batch.empty()) return;
  broker->log.commit(std::move(batch), [answer](const Result<std::vector<log::Appended>>& result) {
    replace(answer->response, not_done, result ? ErrorCode::none : to_error_code(result.error(), Doing::commit));
  });
}

}  // namespace azud::kafka
