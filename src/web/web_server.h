#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/event_loops.h"
#include "io/http_server.h"
#include "web/site.h"

namespace azud::web {

/// The page, the API under /api/, live updates and probes (docs/web-api.md), on addresses of their own.
class WebServer {
 public:
  /// `loops` must outlive the server.
  static Result<std::unique_ptr<WebServer>> start(io::EventLoops& loops, const std::vector<std::string>& addresses,
                                                  Site site, const io::HttpServerOptions& limits = default_limits());
  static io::HttpServerOptions default_limits();
  ~WebServer();  ///< closes all connections, then stops the feeds

  uint16_t port(std::size_t address_index = 0) const;

 private:
  struct State;
  explicit WebServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace azud::web
