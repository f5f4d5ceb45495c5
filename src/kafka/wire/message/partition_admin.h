#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct ElectLeadersResponse;

/// Asks for other leaders of partitions. All of them: no list.
struct ElectLeadersRequest {
  static constexpr MessageInfo info{ApiKey::elect_leaders, "ElectLeadersRequest", {0, 2}, 2};
  using Response = ElectLeadersResponse;

  struct Topic {
    std::string topic;
    std::vector<int32_t> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic);
      v.field("partitions", m.partitions);
    }
  };

  int8_t election_type = 0;
  std::optional<std::vector<Topic>> topic_partitions;
  int32_t timeout_ms = 60000;

  static void visit(auto& m, auto& v) {
    v.field("electionType", m.election_type, since(1));
    v.field("topicPartitions", m.topic_partitions, nullable());
    v.field("timeoutMs", m.timeout_ms);
  }
};

struct ElectLeadersResponse {
  static constexpr MessageInfo info{ApiKey::elect_leaders, "ElectLeadersResponse", {0, 2}, 2};

  struct Partition {
    int32_t partition_id = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static void visit(auto& m, auto& v) {
      v.field("partitionId", m.partition_id);
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
    }
  };

  struct Topic {
    std::string topic;
    std::vector<Partition> partition_result;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic);
      v.field("partitionResult", m.partition_result);
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<Topic> replica_election_results;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code, since(1));
    v.field("replicaElectionResults", m.replica_election_results);
  }
};

struct ListPartitionReassignmentsResponse;

/// Partitions that are moving between brokers.
struct ListPartitionReassignmentsRequest {
  static constexpr MessageInfo info{
      ApiKey::list_partition_reassignments, "ListPartitionReassignmentsRequest", {0, 0}, 0};
  using Response = ListPartitionReassignmentsResponse;

  struct Topic {
    std::string name;
    std::vector<int32_t> partition_indexes;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitionIndexes", m.partition_indexes);
    }
  };

  int32_t timeout_ms = 60000;
  std::optional<std::vector<Topic>> topics;

  static void visit(auto& m, auto& v) {
    v.field("timeoutMs", m.timeout_ms);
    v.field("topics", m.topics, nullable());
  }
};

struct ListPartitionReassignmentsResponse {
  static constexpr MessageInfo info{
      ApiKey::list_partition_reassignments, "ListPartitionReassignmentsResponse", {0, 0}, 0};

  struct Partition {
    int32_t partition_index = 0;
    std::vector<int32_t> replicas;
    std::vector<int32_t> adding_replicas;
    std::vector<int32_t> removing_replicas;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("replicas", m.replicas);
      v.field("addingReplicas", m.adding_replicas);
      v.field("removingReplicas", m.removing_replicas);
    }
  };

  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code);
    v.field("errorMessage", m.error_message, nullable());
    v.field("topics", m.topics);
  }
};

}  // namespace azud::kafka
