#include <set>
#include <utility>

#include "kafka/broker/api/handle.h"
#include "kafka/broker/api/operations.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/topic_id.h"

namespace azud::kafka {
namespace {

void describe_partition(const log::PartitionPtr& partition, DescribeLogDirsResponse::Topic& answer) {
  if (partition == nullptr) return;
  auto& described = answer.partitions.emplace_back();
  described.partition_index = partition->id().value();
  described.partition_size = static_cast<int64_t>(partition->size_bytes());
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<DescribeClusterRequest> exchange) {
  constexpr int8_t brokers_endpoint = 1;
  DescribeClusterResponse response;
  response.endpoint_type = exchange.request.endpoint_type;
  if (exchange.request.endpoint_type != brokers_endpoint) {
    response.error_code = ErrorCode::mismatched_endpoint_type;
    response.error_message = "this is a broker: it has no controllers to describe";
    return exchange.answer(response);
  }
  const io::Address& address = exchange.connection().advertised();
  response.cluster_id = broker->log.cluster_id();
  response.controller_id = broker->options.node_id;
  response.brokers.push_back({broker->options.node_id, address.host, address.port, std::nullopt, false});
  if (exchange.request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations;
  }
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<DescribeLogDirsRequest> exchange) {
  DescribeLogDirsResponse response;
  auto& directory = response.results.emplace_back();
  directory.log_dir = broker->options.log_directory;
  const auto& request = exchange.request;
  if (!request.topics) {
    for (const auto& topic : broker->log.topics()) {
      auto& answer = directory.topics.emplace_back();
      answer.name = topic->topic->name();
      for (const auto& partition : topic->partitions) describe_partition(partition, answer);
    }
    return exchange.answer(response);
  }
  for (const auto& asked : *request.topics) {
    const auto topic = broker->log.find_topic(asked.topic);
    if (topic == nullptr) continue;
    auto& answer = directory.topics.emplace_back();
    answer.name = asked.topic;
    for (const int32_t number : asked.partitions) describe_partition(find_partition(topic, number), answer);
  }
  exchange.answer(response);
}

}  // namespace azud::kafka
