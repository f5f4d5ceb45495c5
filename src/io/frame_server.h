#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "io/event_loops.h"

namespace azud::io {

/// One client of a FrameServer. Answers may be given on any thread and in any order; they leave in the order of the
/// requests. After the connection has closed all calls are without effect.
class FrameConnection {
 public:
  virtual ~FrameConnection() = default;

  /// Answers the request numbered `sequence` with one frame made of `pieces`; the length in front is added here. Each
  /// request is answered exactly once, by reply() or reply_none().
  virtual void reply(uint64_t sequence, std::vector<SharedBytes> pieces) = 0;
  virtual void reply(uint64_t sequence, SharedBytes piece) = 0;
  /// The request has no answer.
  virtual void reply_none(uint64_t sequence) = 0;

  /// Closes soon; what is not sent yet is lost.
  virtual void close(std::string_view reason) = 0;

  /// "127.0.0.1:9092", "[::1]:9092".
  virtual const std::string& local_address() const = 0;
  virtual const std::string& peer_address() const = 0;

  /// A place for the handler's own state of the connection. Set it before other threads know the connection; released
  /// with the connection.
  void set_user_data(std::shared_ptr<void> data) { user_data_ = std::move(data); }
  const std::shared_ptr<void>& user_data() const { return user_data_; }

 private:
  std::shared_ptr<void> user_data_;
};
using FrameConnectionPtr = std::shared_ptr<FrameConnection>;

/// Gets the frames. Called on the loop threads: several connections at once, one connection's calls one after the
/// other.
class FrameHandler {
 public:
  virtual ~FrameHandler() = default;

  virtual void on_open(const FrameConnectionPtr& connection) { (void)connection; }

  /// `sequence` counts a connection's requests from 0. `frame` is what follows the length; usually a slice of a block
  /// of up to 256 KiB shared with other frames, so copy a few bytes that are to be kept for long.
  virtual void on_frame(const FrameConnectionPtr& connection, uint64_t sequence, SharedBytes frame) = 0;

  /// Once for each on_open. Nothing more comes from the connection.
  virtual void on_close(const FrameConnectionPtr& connection) { (void)connection; }
};

struct FrameServerOptions {
  std::size_t frame_bytes_max = 100 << 20;           ///< a longer one announced closes the connection
  std::size_t connections_max = 10'000;              ///< further ones are closed at once
  std::size_t connections_per_host_max = 0;          ///< the same, counted for each address; 0: no limit of its own
  std::size_t requests_in_flight_max = 100;          ///< unanswered ones of a connection, above which reading pauses
  std::size_t request_backlog_bytes_max = 32 << 20;  ///< bytes of unanswered requests, above which reading pauses
  std::size_t write_backlog_bytes_max = 16 << 20;    ///< unsent bytes of a connection, above which reading pauses
  /// Requests and answers of all connections that are in memory; past it connections are closed (HeldMemory).
  std::size_t queued_bytes_max = 512 << 20;
  int64_t idle_timeout_ms = 10 * 60 * 1000;  ///< nothing received and nothing in progress
  int64_t half_frame_timeout_ms = 30'000;    ///< a frame has begun and no byte more comes
  int64_t write_timeout_ms = 60'000;         ///< there is something to send and the peer takes no byte
};

/// A TCP server of frames: a big-endian int32 with the number of bytes that follow, as Kafka has it.
class FrameServer {
 public:
  /// Listens on each of `addresses` (address.h). `loops` and `handler` must outlive the server.
  static Result<std::unique_ptr<FrameServer>> start(EventLoops& loops, const std::vector<std::string>& addresses,
                                                    FrameHandler& handler, FrameServerOptions options = {});
  ~FrameServer();  ///< stops

  /// The port of the address with this index: the one chosen by the system where 0 was asked for.
  uint16_t port(std::size_t address_index = 0) const;
  std::size_t connection_count() const;

  /// Closes the listening sockets and all connections. After it has returned the handler is not called any more.
  void stop();

 private:
  struct State;
  FrameServer();
  std::unique_ptr<State> state_;
};

}  // namespace azud::io
