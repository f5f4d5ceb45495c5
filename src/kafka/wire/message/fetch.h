#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct FetchResponse;

/// Record batches from partitions; waits up to max_wait_ms for min_bytes. In a fetch session (KIP-227) it names only
/// what changed since the last one.
struct FetchRequest {
  static constexpr MessageInfo info{ApiKey::fetch, "FetchRequest", {4, 18}, 12};
  using Response = FetchResponse;

  struct ReplicaState {
    int32_t replica_id = -1;
    int64_t replica_epoch = -1;

    static void visit(auto& m, auto& v) {
      v.field("replicaId", m.replica_id);
      v.field("replicaEpoch", m.replica_epoch);
    }
  };

  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int64_t fetch_offset = 0;
    int32_t last_fetched_epoch = -1;
    int64_t log_start_offset = -1;
    int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;
    int64_t high_watermark = std::numeric_limits<int64_t>::max();

    static void visit(auto& m, auto& v) {
      v.field("partition", m.partition);
      v.field("currentLeaderEpoch", m.current_leader_epoch, since(9));
      v.field("fetchOffset", m.fetch_offset);
      v.field("lastFetchedEpoch", m.last_fetched_epoch, since(12));
      v.field("logStartOffset", m.log_start_offset, since(5));
      v.field("partitionMaxBytes", m.partition_max_bytes);
      v.tagged(0, "replicaDirectoryId", m.replica_directory_id, since(17));
      v.tagged(1, "highWatermark", m.high_watermark, since(18), std::numeric_limits<int64_t>::max());
    }
  };

  struct Topic {
    std::string topic;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic, until(12));
      v.field("topicId", m.topic_id, since(13));
      v.field("partitions", m.partitions);
    }
  };

  struct ForgottenTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic, until(12));
      v.field("topicId", m.topic_id, since(13));
      v.field("partitions", m.partitions);
    }
  };

  std::optional<std::string> cluster_id;
  int32_t replica_id = -1;
  std::optional<ReplicaState> replica_state;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = 0x7fffffff;
  int8_t isolation_level = 0;
  int32_t session_id = 0;
  int32_t session_epoch = -1;
  std::vector<Topic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;
  std::string rack_id;

  static void visit(auto& m, auto& v) {
    v.tagged(0, "clusterId", m.cluster_id, since(12).nullable());
    v.field("replicaId", m.replica_id, until(14));
    v.tagged(1, "replicaState", m.replica_state, since(15));
    v.field("maxWaitMs", m.max_wait_ms);
    v.field("minBytes", m.min_bytes);
    v.field("maxBytes", m.max_bytes);
    v.field("isolationLevel", m.isolation_level);
    v.field("sessionId", m.session_id, since(7));
    v.field("sessionEpoch", m.session_epoch, since(7));
    v.field("topics", m.topics);
    v.field("forgottenTopicsData", m.forgotten_topics_data, since(7));
    v.field("rackId", m.rack_id, since(11));
  }
};

struct FetchResponse {
  static constexpr MessageInfo info{ApiKey::fetch, "FetchResponse", {4, 18}, 12};

  struct EpochEnd {
    int32_t epoch = -1;
    int64_t end_offset = -1;

    static void visit(auto& m, auto& v) {
      v.field("epoch", m.epoch);
      v.field("endOffset", m.end_offset);
    }
  };

  struct Leader {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    static void visit(auto& m, auto& v) {
      v.field("leaderId", m.leader_id);
      v.field("leaderEpoch", m.leader_epoch);
    }
  };

  struct SnapshotId {
    int64_t end_offset = -1;
    int32_t epoch = -1;

    static void visit(auto& m, auto& v) {
      v.field("endOffset", m.end_offset);
      v.field("epoch", m.epoch);
    }
  };

  struct AbortedTransaction {
    int64_t producer_id = 0;
    int64_t first_offset = 0;

    static void visit(auto& m, auto& v) {
      v.field("producerId", m.producer_id);
      v.field("firstOffset", m.first_offset);
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    int64_t high_watermark = 0;
    int64_t last_stable_offset = -1;
    int64_t log_start_offset = -1;
    std::optional<EpochEnd> diverging_epoch;
    std::optional<Leader> current_leader;
    std::optional<SnapshotId> snapshot_id;
    std::optional<std::vector<AbortedTransaction>> aborted_transactions;
    int32_t preferred_read_replica = -1;
    std::optional<Records> records;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("errorCode", m.error_code);
      v.field("highWatermark", m.high_watermark);
      v.field("lastStableOffset", m.last_stable_offset);
      v.field("logStartOffset", m.log_start_offset, since(5));
      v.tagged(0, "divergingEpoch", m.diverging_epoch, since(12));
      v.tagged(1, "currentLeader", m.current_leader, since(12));
      v.tagged(2, "snapshotId", m.snapshot_id, since(12));
      v.field("abortedTransactions", m.aborted_transactions, nullable());
      v.field("preferredReadReplica", m.preferred_read_replica, since(11));
      v.field("records", m.records, nullable());
    }
  };

  struct Topic {
    std::string topic;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic, until(12));
      v.field("topicId", m.topic_id, since(13));
      v.field("partitions", m.partitions);
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    static void visit(auto& m, auto& v) {
      v.field("nodeId", m.node_id);
      v.field("host", m.host);
      v.field("port", m.port);
      v.field("rack", m.rack, nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int32_t session_id = 0;
  std::vector<Topic> responses;
  std::vector<NodeEndpoint> node_endpoints;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code, since(7));
    v.field("sessionId", m.session_id, since(7));
    v.field("responses", m.responses);
    v.tagged(0, "nodeEndpoints", m.node_endpoints, since(16));
  }
};

}  // namespace azud::kafka
