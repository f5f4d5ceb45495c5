#pragma once

#include "kafka/broker/exchange.h"
#include "kafka/broker/handlers.h"
#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {

// What each request does: one function a request, in the file of its name (those of one line in others.cpp). Each
// answers its exchange exactly once, now or later, on any thread. Called on a loop's thread: must not block.

void handle(const BrokerPtr& broker, Exchange<ProduceRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<FetchRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<ListOffsetsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<MetadataRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<OffsetCommitRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<OffsetFetchRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<FindCoordinatorRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<JoinGroupRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<HeartbeatRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<LeaveGroupRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<SyncGroupRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DescribeGroupsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<ListGroupsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<SaslHandshakeRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<ApiVersionsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<CreateTopicsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DeleteTopicsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DeleteRecordsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<InitProducerIdRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<OffsetForLeaderEpochRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DescribeAclsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DescribeConfigsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<AlterConfigsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DescribeLogDirsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<SaslAuthenticateRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<CreatePartitionsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DeleteGroupsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<ElectLeadersRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<IncrementalAlterConfigsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<ListPartitionReassignmentsRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<OffsetDeleteRequest> exchange);
void handle(const BrokerPtr& broker, Exchange<DescribeClusterRequest> exchange);

}  // namespace azud::kafka
