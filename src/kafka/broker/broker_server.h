#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "io/clock.h"
#include "io/event_loops.h"
#include "io/frame_server.h"
#include "kafka/broker/options.h"
#include "log/log.h"

namespace azud::kafka {

class Broker;

/// The Kafka listener: from the sockets of `io` to the requests' functions, and the consumer groups.
class BrokerServer final : private io::FrameHandler {
 public:
  /// Listens on the addresses of `options`. `log`, `loops` and `clock` outlive the server.
  static Result<std::unique_ptr<BrokerServer>> start(log::Log& log, io::EventLoops& loops, const io::Clock& clock,
                                                     BrokerOptions options);
  ~BrokerServer() override;  ///< stops

  /// The port of the address with this index: the one chosen by the system where 0 was asked for.
  uint16_t port(std::size_t address_index = 0) const;
  std::size_t connection_count() const;

  /// Closes all connections and waits for what is being done. Not to be called from a loop's thread.
  void stop();

 private:
  BrokerServer(log::Log& log, io::EventLoops& loops, const io::Clock& clock, BrokerOptions options);

  void on_open(const io::FrameConnectionPtr& connection) override;
  void on_frame(const io::FrameConnectionPtr& connection, uint64_t sequence, SharedBytes frame) override;
  void on_close(const io::FrameConnectionPtr& connection) override;

  const std::shared_ptr<Broker> broker_;
  std::unique_ptr<io::FrameServer> server_;
};

}  // namespace azud::kafka
