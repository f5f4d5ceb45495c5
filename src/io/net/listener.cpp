#include "io/net/listener.h"

#include <atomic>

#include <boost/asio/ip/v6_only.hpp>

#include "base/logging.h"
#include "io/net/endpoint_text.h"

namespace azud::io {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int backlog_connections = 4096;
constexpr std::chrono::milliseconds accept_retry_delay{100};

Result<std::vector<asio::ip::address>> resolve(const Address& address) {
  if (address.host.empty()) return std::vector<asio::ip::address>{asio::ip::address_v6::any()};
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(address.host, error);
  if (!error) return std::vector{literal};
  asio::io_context context;
  tcp::resolver resolver(context);
  std::vector<asio::ip::address> found;
  for (const auto& entry : resolver.resolve(address.host, "", tcp::resolver::passive, error)) {
    const auto candidate = entry.endpoint().address();
    if (std::find(found.begin(), found.end(), candidate) == found.end()) found.push_back(candidate);
  }
  if (error || found.empty()) {
    return fail(Code::invalid, "cannot listen on '{}': {}", address.to_text(), error.message());
  }
  return found;
}

}  // namespace

struct Listener::Shared {
  EventLoops& loops;
  Accepted accepted;
  std::atomic<bool> stopped = false;
};

/// One listening socket. On the thread of its loop, after the first wait().
class Listener::Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(std::shared_ptr<Shared> shared, std::shared_ptr<Loop> loop)
      : shared_(std::move(shared)), loop_(std::move(loop)), socket_(loop_->context().get_executor()) {}

  TcpAcceptor& socket() { return socket_; }

  void accept_next() {
    if (shared_->stopped) return;
    const auto target = shared_->loops.next_loop();
    socket_.async_accept(target->context().get_executor(),
                         [self = shared_from_this(), target](const boost::system::error_code& error, TcpSocket socket) {
                           self->on_accept(target, error, std::move(socket));
                         });
  }

  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    retry_.cancel();
  }

 private:
  void on_accept(const std::shared_ptr<Loop>& target, const boost::system::error_code& error, TcpSocket socket) {
    if (shared_->stopped || error == asio::error::operation_aborted) return;
    if (error == asio::error::connection_aborted) return accept_next();
    if (error) {
      // Out of descriptors or memory: the connection stays in the backlog, so trying again at once would spin.
      log_warn("io: cannot accept a connection, trying again in {} ms: {}", accept_retry_delay.count(),
               error.message());
      retry_ = loop_->after(accept_retry_delay, [self = shared_from_this()] { self->accept_next(); });
      return;
    }
    if (target->in_this_thread()) {
      shared_->accepted(target, std::move(socket));
    } else {
      target->post([shared = shared_, target, taken = std::move(socket)]() mutable {
        if (!shared->stopped) shared->accepted(target, std::move(taken));
      });
    }
    accept_next();
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Loop> loop_;
  TcpAcceptor socket_;
  Timer retry_;
};

Result<std::unique_ptr<Listener>> Listener::open(EventLoops& loops, const Address& address, Accepted accepted) {
  TRY_ASSIGN(auto addresses, resolve(address));
  std::unique_ptr<Listener> listener(new Listener);
  listener->shared_ = std::make_shared<Shared>(loops, std::move(accepted));
  listener->loop_ = loops.next_loop();
  Status opened = listener->open_all(addresses, address.port);
  if (!opened && address.host.empty()) {
    // A machine without IPv6.
    opened = listener->open_all({asio::ip::address_v4::any()}, address.port);
  }
  if (!opened) {
    return std::unexpected(
        std::move(opened).error().with_context(fmt::format("cannot listen on '{}'", address.to_text())));
  }
  for (const auto& acceptor : listener->acceptors_) {
    listener->loop_->post([acceptor] { acceptor->accept_next(); });
  }
  return listener;
}

Status Listener::open_all(const std::vector<asio::ip::address>& addresses, uint16_t port) {
  // With port 0 the first address gets a free port that the others may find taken: then once more.
  constexpr int tries_max = 10;
  Status status;
  for (int i = 0; i < (port == 0 ? tries_max : 1); ++i) {
    acceptors_.clear();
    port_ = port;
    for (const auto& address : addresses) {
      status = bind({address, port_});
      if (!status) break;
    }
    if (status) return status;
  }
  acceptors_.clear();
  return status;
}

Status Listener::bind(const tcp::endpoint& endpoint) {
  auto acceptor = std::make_shared<Acceptor>(shared_, loop_);
  TcpAcceptor& socket = acceptor->socket();
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) {
    socket.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.listen(backlog_connections, error);
  if (error) return std::unexpected(errno_error(endpoint_text(endpoint), error.value()));
  port_ = socket.local_endpoint(error).port();
  acceptors_.push_back(std::move(acceptor));
  return {};
}

Listener::~Listener() { stop(); }

void Listener::stop() {
  if (!shared_ || shared_->stopped.exchange(true)) return;
  loop_->run_and_wait([this] {
    for (const auto& acceptor : acceptors_) acceptor->close();
  });
}

}  // namespace azud::io
