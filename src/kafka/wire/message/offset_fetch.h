#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct OffsetFetchResponse;

/// The offsets a group has stored; from version 8 on, of several groups. All of a group: no list of topics.
struct OffsetFetchRequest {
  static constexpr MessageInfo info{ApiKey::offset_fetch, "OffsetFetchRequest", {1, 10}, 6};
  using Response = OffsetFetchResponse;

  struct Topic {
    std::string name;
    std::vector<int32_t> partition_indexes;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitionIndexes", m.partition_indexes);
    }
  };

  struct GroupTopic {
    std::string name;
    Uuid topic_id;
    std::vector<int32_t> partition_indexes;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, until(9));
      v.field("topicId", m.topic_id, since(10));
      v.field("partitionIndexes", m.partition_indexes);
    }
  };

  struct Group {
    std::string group_id;
    std::optional<std::string> member_id;
    int32_t member_epoch = -1;
    std::optional<std::vector<GroupTopic>> topics;

    static void visit(auto& m, auto& v) {
      v.field("groupId", m.group_id);
      v.field("memberId", m.member_id, since(9).nullable());
      v.field("memberEpoch", m.member_epoch, since(9));
      v.field("topics", m.topics, nullable());
    }
  };

  std::string group_id;
  std::optional<std::vector<Topic>> topics;
  std::vector<Group> groups;
  bool require_stable = false;

  static void visit(auto& m, auto& v) {
    v.field("groupId", m.group_id, until(7));
    v.field("topics", m.topics, until(7).nullable(2));
    v.field("groups", m.groups, since(8));
    v.field("requireStable", m.require_stable, since(7));
  }
};

struct OffsetFetchResponse {
  static constexpr MessageInfo info{ApiKey::offset_fetch, "OffsetFetchResponse", {1, 10}, 6};

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata;
    ErrorCode error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("committedOffset", m.committed_offset);
      v.field("committedLeaderEpoch", m.committed_leader_epoch, since(5));
      v.field("metadata", m.metadata, nullable());
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

  struct GroupPartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata;
    ErrorCode error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("committedOffset", m.committed_offset);
      v.field("committedLeaderEpoch", m.committed_leader_epoch);
      v.field("metadata", m.metadata, nullable());
      v.field("errorCode", m.error_code);
    }
  };

  struct GroupTopic {
    std::string name;
    Uuid topic_id;
    std::vector<GroupPartition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, until(9));
      v.field("topicId", m.topic_id, since(10));
      v.field("partitions", m.partitions);
    }
  };

  struct Group {
    std::string group_id;
    std::vector<GroupTopic> topics;
    ErrorCode error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("groupId", m.group_id);
      v.field("topics", m.topics);
      v.field("errorCode", m.error_code);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;
  ErrorCode error_code = ErrorCode::none;
  std::vector<Group> groups;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(3));
    v.field("topics", m.topics, until(7));
    v.field("errorCode", m.error_code, between(2, 7));
    v.field("groups", m.groups, since(8));
  }
};

}  // namespace azud::kafka
