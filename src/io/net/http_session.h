#pragma once

#include <memory>
#include <string>

#include "base/thread_annotations.h"
#include "io/http_router.h"
#include "io/http_server.h"
#include "io/net/http_request_reader.h"
#include "io/net/session_set.h"
#include "io/net/slot_ring.h"
#include "io/net/tcp_session.h"

namespace azud::io {

/// A HttpServer's connection: hands its requests to the router and puts the answers in order.
class HttpSession final : public HttpResponseSink, public TcpSession {
 public:
  HttpSession(std::shared_ptr<Loop> loop, TcpSocket socket, std::shared_ptr<SessionSet> set, const HttpRouter& router,
              const HttpServerOptions& options);

  void send(uint64_t sequence, HttpResponse response) override;
  void on_tick(int64_t now_ms) override;

 private:
  /// An answer waiting for its turn.
  struct Slot {
    HttpResponse response;
    bool ready = false;
    bool without_body = false;  ///< the answer to HEAD
    bool http_1_0 = false;
    bool accepts_gzip = false;
    bool close = false;
  };
  using Outcome = HttpRequestReader::Outcome;

  void on_bytes(SharedBytes bytes) override;
  std::span<char> expected_space() override;
  void on_expected(std::size_t count) override;
  void on_end() override;
  void collect(OutputQueue& out) override;
  bool wants_more() const override;
  bool on_resume() override;
  void on_flushed() override;
  void on_closed() override;

  void read(SharedBytes bytes);
  void handle(Outcome outcome);
  void handle_request();
  /// True if the request was for a WebSocket: then it is dealt with.
  bool upgrade(HttpRequest& request);
  void open_websocket(const HttpRequest& request, const WebSocketRoute& route);
  /// Answers what cannot be handled, after all answers before it, and closes.
  void refuse(int status, std::string_view message);
  /// Whether the request still waits for its answer, and takes a packed one.
  bool takes_packed(uint64_t sequence);
  uint64_t add_slot(bool close, bool without_body, bool accepts_gzip = false);
  bool nothing_in_progress() const;

  const std::shared_ptr<SessionSet> set_;
  const HttpRouter& router_;
  const HttpServerOptions options_;

  // Loop thread.
  HttpRequestReader reader_;
  SharedBytes rest_;              ///< received and not looked at while too much is in progress
  int64_t request_began_ms_ = 0;  ///< of the head being received; 0 = none
  bool refused_ = false;          ///< no request more will be read
  bool peer_ended_ = false;
  bool progressed_ = false;  ///< a request has become complete since the last on_flushed()

  mutable Mutex mutex_;
  SlotRing<Slot> slots_ AZUD_GUARDED_BY(mutex_);
  uint64_t first_sequence_ AZUD_GUARDED_BY(mutex_) = 0;    ///< of slots_.front()
  std::size_t waiting_bytes_ AZUD_GUARDED_BY(mutex_) = 0;  ///< of bodies made for this connection, in slots_
};

}  // namespace azud::io
