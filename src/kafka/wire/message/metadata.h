#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"
#include "kafka/wire/message/authorized_operations.h"

namespace azud::kafka {

struct MetadataResponse;

/// Brokers, topics, partitions. All topics: no list, in version 0 an empty one.
struct MetadataRequest {
  static constexpr MessageInfo info{ApiKey::metadata, "MetadataRequest", {0, 13}, 9};
  using Response = MetadataResponse;

  struct Topic {
    Uuid topic_id;
    std::optional<std::string> name;

    static void visit(auto& m, auto& v) {
      v.field("topicId", m.topic_id, since(10));
      v.field("name", m.name, nullable(10));
    }
  };

  std::optional<std::vector<Topic>> topics;
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  static void visit(auto& m, auto& v) {
    v.field("topics", m.topics, nullable(1));
    v.field("allowAutoTopicCreation", m.allow_auto_topic_creation, since(4));
    v.field("includeClusterAuthorizedOperations", m.include_cluster_authorized_operations, between(8, 10));
    v.field("includeTopicAuthorizedOperations", m.include_topic_authorized_operations, since(8));
  }
};

struct MetadataResponse {
  static constexpr MessageInfo info{ApiKey::metadata, "MetadataResponse", {0, 13}, 9};

  struct Broker {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    static void visit(auto& m, auto& v) {
      v.field("nodeId", m.node_id);
      v.field("host", m.host);
      v.field("port", m.port);
      v.field("rack", m.rack, since(1).nullable());
    }
  };

  struct Partition {
    ErrorCode error_code = ErrorCode::none;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes;
    std::vector<int32_t> isr_nodes;
    std::vector<int32_t> offline_replicas;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("partitionIndex", m.partition_index);
      v.field("leaderId", m.leader_id);
      v.field("leaderEpoch", m.leader_epoch, since(7));
      v.field("replicaNodes", m.replica_nodes);
      v.field("isrNodes", m.isr_nodes);
      v.field("offlineReplicas", m.offline_replicas, since(5));
    }
  };

  struct Topic {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> name;
    Uuid topic_id;
    bool is_internal = false;
    std::vector<Partition> partitions;
    int32_t topic_authorized_operations = authorized_operations_omitted;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("name", m.name, nullable(12));
      v.field("topicId", m.topic_id, since(10));
      v.field("isInternal", m.is_internal, since(1));
      v.field("partitions", m.partitions);
      v.field("topicAuthorizedOperations", m.topic_authorized_operations, since(8));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Broker> brokers;
  std::optional<std::string> cluster_id;
  int32_t controller_id = -1;
  std::vector<Topic> topics;
  int32_t cluster_authorized_operations = authorized_operations_omitted;
  ErrorCode error_code = ErrorCode::none;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(3));
    v.field("brokers", m.brokers);
    v.field("clusterId", m.cluster_id, since(2).nullable());
    v.field("controllerId", m.controller_id, since(1));
    v.field("topics", m.topics);
    v.field("clusterAuthorizedOperations", m.cluster_authorized_operations, between(8, 10));
    v.field("errorCode", m.error_code, since(13));
  }
};

}  // namespace azud::kafka
