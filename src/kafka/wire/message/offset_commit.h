#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct OffsetCommitResponse;

/// Stores the offsets of a group, or of a consumer without one (generation -1, no member).
struct OffsetCommitRequest {
  static constexpr MessageInfo info{ApiKey::offset_commit, "OffsetCommitRequest", {2, 10}, 8};
  using Response = OffsetCommitResponse;

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> committed_metadata;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("committedOffset", m.committed_offset);
      v.field("committedLeaderEpoch", m.committed_leader_epoch, since(6));
      v.field("committedMetadata", m.committed_metadata, nullable());
    }
  };

  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, until(9));
      v.field("topicId", m.topic_id, since(10));
      v.field("partitions", m.partitions);
    }
  };

  std::string group_id;
  int32_t generation_id_or_member_epoch = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  int64_t retention_time_ms = -1;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("groupId", m.group_id);
    v.field("generationIdOrMemberEpoch", m.generation_id_or_member_epoch);
    v.field("memberId", m.member_id);
    v.field("groupInstanceId", m.group_instance_id, since(7).nullable());
    v.field("retentionTimeMs", m.retention_time_ms, until(4));
    v.field("topics", m.topics);
  }
};

struct OffsetCommitResponse {
  static constexpr MessageInfo info{ApiKey::offset_commit, "OffsetCommitResponse", {2, 10}, 8};

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
    Uuid topic_id;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, until(9));
      v.field("topicId", m.topic_id, since(10));
      v.field("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(3));
    v.field("topics", m.topics);
  }
};

struct OffsetDeleteResponse;

/// Forgets offsets of a group for topics it is not subscribed to.
struct OffsetDeleteRequest {
  static constexpr MessageInfo info{ApiKey::offset_delete, "OffsetDeleteRequest", {0, 0}};
  using Response = OffsetDeleteResponse;

  struct Partition {
    int32_t partition_index = 0;

    static void visit(auto& m, auto& v) { v.field("partitionIndex", m.partition_index); }
  };

  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("groupId", m.group_id);
    v.field("topics", m.topics);
  }
};

struct OffsetDeleteResponse {
  static constexpr MessageInfo info{ApiKey::offset_delete, "OffsetDeleteResponse", {0, 0}};

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

  ErrorCode error_code = ErrorCode::none;
  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("errorCode", m.error_code);
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("topics", m.topics);
  }
};

}  // namespace azud::kafka
