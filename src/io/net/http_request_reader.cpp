#include "io/net/http_request_reader.h"

#include <boost/beast/http/error.hpp>

#include "base/assert.h"
#include "io/gzip.h"

namespace azud::io {
namespace {

namespace http = boost::beast::http;

/// A method of HTTP begins with a capital letter; a TLS greeting or another protocol does not.
bool begins_like_a_request(ByteView bytes) { return bytes.front() >= 'A' && bytes.front() <= 'Z'; }

/// A line that ends in LF alone makes no head, so nobody should wait for the rest.
bool has_bad_line(ByteView bytes) {
  const std::size_t line_end = bytes.find('\n');
  return line_end != ByteView::npos && (line_end == 0 || bytes[line_end - 1] != '\r');
}

}  // namespace

HttpRequestReader::Outcome HttpRequestReader::read(SharedBytes& bytes) {
  if (!held_.empty()) {
    held_.append(bytes.view());
    bytes = SharedBytes::own(std::exchange(held_, {}));
  }
  switch (phase_) {
    case Phase::head: return read_head(bytes);
    case Phase::chunked_body: return read_chunks(bytes);
    case Phase::sized_body: break;
  }
  sized_body_.take_from(bytes);
  return sized_body_.complete() ? finish(sized_body_.take()) : Outcome::need_more;
}

std::span<char> HttpRequestReader::expected_space() {
  if (phase_ != Phase::sized_body) return {};
  return sized_body_.space();
}

HttpRequestReader::Outcome HttpRequestReader::filled(std::size_t count) {
  sized_body_.filled(count);
  return sized_body_.complete() ? finish(sized_body_.take()) : Outcome::need_more;
}

HttpRequestReader::Outcome HttpRequestReader::read_head(SharedBytes& bytes) {
  while (bytes.view().starts_with("\r\n")) bytes = bytes.slice(2);  // allowed between requests
  if (bytes.empty()) return Outcome::need_more;
  if (bytes.view() == "\r") return hold(bytes);
  if (!begins_like_a_request(bytes.view())) return refuse(400, "this is not an HTTP request");
  const std::size_t empty_line = bytes.view().find("\r\n\r\n");
  const std::size_t head_bytes = empty_line == ByteView::npos ? bytes.size() : empty_line + 4;
  if (head_bytes > head_bytes_max_) {
    return refuse(431, fmt::format("the request's headers are larger than {} bytes", head_bytes_max_));
  }
  if (empty_line == ByteView::npos) {
    return has_bad_line(bytes.view()) ? refuse(400, "this is not an HTTP request") : hold(bytes);
  }
  boost::system::error_code error;
  parse_head(bytes.view().substr(0, head_bytes), error);
  if (error) return refuse(error);
  if (parser_->lacks_host()) return refuse(400, "the request has no Host header");
  if (parser_->has_unknown_transfer_encoding()) return refuse(501, "the only transfer encoding known is chunked");
  return read_body(bytes, head_bytes);
}

bool HttpRequestReader::parse_head(ByteView head, boost::system::error_code& error) {
  request_.clear();
  parser_.emplace(request_, head_bytes_max_, body_bytes_max_);
  parser_->parse_head(head, error);
  if (!error && !parser_->is_header_done()) error = http::error::need_more;
  return !error;
}

HttpRequestReader::Outcome HttpRequestReader::read_body(SharedBytes& bytes, std::size_t head_bytes) {
  SharedBytes after = bytes.slice(head_bytes);
  const std::size_t body_bytes = static_cast<std::size_t>(parser_->content_length().value_or(0));
  if (!parser_->chunked() && after.size() >= body_bytes) {
    // `bytes` may hold the only share of the block that the head's views point into.
    const SharedBytes body = after.slice(0, body_bytes);
    bytes = after.slice(body_bytes);
    return finish(body);
  }
  head_ = bytes.view().substr(0, head_bytes);
  boost::system::error_code error;
  const bool parsed = parse_head(head_, error);
  AZUD_ASSERT(parsed, "a head that was parsed once can be parsed again");
  expects_continue_ = parser_->expects_continue() && after.empty();
  phase_ = parser_->chunked() ? Phase::chunked_body : Phase::sized_body;
  sized_body_.begin(body_bytes);
  chunks_.begin(body_bytes_max_);
  chunked_body_.clear();
  bytes = std::move(after);
  return bytes.empty() ? Outcome::need_more : read(bytes);
}

HttpRequestReader::Outcome HttpRequestReader::read_chunks(SharedBytes& bytes) {
  ByteView left = bytes.view();
  const auto outcome = chunks_.decode(left, chunked_body_);
  bytes = bytes.slice(bytes.size() - left.size());
  switch (outcome) {
    case ChunkDecoder::Outcome::need_more: return Outcome::need_more;
    case ChunkDecoder::Outcome::done: return finish(SharedBytes::own(std::exchange(chunked_body_, {})));
    case ChunkDecoder::Outcome::malformed: return refuse(400, "the chunked body is malformed");
    case ChunkDecoder::Outcome::too_large: break;
  }
  return refuse(413, fmt::format("the body is larger than {} bytes", body_bytes_max_));
}

HttpRequestReader::Outcome HttpRequestReader::hold(SharedBytes& bytes) {
  held_ = bytes.view();
  bytes = {};
  return Outcome::need_more;
}

HttpRequestReader::Outcome HttpRequestReader::finish(SharedBytes body) {
  phase_ = Phase::head;
  expects_continue_ = false;
  const auto encoding = request_.header("content-encoding");
  if (encoding && !same_header_name(*encoding, "identity")) {
    if (!same_header_name(*encoding, "gzip") && !same_header_name(*encoding, "x-gzip")) {
      return refuse(415, fmt::format("the content encoding must be gzip or none; found '{}'", *encoding));
    }
    auto unpacked = gunzip(body.view(), body_bytes_max_);
    if (!unpacked) {
      return refuse(unpacked.error().code() == Code::storage_full ? 413 : 400,
                    fmt::format("the body cannot be unpacked: {}", unpacked.error().message()));
    }
    body = SharedBytes::own(*std::move(unpacked));
  }
  request_.set_body(body.owner(), body.view());
  return Outcome::request;
}

HttpRequestReader::Outcome HttpRequestReader::refuse(int status, std::string message) {
  held_.clear();
  phase_ = Phase::head;
  refusal_ = {status, std::move(message)};
  return Outcome::refused;
}

HttpRequestReader::Outcome HttpRequestReader::refuse(const boost::system::error_code& error) {
  if (error == http::error::body_limit) {
    return refuse(413, fmt::format("the body is larger than {} bytes", body_bytes_max_));
  }
  return refuse(error == http::error::bad_version ? 505 : 400,
                fmt::format("the request cannot be read: {}", error.message()));
}

}  // namespace azud::io
