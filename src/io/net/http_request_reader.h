#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "io/http_message.h"
#include "io/net/chunk_decoder.h"
#include "io/net/growing_buffer.h"
#include "io/net/http_parser.h"

namespace azud::io {

/// Makes requests out of the bytes of one connection, in whatever pieces they come. In the usual case a request lies in
/// a received block as a whole and is handed out in place: no byte of it is copied. Otherwise the head is copied aside
/// and the body collected. Knows nothing of sockets. One thread.
class HttpRequestReader {
 public:
  HttpRequestReader(std::size_t head_bytes_max, std::size_t body_bytes_max)
      : head_bytes_max_(head_bytes_max), body_bytes_max_(body_bytes_max) {}

  enum class Outcome : uint8_t {
    need_more,  ///< all bytes are taken, and no request is complete
    request,    ///< request() is complete; read on with the bytes that are left
    refused,    ///< what came is no request: see refusal(); nothing more can be read
  };

  /// Takes bytes from the front of `bytes`.
  Outcome read(SharedBytes& bytes);

  /// Where the rest of a large body can be received directly; empty if none is expected.
  std::span<char> expected_space();
  /// `count` bytes have come there.
  Outcome filled(std::size_t count);

  /// Valid until the next read() or filled(); the body until release().
  HttpRequest& request() { return request_; }
  /// Lets go of the block that the request's body is in.
  void release() { request_.set_body(nullptr, {}); }
  bool keep_alive() const { return parser_->keep_alive(); }
  bool asks_upgrade() const { return parser_->upgrade(); }
  bool is_http_1_0() const { return parser_ && parser_->is_http_1_0(); }

  /// Whether the client waits for "100 Continue" before it sends the body; tells it once.
  bool take_expects_continue() { return std::exchange(expects_continue_, false); }

  struct Refusal {
    int status = 400;
    std::string message;
  };
  const Refusal& refusal() const { return refusal_; }

  /// Memory for a request of which a part is missing.
  std::size_t held_bytes() const {
    return held_.size() + (in_body() ? head_.size() + sized_body_.capacity() + chunked_body_.capacity() : 0);
  }

  bool in_head() const { return !held_.empty(); }
  bool in_body() const { return phase_ != Phase::head; }

 private:
  enum class Phase : uint8_t { head, sized_body, chunked_body };

  Outcome read_head(SharedBytes& bytes);
  Outcome read_body(SharedBytes& bytes, std::size_t head_bytes);
  Outcome read_chunks(SharedBytes& bytes);
  Outcome hold(SharedBytes& bytes);
  Outcome finish(SharedBytes body);
  Outcome refuse(int status, std::string message);
  Outcome refuse(const boost::system::error_code& error);
  bool parse_head(ByteView head, boost::system::error_code& error);

  const std::size_t head_bytes_max_;
  const std::size_t body_bytes_max_;
  Phase phase_ = Phase::head;
  HttpRequest request_;
  std::optional<HttpRequestParser> parser_;
  std::string held_;  ///< a head of which a part is missing
  std::string head_;  ///< the head of the request whose body is being collected
  GrowingBuffer sized_body_;
  ChunkDecoder chunks_;
  std::string chunked_body_;
  bool expects_continue_ = false;
  Refusal refusal_;
};

}  // namespace azud::io
