#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "io/http_message.h"

namespace azud::io {

/// One open WebSocket. All calls are thread-safe; after it has closed they are without effect.
class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;

  /// Queues one message. A client that lets more than WebSocketOptions::queue_bytes_max pile up is closed.
  virtual void send_text(std::string text) = 0;
  virtual void send_binary(std::string bytes) = 0;
  /// The same text for many sessions, held once.
  virtual void send_shared_text(SharedBytes text) = 0;

  /// Bytes queued and not yet handed to the system: who sends often can skip a turn while this is high.
  virtual std::size_t queued_bytes() const = 0;

  /// Sends what is queued, then a close frame with `code` (1000 = normal; RFC 6455, 7.4) and at most 123 bytes of
  /// `reason`.
  virtual void close(uint16_t code, std::string_view reason) = 0;

  virtual const std::string& peer_address() const = 0;
};
using WebSocketSessionPtr = std::shared_ptr<WebSocketSession>;

/// The server's side of one WebSocket. Called on the session's loop thread, one call after the other.
class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;
  /// `message` is valid during the call.
  virtual void on_message(ByteView message, bool is_text) = 0;
  /// Once, as the last call, however it ended.
  virtual void on_close() {}
};

struct WebSocketOptions {
  std::size_t message_bytes_max = 1 << 20;  ///< a longer message from the client closes the session
  std::size_t queue_bytes_max = 16 << 20;   ///< more waiting for the client closes the session
  int64_t idle_timeout_ms = 60'000;         ///< a ping after half of it, closed after the whole without an answer
  bool deflate = false;                     ///< accept permessage-deflate: less traffic for much more work
  /// Origins of pages that may connect ("https://host:port"). A browser's page of the same host and port as the
  /// request's Host, and clients that send no Origin, are always allowed. "*" allows all.
  std::vector<std::string> origins;
  /// Sub-protocols offered, such as "mqtt"; the first that the client names too is chosen.
  std::vector<std::string> protocols;
};

/// A route that answers with a WebSocket.
struct WebSocketRoute {
  WebSocketOptions options;
  /// Called on the loop thread when a client asks. What is sent on `session` at once leaves as soon as the handshake is
  /// over. Null refuses with 403. The handler should keep the session, if at all, by a weak pointer or let it go in
  /// on_close().
  std::function<std::shared_ptr<WebSocketHandler>(const HttpRequest& request, WebSocketSessionPtr session)> open;
};

}  // namespace azud::io
