#include <map>
#include <memory>
#include <string>
#include <utility>

#include "kafka/broker/api/gathered.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/error_map.h"
#include "kafka/broker/internal_topics.h"
#include "kafka/broker/topic_id.h"

namespace azud::kafka {
namespace {

using Answer = Gathered<DeleteTopicsRequest>;

/// The name of the topic asked for; empty with the answer filled in if there is none.
std::string find_name(const Broker& broker, const std::optional<std::string>& name, const Uuid& id,
                      DeleteTopicsResponse::Topic& answer) {
  answer.name = name;
  answer.topic_id = id;
  if (name && !id.is_zero()) {
    answer.error_code = ErrorCode::invalid_request;
    answer.error_message = "a topic is named by name or by id, not by both";
    return {};
  }
  if (!name && id.is_zero()) {
    answer.error_code = ErrorCode::invalid_request;
    answer.error_message = "a topic is named by name or by id";
    return {};
  }
  const auto topic = name ? broker.log.find_topic(*name) : broker.log.find_topic(to_topic_id(id));
  if (topic == nullptr) {
    answer.error_code = name ? ErrorCode::unknown_topic_or_partition : ErrorCode::unknown_topic_id;
    return {};
  }
  answer.name = topic->topic->name();
  answer.topic_id = to_uuid(topic->topic->id());
  return topic->topic->name();
}

void remove(const BrokerPtr& broker, const std::shared_ptr<Answer>& share, const std::optional<std::string>& asked,
            const Uuid& id, DeleteTopicsResponse::Topic& answer) {
  if (!broker->options.delete_topics) {
    constexpr int16_t own_code_since = 3;
    answer.name = asked;
    answer.topic_id = id;
    answer.error_code =
        share->version() < own_code_since ? ErrorCode::invalid_request : ErrorCode::topic_deletion_disabled;
    return;
  }
  const std::string name = find_name(*broker, asked, id, answer);
  if (name.empty()) return;
  answer.error_code = ErrorCode::not_controller;  // until it is done
  broker->log.delete_topic(name, [share, &answer](const Status& status) {
    answer.error_code = ErrorCode::none;
    if (status) return;
    answer.error_code = to_error_code(status.error(), Doing::change_topic);
    answer.error_message = to_error_message(status.error());
  });
}

using DeleteRecordsAnswer = Gathered<DeleteRecordsRequest>;

/// Whether a topic is such that clients may delete its records; none: it is.
ErrorCode refuse_trim(const log::Topic& topic) {
  if (is_internal_topic(topic.name())) return ErrorCode::invalid_topic_exception;
  const auto& config = topic.config();
  return config.compact && !config.delete_old ? ErrorCode::policy_violation : ErrorCode::none;
}

void delete_records(const BrokerPtr& broker, const std::shared_ptr<DeleteRecordsAnswer>& share,
                    const log::TopicPtr& topic, int64_t before, DeleteRecordsResponse::Partition& answer) {
  constexpr int64_t to_the_end = -1;
  answer.low_watermark = -1;
  const auto partition = find_partition(topic, answer.partition_index);
  answer.error_code = partition == nullptr ? ErrorCode::unknown_topic_or_partition : refuse_trim(*topic->topic);
  if (answer.error_code != ErrorCode::none) return;
  const log::Offset end = partition->high_watermark();
  const log::Offset offset = before == to_the_end ? end : log::Offset(before);
  if (offset < log::Offset(0) || offset > end) {
    answer.error_code = ErrorCode::offset_out_of_range;
    return;
  }
  answer.error_code = ErrorCode::not_leader_or_follower;  // until it is done
  broker->log.delete_records(partition, offset, [share, partition, &answer](const Status& status) {
    if (!status) {
      answer.error_code = to_error_code(status.error(), Doing::trim);
      return;
    }
    answer.error_code = ErrorCode::none;
    answer.low_watermark = partition->log_start().value();
  });
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<DeleteTopicsRequest> exchange) {
  const auto share = gather(std::move(exchange));
  const auto& request = share->request();
  // How often each is named, by name or id: one that is named twice is refused, with one answer.
  std::map<std::pair<std::optional<std::string>, Uuid>, int> asked;
  for (const auto& topic : request.topics) ++asked[{topic.name, topic.topic_id}];
  for (const auto& name : request.topic_names) ++asked[{name, {}}];
  auto& answers = share->response.responses;
  answers.resize(asked.size());
  std::size_t next = 0;
  for (const auto& [key, count] : asked) {
    auto& answer = answers[next++];
    if (count == 1) {
      remove(broker, share, key.first, key.second, answer);
      continue;
    }
    answer.name = key.first;
    answer.topic_id = key.second;
    answer.error_code = ErrorCode::invalid_request;
    answer.error_message = "the topic is named twice";
  }
}

void handle(const BrokerPtr& broker, Exchange<DeleteRecordsRequest> exchange) {
  const auto share = gather(std::move(exchange));
  const auto& request = share->request();
  // First the whole shape, then the work: answers must not move once it has begun.
  for (const auto& asked : request.topics) {
    auto& topic = share->response.topics.emplace_back();
    topic.name = asked.name;
    for (const auto& partition : asked.partitions) {
      topic.partitions.emplace_back().partition_index = partition.partition_index;
    }
  }
  for (std::size_t t = 0; t < request.topics.size(); ++t) {
    const auto& asked = request.topics[t];
    const auto topic = broker->log.find_topic(asked.name);
    for (std::size_t p = 0; p < asked.partitions.size(); ++p) {
      delete_records(broker, share, topic, asked.partitions[p].offset, share->response.topics[t].partitions[p]);
    }
  }
}

}  // namespace azud::kafka
