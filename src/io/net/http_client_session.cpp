#include "io/net/http_client_session.h"

#include <boost/beast/http/error.hpp>

namespace azud::io {

void HttpClientSession::collect(OutputQueue& out) {
  while (in_flight_.size() < options_.pipeline_depth) {
    auto next = owner_->next_request(out.tail());
    if (!next) return;
    next->sent_ms = loop().tick_ms();
    in_flight_.emplace_back() = *std::move(next);
  }
}

void HttpClientSession::on_bytes(SharedBytes bytes) {
  if (held_.empty()) {
    ByteView view = bytes.view();
    while (!view.empty() && !closed() && parse(view)) {
    }
    held_ = view;
    return;
  }
  held_.append(bytes.view());
  const std::string all = std::exchange(held_, {});
  ByteView view = all;
  while (!view.empty() && !closed() && parse(view)) {
  }
  held_ = view;
}

bool HttpClientSession::parse(ByteView& bytes) {
  switch (phase_) {
    case Phase::head: return parse_head(bytes);
    case Phase::sized_body: return parse_sized_body(bytes);
    case Phase::chunked_body: return parse_chunks(bytes);
    case Phase::body_to_end:
      collected_body_.append(bytes);
      bytes = {};
      if (collected_body_.size() > options_.body_bytes_max) fail("the answer is too large");
      return false;
  }
  return false;
}

bool HttpClientSession::parse_head(ByteView& bytes) {
  const std::size_t empty_line = bytes.find("\r\n\r\n");
  if (empty_line == ByteView::npos) {
    if (bytes.size() > HttpResponseParser::head_bytes_max) fail("the answer's headers are too large");
    return false;
  }
  if (in_flight_.empty()) {
    fail("an answer came that nobody asked for");
    return false;
  }
  const ByteView head = bytes.substr(0, empty_line + 4);
  headers_.clear();
  parser_.emplace(headers_, options_.body_bytes_max, in_flight_.front().without_body);
  boost::system::error_code error;
  parser_->parse_head(head, error);
  if (error || !parser_->is_header_done()) {
    fail(fmt::format("the answer cannot be read: {}", error ? error.message() : "its headers are malformed"));
    return false;
  }
  bytes.remove_prefix(head.size());
  if (parser_->status() == 100) return true;  // and the real answer follows
  if (parser_->is_done()) {
    finish({});
    return true;
  }
  if (const auto length = parser_->content_length()) {
    body_bytes_ = static_cast<std::size_t>(*length);
    if (bytes.size() >= body_bytes_) {
      const ByteView body = bytes.substr(0, body_bytes_);
      bytes.remove_prefix(body_bytes_);
      finish(body);
      return true;
    }
    phase_ = Phase::sized_body;
  } else {
    phase_ = parser_->chunked() ? Phase::chunked_body : Phase::body_to_end;
  }
  head_ = head;
  for (HttpHeader& header : headers_) {
    header.name =
        ByteView(head_).substr(static_cast<std::size_t>(header.name.data() - head.data()), header.name.size());
    if (header.value.empty()) continue;
    header.value =
        ByteView(head_).substr(static_cast<std::size_t>(header.value.data() - head.data()), header.value.size());
  }
  collected_body_.clear();
  chunks_.begin(options_.body_bytes_max);
  return true;
}

bool HttpClientSession::parse_sized_body(ByteView& bytes) {
  const ByteView part = bytes.substr(0, body_bytes_ - collected_body_.size());
  collected_body_.append(part);
  bytes.remove_prefix(part.size());
  if (collected_body_.size() < body_bytes_) return false;
  finish(collected_body_);
  return true;
}

bool HttpClientSession::parse_chunks(ByteView& bytes) {
  const auto outcome = chunks_.decode(bytes, collected_body_);
  if (outcome == ChunkDecoder::Outcome::need_more) return false;
  if (outcome == ChunkDecoder::Outcome::done) {
    finish(collected_body_);
    return true;
  }
  fail(outcome == ChunkDecoder::Outcome::too_large ? "the answer is too large" : "the answer's chunks are malformed");
  return false;
}

void HttpClientSession::finish(ByteView body) {
  phase_ = Phase::head;
  PendingRequest request = std::move(in_flight_.front());
  in_flight_.pop_front();
  const bool last = !parser_->keep_alive();
  request.done(HttpClientResponse{parser_->status(), headers_, body});
  if (last) fail("the server closed the connection after an answer");
}

void HttpClientSession::on_end() {
  if (phase_ == Phase::body_to_end) return finish(collected_body_);
  fail("the server closed the connection");
}

void HttpClientSession::on_tick(int64_t now_ms) {
  if (!in_flight_.empty() && now_ms - in_flight_.front().sent_ms > options_.request_timeout_ms) {
    fail("no answer in time");
  }
}

void HttpClientSession::fail(std::string_view reason) {
  reason_ = reason;
  close(reason);
}

void HttpClientSession::on_closed() { owner_->on_session_closed(reason_, in_flight_); }

}  // namespace azud::io
