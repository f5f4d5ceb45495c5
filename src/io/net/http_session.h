#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/thread_annotations.h"
#include "io/http_router.h"
#include "io/http_server.h"
#include "io/net/growing_buffer.h"
#include "io/net/http_parser.h"
#include "io/net/session_set.h"
#include "io/net/slot_ring.h"
#include "io/net/tcp_session.h"

namespace azud::io {

/// A HttpServer's connection. In the usual case a request is in the received block as a whole and is handled in place:
/// no byte of it is copied. Otherwise the head is copied aside, and the body collected.
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
    bool close = false;
  };
  enum class Phase : uint8_t { head, sized_body, chunked_body };

  void on_bytes(SharedBytes bytes) override;
  std::span<char> expected_space() override;
  void on_expected(std::size_t count) override;
  void on_end() override;
  void collect(OutputQueue& out) override;
  bool wants_more() const override;
  bool on_resume() override;
  void on_closed() override;

  void parse(SharedBytes bytes);
  /// Each handles bytes at the front of `bytes`; false if there is nothing more to do with what is there.
  bool parse_head(SharedBytes& bytes);
  bool parse_chunks(SharedBytes& bytes);
  bool begin_body(SharedBytes& bytes, std::size_t head_bytes);
  /// Puts aside the bytes of a request that is not complete.
  void hold(ByteView bytes);
  void keep_head(ByteView head);
  void finish_request(SharedBytes body);
  bool unpack_body(SharedBytes& body);
  bool upgrade(const HttpRequest& request);
  void open_websocket(const WebSocketRoute& route);
  /// Answers what cannot be handled, after all answers before it, and closes.
  void refuse(int status, std::string_view message);
  uint64_t add_slot(bool close, bool without_body);
  bool nothing_in_progress() const;

  const std::shared_ptr<SessionSet> set_;
  const HttpRouter& router_;
  const HttpServerOptions options_;

  // Loop thread.
  Phase phase_ = Phase::head;
  HttpRequest request_;
  std::optional<HttpRequestParser> parser_;
  std::string held_;  ///< bytes of a request whose next part has to be in one piece
  std::string head_;  ///< the head of the request whose body is being collected
  GrowingBuffer sized_body_;
  std::string chunked_body_;
  SharedBytes rest_;  ///< received and not looked at while too much is in progress
  int64_t request_began_ms_ = 0;
  bool refused_ = false;  ///< no request more will be read
  bool peer_ended_ = false;

  mutable Mutex mutex_;
  SlotRing<Slot> slots_ AZUD_GUARDED_BY(mutex_);
  uint64_t first_sequence_ AZUD_GUARDED_BY(mutex_) = 0;  ///< of slots_.front()
};

}  // namespace azud::io
