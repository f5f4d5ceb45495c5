#pragma once

#include "kafka/wire/message/acls.h"
#include "kafka/wire/message/api_versions.h"
#include "kafka/wire/message/cluster.h"
#include "kafka/wire/message/configs.h"
#include "kafka/wire/message/create_topics.h"
#include "kafka/wire/message/delete_topics.h"
#include "kafka/wire/message/fetch.h"
#include "kafka/wire/message/find_coordinator.h"
#include "kafka/wire/message/group_admin.h"
#include "kafka/wire/message/group_membership.h"
#include "kafka/wire/message/init_producer_id.h"
#include "kafka/wire/message/list_offsets.h"
#include "kafka/wire/message/metadata.h"
#include "kafka/wire/message/offset_commit.h"
#include "kafka/wire/message/offset_fetch.h"
#include "kafka/wire/message/partition_admin.h"
#include "kafka/wire/message/produce.h"
#include "kafka/wire/message/sasl.h"
#include "kafka/wire/message/transaction_admin.h"
#include "kafka/wire/message/transactions.h"
#include "kafka/wire/message/txn_offset_commit.h"

namespace azud::kafka {

template <class... T>
struct TypeList {};

/// Every request that is described, by key; `Request::Response` is its answer.
using AllRequests =
    TypeList<ProduceRequest, FetchRequest, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest, OffsetFetchRequest,
             FindCoordinatorRequest, JoinGroupRequest, HeartbeatRequest, LeaveGroupRequest, SyncGroupRequest,
             DescribeGroupsRequest, ListGroupsRequest, SaslHandshakeRequest, ApiVersionsRequest, CreateTopicsRequest,
             DeleteTopicsRequest, DeleteRecordsRequest, InitProducerIdRequest, OffsetForLeaderEpochRequest,
             AddPartitionsToTxnRequest, AddOffsetsToTxnRequest, EndTxnRequest, TxnOffsetCommitRequest,
             DescribeAclsRequest, DescribeConfigsRequest, AlterConfigsRequest, DescribeLogDirsRequest,
             SaslAuthenticateRequest, CreatePartitionsRequest, DeleteGroupsRequest, ElectLeadersRequest,
             IncrementalAlterConfigsRequest, ListPartitionReassignmentsRequest, OffsetDeleteRequest,
             DescribeClusterRequest, DescribeProducersRequest, DescribeTransactionsRequest, ListTransactionsRequest>;

/// Calls `f.template operator()<Request>()` for each.
template <class... Requests, class F>
void for_each_request(TypeList<Requests...>, F&& f) {
  (f.template operator()<Requests>(), ...);
}

}  // namespace azud::kafka
