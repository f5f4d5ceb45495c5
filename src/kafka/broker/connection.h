#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/thread_annotations.h"
#include "base/unique_function.h"
#include "io/address.h"
#include "io/frame_server.h"

namespace azud::kafka {

class Broker;
class Connection;

/// The duty to answer one request: exactly once, on any thread. Dropped without an answer it closes the connection, so
/// that no client waits for ever.
class Reply {
 public:
  Reply(std::shared_ptr<Connection> connection, uint64_t sequence) noexcept
      : connection_(std::move(connection)), sequence_(sequence) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply();

  void send(std::vector<SharedBytes> pieces);
  /// The request has no answer (acks=0).
  void none();
  void close(std::string_view reason);

  Connection& connection() const { return *connection_; }

 private:
  std::shared_ptr<Connection> connection_;
  uint64_t sequence_;
};

/// One client. Its requests begin in the order they came in, each when those before it are answered; only produce
/// requests run side by side, for the journal keeps their order and one sync serves them all. Thread-safe.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Broker> broker, const io::FrameConnectionPtr& connection);

  /// Called for each frame, in order.
  void arrive(uint64_t sequence, SharedBytes frame);
  /// The client has gone: what waits is dropped, a parked request is told.
  void closed();

  /// `cancel` is called once if the client goes while its request is parked. A new call replaces the one before.
  void set_cancel(UniqueFunction<void()> cancel);

  const std::string& peer() const { return peer_; }
  /// What the client is told to connect to.
  const io::Address& advertised() const { return advertised_; }

 private:
  friend class Reply;
  struct Waiting {
    uint64_t sequence;
    SharedBytes frame;
  };
  /// Starts what may start; one thread at a time does.
  void pump();
  bool take_next(Waiting& next);
  bool may_start() const AZUD_REQUIRES(mutex_);
  void finished();

  const std::shared_ptr<Broker> broker_;
  const std::weak_ptr<io::FrameConnection> connection_;
  const std::string peer_;
  const io::Address advertised_;

  mutable Mutex mutex_;
  std::deque<Waiting> waiting_ AZUD_GUARDED_BY(mutex_);
  int running_ AZUD_GUARDED_BY(mutex_) = 0;
  bool running_produce_ AZUD_GUARDED_BY(mutex_) = false;  ///< what runs is produce requests
  bool pumping_ AZUD_GUARDED_BY(mutex_) = false;
  bool closed_ AZUD_GUARDED_BY(mutex_) = false;
  UniqueFunction<void()> cancel_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::kafka
