#pragma once

#include <memory>

#include "io/net/loop.h"
#include "io/net/session_set.h"
#include "io/websocket.h"

namespace azud::io {

/// What a HttpSession turns into. Made first, so that the route's handler can be made with it; starts with the socket.
class ServerWebSocket : public WebSocketSession, public LoopMember {
 public:
  /// On the loop's thread: does the handshake, then calls `handler` until the end.
  virtual void start(TcpSocket socket, std::shared_ptr<WebSocketHandler> handler) = 0;
};

std::shared_ptr<ServerWebSocket> make_websocket(const HttpRequest& request, const WebSocketOptions& options,
                                                std::shared_ptr<Loop> loop, std::shared_ptr<SessionSet> set);

/// WebSocketOptions::origins against the request.
bool origin_is_allowed(const HttpRequest& request, const WebSocketOptions& options);

}  // namespace azud::io
