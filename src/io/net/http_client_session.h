#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/http_client.h"
#include "io/net/chunk_decoder.h"
#include "io/net/http_parser.h"
#include "io/net/slot_ring.h"
#include "io/net/tcp_session.h"

namespace azud::io {

/// A request on its way.
struct PendingRequest {
  HttpClient::Callback done;
  std::size_t bytes = 0;      ///< of its text, while it waits to be sent
  bool without_body = false;  ///< HEAD
  int64_t sent_ms = 0;
};

/// One connection of a HttpClient while it lasts: sends what its owner gives and reads the answers.
class HttpClientSession final : public TcpSession {
 public:
  /// What the session asks its owner, on the loop's thread.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Puts the text of the next waiting request onto `out` and gives it away; nothing if none waits.
    virtual std::optional<PendingRequest> next_request(std::string& out) = 0;
    virtual void on_session_closed(std::string_view reason, SlotRing<PendingRequest>& unanswered) = 0;
  };

  HttpClientSession(std::shared_ptr<Loop> loop, TcpSocket socket, std::shared_ptr<Owner> owner,
                    const HttpClientOptions& options)
      : TcpSession(std::move(loop), std::move(socket)), owner_(std::move(owner)), options_(options) {}

  void on_tick(int64_t now_ms) override;
  void on_loop_stop() override { fail("the client stops"); }

 private:
  enum class Phase : uint8_t { head, sized_body, chunked_body, body_to_end };

  void on_bytes(SharedBytes bytes) override;
  void on_end() override;
  void collect(OutputQueue& out) override;
  bool wants_more() const override { return true; }
  void on_closed() override;

  /// False if more bytes are needed or the session is over.
  bool parse(ByteView& bytes);
  bool parse_head(ByteView& bytes);
  bool parse_chunks(ByteView& bytes);
  bool parse_sized_body(ByteView& bytes);
  void finish(ByteView body);
  void fail(std::string_view reason);

  const std::shared_ptr<Owner> owner_;
  const HttpClientOptions options_;
  SlotRing<PendingRequest> in_flight_;
  std::string held_;  ///< bytes of an answer that is not complete
  std::string head_;  ///< its head, while the body comes
  std::string collected_body_;
  ChunkDecoder chunks_;
  std::vector<HttpHeader> headers_;
  std::optional<HttpResponseParser> parser_;
  Phase phase_ = Phase::head;
  std::size_t body_bytes_ = 0;
  std::string reason_ = "closed";
};

}  // namespace azud::io
