#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct JoinGroupResponse;

/// Asks for a place in the group's next generation; answered when the generation is complete.
struct JoinGroupRequest {
  static constexpr MessageInfo info{ApiKey::join_group, "JoinGroupRequest", {0, 9}, 6};
  using Response = JoinGroupResponse;

  struct Protocol {
    std::string name;
    SharedBytes metadata;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("metadata", m.metadata);
    }
  };

  std::string group_id;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::string protocol_type;
  std::vector<Protocol> protocols;
  std::optional<std::string> reason;

  static void visit(auto& m, auto& v) {
    v.field("groupId", m.group_id);
    v.field("sessionTimeoutMs", m.session_timeout_ms);
    v.field("rebalanceTimeoutMs", m.rebalance_timeout_ms, since(1));
    v.field("memberId", m.member_id);
    v.field("groupInstanceId", m.group_instance_id, since(5).nullable());
    v.field("protocolType", m.protocol_type);
    v.field("protocols", m.protocols);
    v.field("reason", m.reason, since(8).nullable());
  }
};

struct JoinGroupResponse {
  static constexpr MessageInfo info{ApiKey::join_group, "JoinGroupResponse", {0, 9}, 6};

  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    SharedBytes metadata;

    static void visit(auto& m, auto& v) {
      v.field("memberId", m.member_id);
      v.field("groupInstanceId", m.group_instance_id, since(5).nullable());
      v.field("metadata", m.metadata);
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int32_t generation_id = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<Member> members;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(2));
    v.field("errorCode", m.error_code);
    v.field("generationId", m.generation_id);
    v.field("protocolType", m.protocol_type, since(7).nullable());
    v.field("protocolName", m.protocol_name, nullable(7));
    v.field("leader", m.leader);
    v.field("skipAssignment", m.skip_assignment, since(9));
    v.field("memberId", m.member_id);
    v.field("members", m.members);
  }
};

struct SyncGroupResponse;

/// The leader hands in what it assigned to whom; each member gets its own part back.
struct SyncGroupRequest {
  static constexpr MessageInfo info{ApiKey::sync_group, "SyncGroupRequest", {0, 5}, 4};
  using Response = SyncGroupResponse;

  struct Assignment {
    std::string member_id;
    SharedBytes assignment;

    static void visit(auto& m, auto& v) {
      v.field("memberId", m.member_id);
      v.field("assignment", m.assignment);
    }
  };

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::vector<Assignment> assignments;

  static void visit(auto& m, auto& v) {
    v.field("groupId", m.group_id);
    v.field("generationId", m.generation_id);
    v.field("memberId", m.member_id);
    v.field("groupInstanceId", m.group_instance_id, since(3).nullable());
    v.field("protocolType", m.protocol_type, since(5).nullable());
    v.field("protocolName", m.protocol_name, since(5).nullable());
    v.field("assignments", m.assignments);
  }
};

struct SyncGroupResponse {
  static constexpr MessageInfo info{ApiKey::sync_group, "SyncGroupResponse", {0, 5}, 4};

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  SharedBytes assignment;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(1));
    v.field("errorCode", m.error_code);
    v.field("protocolType", m.protocol_type, since(5).nullable());
    v.field("protocolName", m.protocol_name, since(5).nullable());
    v.field("assignment", m.assignment);
  }
};

struct HeartbeatResponse;

/// A member is alive; learns of a rebalance.
struct HeartbeatRequest {
  static constexpr MessageInfo info{ApiKey::heartbeat, "HeartbeatRequest", {0, 4}, 4};
  using Response = HeartbeatResponse;

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;

  static void visit(auto& m, auto& v) {
    v.field("groupId", m.group_id);
    v.field("generationId", m.generation_id);
    v.field("memberId", m.member_id);
    v.field("groupInstanceId", m.group_instance_id, since(3).nullable());
  }
};

struct HeartbeatResponse {
  static constexpr MessageInfo info{ApiKey::heartbeat, "HeartbeatResponse", {0, 4}, 4};

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(1));
    v.field("errorCode", m.error_code);
  }
};

struct LeaveGroupResponse;

/// Members leave: the sender itself, or from version 3 on several named by an admin.
struct LeaveGroupRequest {
  static constexpr MessageInfo info{ApiKey::leave_group, "LeaveGroupRequest", {0, 5}, 4};
  using Response = LeaveGroupResponse;

  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> reason;

    static void visit(auto& m, auto& v) {
      v.field("memberId", m.member_id);
      v.field("groupInstanceId", m.group_instance_id, nullable());
      v.field("reason", m.reason, since(5).nullable());
    }
  };

  std::string group_id;
  std::string member_id;
  std::vector<Member> members;

  static void visit(auto& m, auto& v) {
    v.field("groupId", m.group_id);
    v.field("memberId", m.member_id, until(2));
    v.field("members", m.members, since(3));
  }
};

struct LeaveGroupResponse {
  static constexpr MessageInfo info{ApiKey::leave_group, "LeaveGroupResponse", {0, 5}, 4};

  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    ErrorCode error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("memberId", m.member_id);
      v.field("groupInstanceId", m.group_instance_id, nullable());
      v.field("errorCode", m.error_code);
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<Member> members;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(1));
    v.field("errorCode", m.error_code);
    v.field("members", m.members, since(3));
  }
};

}  // namespace azud::kafka
