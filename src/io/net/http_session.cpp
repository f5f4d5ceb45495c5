#include "io/net/http_session.h"

#include <algorithm>

#include <boost/beast/http/error.hpp>

#include "base/assert.h"
#include "io/gzip.h"
#include "io/net/http_output.h"
#include "io/net/websocket_session.h"

namespace azud::io {
namespace {

namespace http = boost::beast::http;

/// What cannot become a request any more, so that nobody waits for the rest: not a method's first letter, or a line
/// that ends in LF alone.
bool is_hopeless(ByteView bytes) {
  if (bytes.front() < 'A' || bytes.front() > 'z') return true;
  const std::size_t line_end = bytes.find('\n');
  return line_end != ByteView::npos && (line_end == 0 || bytes[line_end - 1] != '\r');
}

int status_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::bad_version) return 505;
  return 400;
}

}  // namespace

HttpSession::HttpSession(std::shared_ptr<Loop> loop, TcpSocket socket, std::shared_ptr<SessionSet> set,
                         const HttpRouter& router, const HttpServerOptions& options)
    : TcpSession(std::move(loop), std::move(socket)), set_(std::move(set)), router_(router), options_(options) {}

void HttpSession::send(uint64_t sequence, HttpResponse response) {
  bool first = false;
  {
    MutexLock lock(mutex_);
    if (sequence < first_sequence_ || sequence - first_sequence_ >= slots_.size()) return;  // closed meanwhile
    Slot& slot = slots_[sequence - first_sequence_];
    AZUD_ASSERT(!slot.ready, "a request is answered once");
    slot.response = std::move(response);
    slot.ready = true;
    first = sequence == first_sequence_;
  }
  if (first) request_flush();
}

void HttpSession::collect(OutputQueue& out) {
  MutexLock lock(mutex_);
  while (!slots_.empty() && slots_.front().ready && !closing()) {
    Slot& slot = slots_.front();
    const bool close = slot.close || slot.response.close;
    append_response(out, std::move(slot.response), {slot.without_body, slot.http_1_0, close});
    slots_.pop_front();
    ++first_sequence_;
    if (close) close_when_flushed();
  }
  if (peer_ended_ && slots_.empty()) close_when_flushed();
}

bool HttpSession::wants_more() const {
  if (refused_) return false;
  MutexLock lock(mutex_);
  return slots_.size() < options_.pipelined_requests_max && output().size() <= options_.write_backlog_bytes_max;
}

bool HttpSession::nothing_in_progress() const {
  MutexLock lock(mutex_);
  return slots_.empty() && output().empty();
}

bool HttpSession::on_resume() {
  if (rest_.empty()) return false;
  parse(std::exchange(rest_, {}));
  return true;
}

void HttpSession::on_bytes(SharedBytes bytes) {
  AZUD_ASSERT(rest_.empty(), "reading pauses while received bytes wait");
  if (!held_.empty()) {
    held_.append(bytes.view());
    bytes = SharedBytes::own(std::exchange(held_, {}));
  }
  parse(std::move(bytes));
}

void HttpSession::parse(SharedBytes bytes) {
  bool go_on = true;
  while (go_on && !bytes.empty() && !closing() && !refused_) {
    if (phase_ == Phase::head) {
      if (!wants_more()) {
        rest_ = std::move(bytes);
        return;
      }
      go_on = parse_head(bytes);
    } else if (phase_ == Phase::sized_body) {
      sized_body_.take_from(bytes);
      if (sized_body_.complete()) finish_request(sized_body_.take());
    } else {
      go_on = parse_chunks(bytes);
    }
  }
}

bool HttpSession::parse_head(SharedBytes& bytes) {
  while (bytes.view().starts_with("\r\n")) bytes = bytes.slice(2);  // allowed between requests
  if (bytes.empty()) return false;
  const std::size_t empty_line = bytes.view().find("\r\n\r\n");
  const std::size_t head_bytes = empty_line == ByteView::npos ? bytes.size() : empty_line + 4;
  if (head_bytes > options_.head_bytes_max) {
    refuse(431, fmt::format("the request's headers are larger than {} bytes", options_.head_bytes_max));
    return false;
  }
  if (empty_line == ByteView::npos) {
    if (is_hopeless(bytes.view())) {
      refuse(400, "this is not an HTTP request");
    } else {
      hold(bytes.view());
    }
    return false;
  }
  request_.clear();
  request_.set_addresses(peer_text(), local_text());
  parser_.emplace(request_, chunked_body_, options_.head_bytes_max, options_.body_bytes_max);
  boost::system::error_code error;
  parser_->parse_head(bytes.view().substr(0, head_bytes), error);
  if (error) {
    refuse(status_of(error), error == http::error::body_limit
                                 ? fmt::format("the body is larger than {} bytes", options_.body_bytes_max)
                                 : fmt::format("the request cannot be read: {}", error.message()));
    return false;
  }
  if (parser_->lacks_host()) {
    refuse(400, "the request has no Host header");
    return false;
  }
  if (parser_->has_unknown_transfer_encoding()) {
    refuse(501, "the only transfer encoding known is chunked");
    return false;
  }
  return begin_body(bytes, head_bytes);
}

bool HttpSession::begin_body(SharedBytes& bytes, std::size_t head_bytes) {
  const ByteView head = bytes.view().substr(0, head_bytes);
  SharedBytes after = bytes.slice(head_bytes);
  const std::size_t body_bytes = static_cast<std::size_t>(parser_->content_length().value_or(0));
  if (!parser_->chunked() && after.size() >= body_bytes) {
    bytes = after.slice(body_bytes);
    finish_request(after.slice(0, body_bytes));
    return true;
  }
  if (parser_->expects_continue() && after.empty() && nothing_in_progress()) {
    output().append(ByteView("HTTP/1.1 100 Continue\r\n\r\n"));
  }
  keep_head(head);
  phase_ = parser_->chunked() ? Phase::chunked_body : Phase::sized_body;
  sized_body_.begin(body_bytes);
  chunked_body_.clear();
  bytes = std::move(after);
  return true;
}

void HttpSession::keep_head(ByteView head) {
  head_ = head;
  request_.clear();
  parser_.emplace(request_, chunked_body_, options_.head_bytes_max, options_.body_bytes_max);
  boost::system::error_code error;
  parser_->parse_head(head_, error);
  AZUD_ASSERT(!error, "a head that was parsed once can be parsed again");
}

void HttpSession::hold(ByteView bytes) {
  if (request_began_ms_ == 0) request_began_ms_ = last_read_ms();
  held_ = bytes;
}

bool HttpSession::parse_chunks(SharedBytes& bytes) {
  boost::system::error_code error;
  const std::size_t used = parser_->parse_chunks(bytes.view(), error);
  if (error) {
    refuse(status_of(error), error == http::error::body_limit
                                 ? fmt::format("the body is larger than {} bytes", options_.body_bytes_max)
                                 : fmt::format("the chunked body cannot be read: {}", error.message()));
    return false;
  }
  bytes = bytes.slice(used);
  if (parser_->is_done()) {
    finish_request(SharedBytes::own(std::exchange(chunked_body_, {})));
    return true;
  }
  if (bytes.size() > options_.head_bytes_max) {
    refuse(400, "the chunked body cannot be read: a chunk's header is too long");
  } else if (!bytes.empty()) {
    hold(bytes.view());
  }
  return false;
}

std::span<char> HttpSession::expected_space() {
  if (phase_ != Phase::sized_body) return {};
  return sized_body_.space();
}

void HttpSession::on_expected(std::size_t count) {
  sized_body_.filled(count);
  if (sized_body_.complete()) finish_request(sized_body_.take());
}

bool HttpSession::unpack_body(SharedBytes& body) {
  const auto encoding = request_.header("content-encoding");
  if (!encoding || same_header_name(*encoding, "identity")) return true;
  if (!same_header_name(*encoding, "gzip") && !same_header_name(*encoding, "x-gzip")) {
    refuse(415, fmt::format("the content encoding must be gzip or none; found '{}'", *encoding));
    return false;
  }
  auto unpacked = gunzip(body.view(), options_.body_bytes_max);
  if (!unpacked) {
    refuse(unpacked.error().code() == Code::storage_full ? 413 : 400,
           fmt::format("the body cannot be unpacked: {}", unpacked.error().message()));
    return false;
  }
  body = SharedBytes::own(*std::move(unpacked));
  return true;
}

void HttpSession::finish_request(SharedBytes body) {
  phase_ = Phase::head;
  request_began_ms_ = 0;
  if (!unpack_body(body)) return;
  request_.set_body(body.owner(), body.view());
  if (parser_->upgrade() && upgrade(request_)) return;
  const uint64_t sequence = add_slot(!parser_->keep_alive(), request_.method() == HttpMethod::head);
  router_.dispatch(request_, HttpResponder(std::static_pointer_cast<HttpSession>(shared_from_this()), sequence));
  request_.set_body(nullptr, {});
}

bool HttpSession::upgrade(const HttpRequest& request) {
  const auto protocol = request.header("upgrade");
  if (!protocol || !same_header_name(*protocol, "websocket")) return false;
  const WebSocketRoute* route = router_.find_websocket(request_);
  if (!route) return false;
  if (!nothing_in_progress()) {
    refuse(400, "a WebSocket cannot begin before all earlier requests are answered");
    return true;
  }
  if (auto refused = router_.check(request)) {
    send(add_slot(true, false), *std::move(refused));
    return true;
  }
  if (!origin_is_allowed(request, route->options)) {
    refuse(403, "pages of this origin may not open a WebSocket here");
    return true;
  }
  open_websocket(*route);
  return true;
}

void HttpSession::open_websocket(const WebSocketRoute& route) {
  const auto websocket = make_websocket(request_, route.options, shared_loop(), set_);
  auto handler = route.open(request_, websocket);
  if (!handler) {
    refuse(403, "this WebSocket was refused");
    return;
  }
  set_->replace(loop(), *this, *websocket);
  websocket->start(release_socket(), std::move(handler));
}

uint64_t HttpSession::add_slot(bool close, bool without_body) {
  MutexLock lock(mutex_);
  Slot& slot = slots_.emplace_back();
  slot.close = close;
  slot.without_body = without_body;
  slot.http_1_0 = parser_ && parser_->is_http_1_0();
  if (close) refused_ = true;
  return first_sequence_ + slots_.size() - 1;
}

void HttpSession::refuse(int status, std::string_view message) {
  held_.clear();
  request_began_ms_ = 0;
  const uint64_t sequence = add_slot(true, false);
  send(sequence, router_.error(status, message));
}

void HttpSession::on_end() {
  peer_ended_ = true;
  flush();  // closes when all answers are sent
}

void HttpSession::on_tick(int64_t now_ms) {
  if (tick_lingering(now_ms)) return;
  if (!output().empty()) {
    if (now_ms - last_write_ms() > options_.write_timeout_ms) close("the peer takes no answers");
    return;
  }
  if (request_began_ms_ != 0 && phase_ == Phase::head) {
    if (now_ms - request_began_ms_ <= options_.head_timeout_ms) return;
    refuse(408, "the request's headers did not arrive in time");
    return flush();
  }
  if (phase_ != Phase::head) {
    if (now_ms - last_read_ms() <= options_.body_timeout_ms) return;
    refuse(408, "the request's body did not arrive in time");
    phase_ = Phase::head;
    return flush();
  }
  if (!nothing_in_progress()) {
    touch_read();
  } else if (now_ms - last_read_ms() > options_.keep_alive_timeout_ms) {
    close("idle");
  }
}

void HttpSession::on_closed() {
  {
    MutexLock lock(mutex_);
    first_sequence_ += slots_.size();
    slots_.clear();
  }
  rest_ = {};
  held_ = {};
  sized_body_ = {};
  chunked_body_ = {};
  set_->remove(loop(), *this);
}

}  // namespace azud::io
