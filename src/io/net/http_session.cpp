#include "io/net/http_session.h"

#include <algorithm>

#include "base/assert.h"
#include "io/gzip.h"
#include "io/net/http_output.h"
#include "io/net/websocket_session.h"

namespace azud::io {
HttpSession::HttpSession(std::shared_ptr<Loop> loop, TcpSocket socket, std::shared_ptr<SessionSet> set,
                         const HttpRouter& router, const HttpServerOptions& options)
    : TcpSession(std::move(loop), std::move(socket)),
      set_(std::move(set)),
      router_(router),
      options_(options),
      reader_(options.head_bytes_max, options.body_bytes_max) {}

namespace {

bool is_text(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.starts_with("application/json") ||
         content_type.starts_with("application/javascript") || content_type.starts_with("image/svg");
}

void pack(HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (same_header_name(name, "content-encoding")) return;
  }
  response.body = gzip(response.body_view());
  response.headers.emplace_back("Content-Encoding", "gzip");
  response.headers.emplace_back("Vary", "Accept-Encoding");
}

}  // namespace

bool HttpSession::takes_packed(uint64_t sequence) {
  MutexLock lock(mutex_);
  return sequence >= first_sequence_ && sequence - first_sequence_ < slots_.size() &&
         slots_[sequence - first_sequence_].accepts_gzip;
}

void HttpSession::send(uint64_t sequence, HttpResponse response) {
  if (options_.gzip_bytes_min > 0 && response.body_view().size() >= options_.gzip_bytes_min &&
      is_text(response.content_type) && takes_packed(sequence)) {
    pack(response);  // on the thread that answers, so that the loop goes on
  }
  bool first = false;
  {
    MutexLock lock(mutex_);
    if (sequence < first_sequence_ || sequence - first_sequence_ >= slots_.size()) return;  // closed meanwhile
    Slot& slot = slots_[sequence - first_sequence_];
    AZUD_ASSERT(!slot.ready, "a request is answered once");
    waiting_bytes_ += response.body.size();
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
    waiting_bytes_ -= slot.response.body.size();
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
  return slots_.size() < options_.pipelined_requests_max &&
         waiting_bytes_ + output().size() <= options_.write_backlog_bytes_max;
}

bool HttpSession::nothing_in_progress() const {
  MutexLock lock(mutex_);
  return slots_.empty() && output().empty();
}

bool HttpSession::on_resume() {
  if (rest_.empty()) return false;
  read(std::exchange(rest_, {}));
  return true;
}

void HttpSession::on_bytes(SharedBytes bytes) {
  AZUD_ASSERT(rest_.empty(), "reading pauses while received bytes wait");
  read(std::move(bytes));
}

void HttpSession::read(SharedBytes bytes) {
  while (!bytes.empty() && !closing() && !refused_) {
    if (!wants_more()) {
      rest_ = without_block(std::move(bytes));
      return;
    }
    const SharedBytes block = bytes;  // the request's views point into it
    handle(reader_.read(bytes));
  }
}

std::span<char> HttpSession::expected_space() { return reader_.expected_space(); }

void HttpSession::on_expected(std::size_t count) { handle(reader_.filled(count)); }

void HttpSession::handle(Outcome outcome) {
  switch (outcome) {
    case Outcome::request: request_began_ms_ = 0; return handle_request();
    case Outcome::refused: return refuse(reader_.refusal().status, reader_.refusal().message);
    case Outcome::need_more: break;
  }
  if (!reader_.in_head()) {
    request_began_ms_ = 0;
  } else if (request_began_ms_ == 0) {
    request_began_ms_ = last_read_ms();
  }
  if (reader_.take_expects_continue() && nothing_in_progress()) {
    output().append(ByteView("HTTP/1.1 100 Continue\r\n\r\n"));
  }
}

void HttpSession::handle_request() {
  progressed_ = true;
  HttpRequest& request = reader_.request();
  request.set_addresses(peer_text(), local_text());
  if (reader_.asks_upgrade() && upgrade(request)) return;
  const bool accepts_gzip = options_.gzip_bytes_min > 0 && request.accepts_gzip();
  const uint64_t sequence = add_slot(!reader_.keep_alive(), request.method() == HttpMethod::head, accepts_gzip);
  router_.dispatch(request, HttpResponder(std::static_pointer_cast<HttpSession>(shared_from_this()), sequence));
  reader_.release();
}

bool HttpSession::upgrade(HttpRequest& request) {
  const auto protocol = request.header("upgrade");
  if (!protocol || !same_header_name(*protocol, "websocket")) return false;
  const WebSocketRoute* route = router_.find_websocket(request);
  if (!route) return false;
  if (!nothing_in_progress()) {
    refuse(400, "a WebSocket cannot begin before all earlier requests are answered");
  } else if (auto refused = router_.check(request)) {
    send(add_slot(true, false), *std::move(refused));
  } else if (!origin_is_allowed(request, route->options)) {
    refuse(403, "pages of this origin may not open a WebSocket here");
  } else {
    open_websocket(request, *route);
  }
  return true;
}

void HttpSession::open_websocket(const HttpRequest& request, const WebSocketRoute& route) {
  const auto websocket = make_websocket(request, route.options, shared_loop(), set_);
  auto handler = route.open(request, websocket);
  if (!handler) return refuse(403, "this WebSocket was refused");
  set_->replace(loop(), *this, *websocket);
  websocket->start(release_socket(), std::move(handler));
}

uint64_t HttpSession::add_slot(bool close, bool without_body, bool accepts_gzip) {
  MutexLock lock(mutex_);
  Slot& slot = slots_.emplace_back();
  slot.close = close;
  slot.without_body = without_body;
  slot.accepts_gzip = accepts_gzip;
  slot.http_1_0 = reader_.is_http_1_0();
  if (close) refused_ = true;
  return first_sequence_ + slots_.size() - 1;
}

void HttpSession::refuse(int status, std::string_view message) {
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
  if (refused_) return;  // the last answer is being made
  if (request_began_ms_ != 0) {
    if (now_ms - request_began_ms_ <= options_.head_timeout_ms) return;
    refuse(408, "the request's headers did not arrive in time");
    return flush();
  }
  if (reader_.in_body()) {
    if (now_ms - last_read_ms() <= options_.body_timeout_ms) return;
    refuse(408, "the request's body did not arrive in time");
    return flush();
  }
  if (!nothing_in_progress()) {
    touch_read();
  } else if (now_ms - last_read_ms() > options_.keep_alive_timeout_ms) {
    close("idle");
  }
}

void HttpSession::on_flushed() {
  std::size_t bytes = reader_.held_bytes() + rest_.size() + output().own_size();
  {
    MutexLock lock(mutex_);
    bytes += waiting_bytes_;
  }
  hold(set_->memory(), bytes, std::exchange(progressed_, false) && output().empty());
}

void HttpSession::on_closed() {
  {
    MutexLock lock(mutex_);
    first_sequence_ += slots_.size();
    slots_.clear();
    waiting_bytes_ = 0;
  }
  rest_ = {};
  set_->remove(loop(), *this);
}

}  // namespace azud::io
