#include <algorithm>
#include <memory>
#include <utility>

#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"

// Membership of consumer groups: what the coordinator does stands in group/.

namespace azud::kafka {
namespace {

/// As Kafka shows addresses: "/127.0.0.1".
std::string host_of(const std::string& peer) {
  const auto address = io::Address::parse(peer);
  return "/" + (address ? address->host : peer);
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<FindCoordinatorRequest> exchange) {
  constexpr int8_t group_key = 0;
  constexpr int8_t transaction_key = 1;
  const FindCoordinatorRequest& request = exchange.request;
  const io::Address& address = exchange.connection().advertised();
  const bool is_group = request.key_type == group_key;
  const auto describe = [&](auto& answer) {
    answer.node_id = is_group ? broker->options.node_id : -1;
    answer.host = is_group ? address.host : "";
    answer.port = is_group ? address.port : -1;
    if (is_group) return;
    // The one code on which every client gives up at once and shows the message; others some try again until a timeout.
    answer.error_code = request.key_type == transaction_key ? ErrorCode::transactional_id_authorization_failed
                                                            : ErrorCode::invalid_request;
    answer.error_message = "only groups have a coordinator here: transactions and share groups are not offered";
  };
  FindCoordinatorResponse response;
  describe(response);
  for (const std::string& key : request.coordinator_keys) {
    auto& coordinator = response.coordinators.emplace_back();
    coordinator.key = key;
    describe(coordinator);
  }
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<JoinGroupRequest> exchange) {
  const Caller caller{exchange.client_id(), host_of(exchange.connection().peer()), exchange.version()};
  const auto parked = std::make_shared<Exchange<JoinGroupRequest>>(std::move(exchange));
  broker->groups.join(parked->request, caller,
                      [parked](const JoinGroupResponse& response) { parked->answer(response); });
}

void handle(const BrokerPtr& broker, Exchange<SyncGroupRequest> exchange) {
  const auto parked = std::make_shared<Exchange<SyncGroupRequest>>(std::move(exchange));
  broker->groups.sync(parked->request, [parked](const SyncGroupResponse& response) { parked->answer(response); });
}

void handle(const BrokerPtr& broker, Exchange<HeartbeatRequest> exchange) {
  HeartbeatResponse response;
  response.error_code = broker->groups.heartbeat(exchange.request);
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<LeaveGroupRequest> exchange) {
  exchange.answer(broker->groups.leave(exchange.request, exchange.version()));
}

}  // namespace azud::kafka
