#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"
#include "kafka/wire/message/authorized_operations.h"

namespace azud::kafka {

struct DescribeGroupsResponse;

/// State and members of groups.
struct DescribeGroupsRequest {
  static constexpr MessageInfo info{ApiKey::describe_groups, "DescribeGroupsRequest", {0, 6}, 5};
  using Response = DescribeGroupsResponse;

  std::vector<std::string> groups;
  bool include_authorized_operations = false;

  static void visit(auto& m, auto& v) {
    v.field("groups", m.groups);
    v.field("includeAuthorizedOperations", m.include_authorized_operations, since(3));
  }
};

struct DescribeGroupsResponse {
  static constexpr MessageInfo info{ApiKey::describe_groups, "DescribeGroupsResponse", {0, 6}, 5};

  struct Member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    SharedBytes member_metadata;
    SharedBytes member_assignment;

    static void visit(auto& m, auto& v) {
      v.field("memberId", m.member_id);
      v.field("groupInstanceId", m.group_instance_id, since(4).nullable());
      v.field("clientId", m.client_id);
      v.field("clientHost", m.client_host);
      v.field("memberMetadata", m.member_metadata);
      v.field("memberAssignment", m.member_assignment);
    }
  };

  struct Group {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    std::string protocol_type;
    std::string protocol_data;
    std::vector<Member> members;
    int32_t authorized_operations = authorized_operations_omitted;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, since(6).nullable());
      v.field("groupId", m.group_id);
      v.field("groupState", m.group_state);
      v.field("protocolType", m.protocol_type);
      v.field("protocolData", m.protocol_data);
      v.field("members", m.members);
      v.field("authorizedOperations", m.authorized_operations, since(3));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(1));
    v.field("groups", m.groups);
  }
};

struct ListGroupsResponse;

/// All groups, by state and type if asked so.
struct ListGroupsRequest {
  static constexpr MessageInfo info{ApiKey::list_groups, "ListGroupsRequest", {0, 5}, 3};
  using Response = ListGroupsResponse;

  std::vector<std::string> states_filter;
  std::vector<std::string> types_filter;

  static void visit(auto& m, auto& v) {
    v.field("statesFilter", m.states_filter, since(4));
    v.field("typesFilter", m.types_filter, since(5));
  }
};

struct ListGroupsResponse {
  static constexpr MessageInfo info{ApiKey::list_groups, "ListGroupsResponse", {0, 5}, 3};

  struct Group {
    std::string group_id;
    std::string protocol_type;
    std::string group_state;
    std::string group_type;

    static void visit(auto& m, auto& v) {
      v.field("groupId", m.group_id);
      v.field("protocolType", m.protocol_type);
      v.field("groupState", m.group_state, since(4));
      v.field("groupType", m.group_type, since(5));
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<Group> groups;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(1));
    v.field("errorCode", m.error_code);
    v.field("groups", m.groups);
  }
};

struct DeleteGroupsResponse;

/// Forgets empty groups with their offsets.
struct DeleteGroupsRequest {
  static constexpr MessageInfo info{ApiKey::delete_groups, "DeleteGroupsRequest", {0, 2}, 2};
  using Response = DeleteGroupsResponse;

  std::vector<std::string> groups_names;

  static void visit(auto& m, auto& v) { v.field("groupsNames", m.groups_names); }
};

struct DeleteGroupsResponse {
  static constexpr MessageInfo info{ApiKey::delete_groups, "DeleteGroupsResponse", {0, 2}, 2};

  struct Group {
    std::string group_id;
    ErrorCode error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("groupId", m.group_id);
      v.field("errorCode", m.error_code);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Group> results;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("results", m.results);
  }
};

}  // namespace azud::kafka
