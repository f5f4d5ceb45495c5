#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct DescribeAclsResponse;

/// Access rules that fit a filter.
struct DescribeAclsRequest {
  static constexpr MessageInfo info{ApiKey::describe_acls, "DescribeAclsRequest", {1, 3}, 2};
  using Response = DescribeAclsResponse;

  int8_t resource_type_filter = 0;
  std::optional<std::string> resource_name_filter;
  int8_t pattern_type_filter = 3;
  std::optional<std::string> principal_filter;
  std::optional<std::string> host_filter;
  int8_t operation = 0;
  int8_t permission_type = 0;

  static void visit(auto& m, auto& v) {
    v.field("resourceTypeFilter", m.resource_type_filter);
    v.field("resourceNameFilter", m.resource_name_filter, nullable());
    v.field("patternTypeFilter", m.pattern_type_filter);
    v.field("principalFilter", m.principal_filter, nullable());
    v.field("hostFilter", m.host_filter, nullable());
    v.field("operation", m.operation);
    v.field("permissionType", m.permission_type);
  }
};

struct DescribeAclsResponse {
  static constexpr MessageInfo info{ApiKey::describe_acls, "DescribeAclsResponse", {1, 3}, 2};

  struct Acl {
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static void visit(auto& m, auto& v) {
      v.field("principal", m.principal);
      v.field("host", m.host);
      v.field("operation", m.operation);
      v.field("permissionType", m.permission_type);
    }
  };

  struct Resource {
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t pattern_type = 3;
    std::vector<Acl> acls;

    static void visit(auto& m, auto& v) {
      v.field("resourceType", m.resource_type);
      v.field("resourceName", m.resource_name);
      v.field("patternType", m.pattern_type);
      v.field("acls", m.acls);
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<Resource> resources;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code);
    v.field("errorMessage", m.error_message, nullable());
    v.field("resources", m.resources);
  }
};

}  // namespace azud::kafka
