#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct ListOffsetsResponse;

/// Offsets by time. Timestamps below zero are questions of their own: -1 end, -2 beginning, -3 largest timestamp, -4
/// earliest local, -5 latest tiered.
struct ListOffsetsRequest {
  static constexpr MessageInfo info{ApiKey::list_offsets, "ListOffsetsRequest", {1, 11}, 6};
  using Response = ListOffsetsResponse;

  struct Partition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;
    int64_t timestamp = 0;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("currentLeaderEpoch", m.current_leader_epoch, since(4));
      v.field("timestamp", m.timestamp);
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

  int32_t replica_id = 0;
  int8_t isolation_level = 0;
  std::vector<Topic> topics;
  int32_t timeout_ms = 0;

  static void visit(auto& m, auto& v) {
    v.field("replicaId", m.replica_id);
    v.field("isolationLevel", m.isolation_level, since(2));
    v.field("topics", m.topics);
    v.field("timeoutMs", m.timeout_ms, since(10));
  }
};

struct ListOffsetsResponse {
  static constexpr MessageInfo info{ApiKey::list_offsets, "ListOffsetsResponse", {1, 11}, 6};

  struct Partition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    int64_t timestamp = -1;
    int64_t offset = -1;
    int32_t leader_epoch = -1;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("errorCode", m.error_code);
      v.field("timestamp", m.timestamp);
      v.field("offset", m.offset);
      v.field("leaderEpoch", m.leader_epoch, since(4));
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
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(2));
    v.field("topics", m.topics);
  }
};

struct OffsetForLeaderEpochResponse;

/// Where a leader epoch ended: how a client finds out that a tail was lost.
struct OffsetForLeaderEpochRequest {
  static constexpr MessageInfo info{ApiKey::offset_for_leader_epoch, "OffsetForLeaderEpochRequest", {2, 4}, 4};
  using Response = OffsetForLeaderEpochResponse;

  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int32_t leader_epoch = 0;

    static void visit(auto& m, auto& v) {
      v.field("partition", m.partition);
      v.field("currentLeaderEpoch", m.current_leader_epoch);
      v.field("leaderEpoch", m.leader_epoch);
    }
  };

  struct Topic {
    std::string topic;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic);
      v.field("partitions", m.partitions);
    }
  };

  int32_t replica_id = -2;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("replicaId", m.replica_id, since(3));
    v.field("topics", m.topics);
  }
};

struct OffsetForLeaderEpochResponse {
  static constexpr MessageInfo info{ApiKey::offset_for_leader_epoch, "OffsetForLeaderEpochResponse", {2, 4}, 4};

  struct Partition {
    ErrorCode error_code = ErrorCode::none;
    int32_t partition = 0;
    int32_t leader_epoch = -1;
    int64_t end_offset = -1;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("partition", m.partition);
      v.field("leaderEpoch", m.leader_epoch);
      v.field("endOffset", m.end_offset);
    }
  };

  struct Topic {
    std::string topic;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic);
      v.field("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("topics", m.topics);
  }
};

}  // namespace azud::kafka
