#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct FindCoordinatorResponse;

/// Which broker looks after a group (key type 0) or a transactional id (1).
struct FindCoordinatorRequest {
  static constexpr MessageInfo info{ApiKey::find_coordinator, "FindCoordinatorRequest", {0, 6}, 3};
  using Response = FindCoordinatorResponse;

  std::string key;
  int8_t key_type = 0;
  std::vector<std::string> coordinator_keys;

  static void visit(auto& m, auto& v) {
    v.field("key", m.key, until(3));
    v.field("keyType", m.key_type, since(1));
    v.field("coordinatorKeys", m.coordinator_keys, since(4));
  }
};

struct FindCoordinatorResponse {
  static constexpr MessageInfo info{ApiKey::find_coordinator, "FindCoordinatorResponse", {0, 6}, 3};

  struct Coordinator {
    std::string key;
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static void visit(auto& m, auto& v) {
      v.field("key", m.key);
      v.field("nodeId", m.node_id);
      v.field("host", m.host);
      v.field("port", m.port);
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  std::vector<Coordinator> coordinators;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms, since(1));
    v.field("errorCode", m.error_code, until(3));
    v.field("errorMessage", m.error_message, between(1, 3).nullable());
    v.field("nodeId", m.node_id, until(3));
    v.field("host", m.host, until(3));
    v.field("port", m.port, until(3));
    v.field("coordinators", m.coordinators, since(4));
  }
};

}  // namespace azud::kafka
