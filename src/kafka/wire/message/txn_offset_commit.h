#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct TxnOffsetCommitResponse;

/// Offsets of a group as part of a transaction.
struct TxnOffsetCommitRequest {
  static constexpr MessageInfo info{ApiKey::txn_offset_commit, "TxnOffsetCommitRequest", {0, 5}, 3};
  using Response = TxnOffsetCommitResponse;

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> committed_metadata;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("committedOffset", m.committed_offset);
      v.field("committedLeaderEpoch", m.committed_leader_epoch, since(2));
      v.field("committedMetadata", m.committed_metadata, nullable());
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

  std::string transactional_id;
  std::string group_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  int32_t generation_id = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("transactionalId", m.transactional_id);
    v.field("groupId", m.group_id);
    v.field("producerId", m.producer_id);
    v.field("producerEpoch", m.producer_epoch);
    v.field("generationId", m.generation_id, since(3));
    v.field("memberId", m.member_id, since(3));
    v.field("groupInstanceId", m.group_instance_id, since(3).nullable());
    v.field("topics", m.topics);
  }
};

struct TxnOffsetCommitResponse {
  static constexpr MessageInfo info{ApiKey::txn_offset_commit, "TxnOffsetCommitResponse", {0, 5}, 3};

  struct Partition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("errorCode", m.error_code);
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
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("topics", m.topics);
  }
};

}  // namespace azud::kafka
