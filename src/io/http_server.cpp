#include "io/http_server.h"

#include <algorithm>

#include "io/net/endpoint_text.h"
#include "io/net/http_session.h"
#include "io/net/listener.h"
#include "io/net/session_set.h"

namespace azud::io {

struct HttpServer::State {
  const HttpRouter& router;
  HttpServerOptions options;
  std::shared_ptr<SessionSet> set;
  std::vector<std::unique_ptr<Listener>> listeners;

  void accepted(const std::shared_ptr<Loop>& loop, TcpSocket socket) {
    std::string host = peer_host_of(socket);
    if (!set->admit(host)) return;
    const int64_t shortest = std::min(
        {options.head_timeout_ms, options.body_timeout_ms, options.keep_alive_timeout_ms, options.write_timeout_ms});
    loop->shorten_tick(std::chrono::milliseconds(std::max<int64_t>(1, shortest / 4)));
    const auto session = std::make_shared<HttpSession>(loop, std::move(socket), set, router, options);
    set->add(*loop, *session, std::move(host));
    session->open();
  }
};

HttpServer::HttpServer() = default;

HttpServer::~HttpServer() { stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(EventLoops& loops, const std::vector<std::string>& addresses,
                                                      const HttpRouter& router, HttpServerOptions options) {
  std::unique_ptr<HttpServer> server(new HttpServer);
  server->state_.reset(
      new State{router,
                options,
                std::make_shared<SessionSet>(loops, options.connections_max, options.connections_per_host_max,
                                             options.queued_bytes_max),
                {}});
  State& state = *server->state_;
  for (const std::string& text : addresses) {
    TRY_ASSIGN(const Address address, Address::parse(text));
    TRY_ASSIGN(auto listener, Listener::open(loops, address, [&state](const auto& loop, TcpSocket socket) {
                 state.accepted(loop, std::move(socket));
               }));
    state.listeners.push_back(std::move(listener));
  }
  return server;
}

uint16_t HttpServer::port(std::size_t address_index) const { return state_->listeners[address_index]->port(); }

std::size_t HttpServer::connection_count() const { return state_->set->count(); }

void HttpServer::stop() {
  for (const auto& listener : state_->listeners) listener->stop();
  state_->set->close_all();
}

}  // namespace azud::io
