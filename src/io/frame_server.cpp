#include "io/frame_server.h"

#include <algorithm>

#include "io/net/endpoint_text.h"
#include "io/net/frame_session.h"
#include "io/net/listener.h"
#include "io/net/session_set.h"

namespace azud::io {

struct FrameServer::State {
  FrameHandler& handler;
  FrameServerOptions options;
  std::shared_ptr<SessionSet> set;
  std::vector<std::unique_ptr<Listener>> listeners;

  void accepted(const std::shared_ptr<Loop>& loop, TcpSocket socket) {
    std::string host = peer_host_of(socket);
    if (!set->admit(host)) return;
    loop->shorten_tick(std::chrono::milliseconds(std::max<int64_t>(
        1, std::min({options.idle_timeout_ms, options.half_frame_timeout_ms, options.write_timeout_ms}) / 4)));
    const auto session = std::make_shared<FrameSession>(loop, std::move(socket), set, handler, options);
    set->add(*loop, *session, std::move(host));
    handler.on_open(session);
    session->open();
  }
};

FrameServer::FrameServer() = default;

FrameServer::~FrameServer() { stop(); }

Result<std::unique_ptr<FrameServer>> FrameServer::start(EventLoops& loops, const std::vector<std::string>& addresses,
                                                        FrameHandler& handler, FrameServerOptions options) {
  std::unique_ptr<FrameServer> server(new FrameServer);
  server->state_.reset(
      new State{handler,
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

uint16_t FrameServer::port(std::size_t address_index) const { return state_->listeners[address_index]->port(); }

std::size_t FrameServer::connection_count() const { return state_->set->count(); }

void FrameServer::stop() {
  for (const auto& listener : state_->listeners) listener->stop();
  state_->set->close_all();
}

}  // namespace azud::io
