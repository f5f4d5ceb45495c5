#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct SaslHandshakeResponse;

/// Chooses how to authenticate.
struct SaslHandshakeRequest {
  static constexpr MessageInfo info{ApiKey::sasl_handshake, "SaslHandshakeRequest", {0, 1}};
  using Response = SaslHandshakeResponse;

  std::string mechanism;

  static void visit(auto& m, auto& v) { v.field("mechanism", m.mechanism); }
};

struct SaslHandshakeResponse {
  static constexpr MessageInfo info{ApiKey::sasl_handshake, "SaslHandshakeResponse", {0, 1}};

  ErrorCode error_code = ErrorCode::none;
  std::vector<std::string> mechanisms;

  static void visit(auto& m, auto& v) {
    v.field("errorCode", m.error_code);
    v.field("mechanisms", m.mechanisms);
  }
};

struct SaslAuthenticateResponse;

/// One step of authentication.
struct SaslAuthenticateRequest {
  static constexpr MessageInfo info{ApiKey::sasl_authenticate, "SaslAuthenticateRequest", {0, 2}, 2};
  using Response = SaslAuthenticateResponse;

  SharedBytes auth_bytes;

  static void visit(auto& m, auto& v) { v.field("authBytes", m.auth_bytes); }
};

struct SaslAuthenticateResponse {
  static constexpr MessageInfo info{ApiKey::sasl_authenticate, "SaslAuthenticateResponse", {0, 2}, 2};

  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  SharedBytes auth_bytes;
  int64_t session_lifetime_ms = 0;

  static void visit(auto& m, auto& v) {
    v.field("errorCode", m.error_code);
    v.field("errorMessage", m.error_message, nullable());
    v.field("authBytes", m.auth_bytes);
    v.field("sessionLifetimeMs", m.session_lifetime_ms, since(1));
  }
};

}  // namespace azud::kafka
