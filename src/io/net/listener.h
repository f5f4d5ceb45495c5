#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/address.h"
#include "io/event_loops.h"
#include "io/net/loop.h"

namespace azud::io {

/// Listens on one address (every address a host name stands for; both stacks where the host is empty or "::") and deals
/// accepted sockets out to the loops in turn.
class Listener {
 public:
  /// Called on the thread of the loop that the socket belongs to.
  using Accepted = std::function<void(const std::shared_ptr<Loop>& loop, TcpSocket socket)>;

  static Result<std::unique_ptr<Listener>> open(EventLoops& loops, const Address& address, Accepted accepted);
  ~Listener();  ///< stops
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The port bound, the same for all addresses of the host.
  uint16_t port() const { return port_; }

  /// No connection is accepted after this has returned.
  void stop();

 private:
  struct Shared;
  class Acceptor;
  Listener() = default;
  Status bind(const boost::asio::ip::tcp::endpoint& endpoint);
  Status open_all(const std::vector<boost::asio::ip::address>& addresses, uint16_t port);

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Loop> loop_;  ///< where all acceptors live
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  uint16_t port_ = 0;
};

}  // namespace azud::io
