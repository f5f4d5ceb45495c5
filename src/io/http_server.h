#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/event_loops.h"
#include "io/http_router.h"

namespace azud::io {

struct HttpServerOptions {
  std::size_t body_bytes_max = 16 << 20;           ///< 413 above, before and after unpacking
  std::size_t head_bytes_max = 16 << 10;           ///< request line and headers: 431 above
  std::size_t connections_max = 10'000;            ///< further ones are closed at once
  std::size_t connections_per_host_max = 0;        ///< the same, counted for each address; 0: no limit of its own
  std::size_t pipelined_requests_max = 64;         ///< unanswered ones of a connection, above which reading pauses
  std::size_t write_backlog_bytes_max = 16 << 20;  ///< unsent bytes of a connection, above which reading pauses
  /// Unfinished requests and unread answers of all connections; past it connections are closed (HeldMemory).
  std::size_t queued_bytes_max = 256 << 20;
  std::size_t gzip_bytes_min = 0;          ///< pack larger answers of text for who accepts it; 0 = never
  int64_t head_timeout_ms = 10'000;        ///< from the first byte of a request to the end of its head: 408
  int64_t body_timeout_ms = 30'000;        ///< no byte more of a body: 408
  int64_t keep_alive_timeout_ms = 75'000;  ///< no request at all: closed
  int64_t write_timeout_ms = 60'000;       ///< there is something to send and the peer takes no byte: closed
};

/// HTTP/1.1 and 1.0: keep-alive, pipelining (answers in order), Content-Length and chunked bodies, gzip bodies,
/// Expect: 100-continue, WebSocket. Malformed requests get 400 and the connection is closed.
class HttpServer {
 public:
  /// Listens on each of `addresses` (address.h). `loops` and `router` must outlive the server.
  static Result<std::unique_ptr<HttpServer>> start(EventLoops& loops, const std::vector<std::string>& addresses,
                                                   const HttpRouter& router, HttpServerOptions options = {});
  ~HttpServer();  ///< stops

  /// The port of the address with this index: the one chosen by the system where 0 was asked for.
  uint16_t port(std::size_t address_index = 0) const;
  /// HTTP connections and WebSockets.
  std::size_t connection_count() const;

  /// Closes the listening sockets and all connections. After it has returned no handler is called any more.
  void stop();

 private:
  struct State;
  HttpServer();
  std::unique_ptr<State> state_;
};

}  // namespace azud::io
