#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "kafka/broker/api/gathered.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/api/operations.h"
#include "kafka/broker/api/without_repeats.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/error_map.h"
#include "kafka/broker/internal_topics.h"
#include "kafka/broker/topic_id.h"

namespace azud::kafka {
namespace {

using Answer = Gathered<MetadataRequest>;

/// Versions 10 and 11 have the field for a topic's id, and Kafka does not take it there.
constexpr int16_t by_id_since = 12;

void describe(const log::TopicView& view, int32_t node_id, bool with_operations, MetadataResponse::Topic& answer) {
  answer.error_code = ErrorCode::none;
  answer.name = view.topic->name();
  answer.topic_id = to_uuid(view.topic->id());
  answer.is_internal = is_internal_topic(view.topic->name());
  if (with_operations) answer.topic_authorized_operations = topic_operations;
  for (const auto& partition : view.partitions) {
    auto& described = answer.partitions.emplace_back();
    described.partition_index = partition->id().value();
    described.leader_id = node_id;
    described.leader_epoch = partition->leader_epoch().value();
    described.replica_nodes = {node_id};
    described.isr_nodes = {node_id};
  }
}

void describe_brokers(const Broker& broker, Answer& answer) {
  const io::Address& address = answer.connection().advertised();
  MetadataResponse& response = answer.response;
  response.brokers.push_back({broker.options.node_id, address.host, address.port, std::nullopt});
  response.cluster_id = broker.log.cluster_id();
  response.controller_id = broker.options.node_id;
  if (answer.request().include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations;
  }
}

/// Makes the topic that was asked for by name, and describes it when it is there.
void create_and_describe(const BrokerPtr& broker, const std::shared_ptr<Answer>& answer,
                         MetadataResponse::Topic& topic) {
  const std::string name = *topic.name;
  auto created = [broker, answer, &topic](const Status& status) {
    if (!status && status.error().code() != Code::already_exists) {
      topic.error_code = to_error_code(status.error(), Doing::create_topic);
      return;
    }
    const auto view = broker->log.find_topic(*topic.name);
    if (view == nullptr) return;
    describe(*view, broker->options.node_id, answer->request().include_topic_authorized_operations, topic);
  };
  broker->log.create_topic(name, broker->options.partitions_default, {}, std::move(created));
}

void describe_asked(const BrokerPtr& broker, const std::shared_ptr<Answer>& answer, const MetadataRequest::Topic& asked,
                    MetadataResponse::Topic& topic) {
  const bool with_operations = answer->request().include_topic_authorized_operations;
  topic.name = asked.name;
  topic.topic_id = asked.topic_id;
  if (!asked.topic_id.is_zero() && answer->version() < by_id_since) {
    topic.error_code = ErrorCode::invalid_request;
    return;
  }
  if (!asked.name || !asked.topic_id.is_zero()) {  // the id decides if both are given
    topic.name = std::nullopt;
    const auto view = broker->log.find_topic(to_topic_id(asked.topic_id));
    topic.error_code = ErrorCode::unknown_topic_id;
    if (view != nullptr) describe(*view, broker->options.node_id, with_operations, topic);
    return;
  }
  topic.is_internal = is_internal_topic(*asked.name);
  const auto view = broker->log.find_topic(*asked.name);
  if (view != nullptr) return describe(*view, broker->options.node_id, with_operations, topic);
  if (!log::check_topic_name(*asked.name)) {
    topic.error_code = ErrorCode::invalid_topic_exception;
    return;
  }
  // Also what a client is told whose topic is still being made when azud stops: to ask again.
  topic.error_code = ErrorCode::unknown_topic_or_partition;
  if (broker->options.auto_create_topics && answer->request().allow_auto_topic_creation) {
    create_and_describe(broker, answer, topic);
  }
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<MetadataRequest> exchange) {
  const auto answer = gather(std::move(exchange));
  const MetadataRequest& request = answer->request();
  MetadataResponse& response = answer->response;
  describe_brokers(*broker, *answer);

  // In version 0 an empty list asks for all topics, later there is no list then.
  if (!request.topics || (answer->version() == 0 && request.topics->empty())) {
    for (const auto& view : broker->log.topics()) {
      describe(*view, broker->options.node_id, request.include_topic_authorized_operations,
               response.topics.emplace_back());
    }
    return;
  }
  const auto asked =
      without_repeats(*request.topics, [](const auto& topic) { return std::tie(topic.name, topic.topic_id); });
  response.topics.resize(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) describe_asked(broker, answer, *asked[i], response.topics[i]);
}

}  // namespace azud::kafka
