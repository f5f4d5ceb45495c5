#include <utility>

#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/topic_id.h"

// Requests that have one thing to say on a node of its own without authentication.

namespace azud::kafka {

void handle(const BrokerPtr&, Exchange<SaslHandshakeRequest> exchange) {
  SaslHandshakeResponse response;
  response.error_code = ErrorCode::illegal_sasl_state;
  exchange.answer(response);
}

void handle(const BrokerPtr&, Exchange<SaslAuthenticateRequest> exchange) {
  SaslAuthenticateResponse response;
  response.error_code = ErrorCode::illegal_sasl_state;
  response.error_message = "this listener asks for no authentication";
  exchange.answer(response);
}

void handle(const BrokerPtr&, Exchange<DescribeAclsRequest> exchange) {
  DescribeAclsResponse response;
  response.error_code = ErrorCode::security_disabled;
  response.error_message = "there are no access rules here";
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<ElectLeadersRequest> exchange) {
  ElectLeadersResponse response;
  // Without a list all partitions are meant that need an election: none does.
  if (!exchange.request.topic_partitions) return exchange.answer(response);
  for (const auto& asked : *exchange.request.topic_partitions) {
    const auto topic = broker->log.find_topic(asked.topic);
    auto& answer = response.replica_election_results.emplace_back();
    answer.topic = asked.topic;
    for (const int32_t number : asked.partitions) {
      const bool is_there = find_partition(topic, number) != nullptr;
      answer.partition_result.push_back(
          {number, is_there ? ErrorCode::election_not_needed : ErrorCode::unknown_topic_or_partition, std::nullopt});
    }
  }
  exchange.answer(response);
}

void handle(const BrokerPtr&, Exchange<ListPartitionReassignmentsRequest> exchange) {
  exchange.answer(ListPartitionReassignmentsResponse{});
}

}  // namespace azud::kafka
