#pragma once

#include <string_view>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include "io/http_message.h"

namespace azud::io {

/// Beast's parser without its containers, for heads that are there in one piece: they become views into the bytes
/// parsed, put straight into an HttpRequest. Bodies are not its business.
class HttpRequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  HttpRequestParser(HttpRequest& request, std::size_t head_bytes_max, std::size_t body_bytes_max) : request_(request) {
    header_limit(static_cast<uint32_t>(head_bytes_max));
    body_limit(body_bytes_max);
    eager(false);
  }

  /// Parses a head that is all there, up to and with its empty line. The request's views point into `head`.
  void parse_head(std::string_view head, boost::system::error_code& error) {
    head_ = head;
    put(boost::asio::const_buffer(head.data(), head.size()), error);
  }

  bool expects_continue() const { return expects_continue_; }
  bool is_http_1_0() const { return version_ == 10; }
  bool lacks_host() const { return !seen_host_ && version_ > 10; }
  bool has_unknown_transfer_encoding() const { return unknown_transfer_encoding_; }

 private:
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;
  using Text = boost::beast::string_view;
  using ErrorCode = boost::beast::error_code;

  void on_request_impl(Verb verb, Text method, Text target, int version, ErrorCode& error) override;
  void on_response_impl(int, Text, int, ErrorCode&) override {}
  void on_field_impl(Field field, Text name, Text value, ErrorCode& error) override;
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(Text, ErrorCode&) override { return 0; }
  void on_chunk_header_impl(uint64_t, Text, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(uint64_t, Text, ErrorCode&) override { return 0; }
  void on_finish_impl(ErrorCode&) override {}

  std::string_view head_;
  HttpRequest& request_;
  int version_ = 11;
  bool expects_continue_ = false;
  bool seen_host_ = false;
  bool unknown_transfer_encoding_ = false;
};

/// The same for answers.
class HttpResponseParser final : public boost::beast::http::basic_parser<false> {
 public:
  HttpResponseParser(std::vector<HttpHeader>& headers, std::size_t body_bytes_max, bool without_body)
      : headers_(headers) {
    header_limit(head_bytes_max);
    body_limit(body_bytes_max);
    eager(false);
    skip(without_body);
  }
  static constexpr uint32_t head_bytes_max = 64 << 10;

  void parse_head(std::string_view head, boost::system::error_code& error) {
    put(boost::asio::const_buffer(head.data(), head.size()), error);
  }
  int status() const { return status_; }

 private:
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;
  using Text = boost::beast::string_view;
  using ErrorCode = boost::beast::error_code;

  void on_request_impl(Verb, Text, Text, int, ErrorCode&) override {}
  void on_response_impl(int status, Text, int, ErrorCode&) override { status_ = status; }
  void on_field_impl(Field, Text name, Text value, ErrorCode&) override {
    headers_.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(Text, ErrorCode&) override { return 0; }
  void on_chunk_header_impl(uint64_t, Text, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(uint64_t, Text, ErrorCode&) override { return 0; }
  void on_finish_impl(ErrorCode&) override {}

  std::vector<HttpHeader>& headers_;
  int status_ = 0;
};

}  // namespace azud::io
