#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "io/http_form.h"

namespace azud::io {

enum class HttpMethod : uint8_t { get, head, post, put, patch, del, options, other };

std::string_view to_string(HttpMethod method);

struct HttpHeader {
  std::string_view name;
  std::string_view value;
};

/// Header names are compared without regard to case.
bool same_header_name(std::string_view a, std::string_view b);

/// A request as its handler sees it. Everything it gives out is valid during the handler's call only, except
/// shared_body(): copy what is needed later.
class HttpRequest {
 public:
  HttpRequest() = default;
  HttpRequest(const HttpRequest&) = delete;
  HttpRequest& operator=(const HttpRequest&) = delete;

  HttpMethod method() const { return method_; }
  /// As sent, with the query.
  std::string_view target() const { return target_; }
  /// As sent, without the query.
  std::string_view path() const { return path_; }
  /// The parts of the path between slashes, decoded; "/" has none, one slash at the end does not count.
  std::span<const std::string_view> segments() const { return segments_; }
  /// What stood for `{name}` in the route's pattern; empty if the pattern has no such part.
  std::string_view path_parameter(std::string_view name) const;

  std::span<const FormField> query() const { return query_; }
  /// The first value of the parameter, "" if it stands there without one; nothing if it is absent.
  std::optional<std::string_view> query(std::string_view name) const;
  bool has_query(std::string_view name) const { return query(name).has_value(); }

  std::span<const HttpHeader> headers() const { return headers_; }
  /// The first header of this name.
  std::optional<std::string_view> header(std::string_view name) const;
  /// Content-Type without parameters, as sent.
  std::string_view media_type() const;

  /// Whether Accept-Encoding allows gzip.
  bool accepts_gzip() const;

  /// Without transfer and content encoding.
  ByteView body() const { return body_; }
  /// The body with a share of what keeps it alive; a small body may keep a block of 256 KiB.
  SharedBytes shared_body() const { return {body_owner_, body_}; }

  const std::string& peer_address() const { return *peer_; }
  const std::string& local_address() const { return *local_; }

  // For who makes requests: the server, and tests of handlers. What is passed in must outlive the request.
  void clear();
  void set_method(HttpMethod method) { method_ = method; }
  /// False if the target is malformed.
  bool set_target(std::string_view target);
  void add_header(std::string_view name, std::string_view value) { headers_.push_back({name, value}); }
  void set_body(std::shared_ptr<const void> owner, ByteView body) {
    body_owner_ = std::move(owner);
    body_ = body;
  }
  void set_addresses(const std::string& peer, const std::string& local) {
    peer_ = &peer;
    local_ = &local;
  }
  void add_path_parameter(std::string_view name, std::string_view value) { parameters_.push_back({name, value}); }
  void clear_path_parameters() { parameters_.clear(); }

 private:
  static const std::string no_address;

  HttpMethod method_ = HttpMethod::get;
  std::string_view target_, path_;
  std::vector<std::string_view> segments_;
  std::vector<FormField> query_;
  std::vector<HttpHeader> headers_, parameters_;
  std::string storage_;  ///< decoded text that differs from what was sent
  std::shared_ptr<const void> body_owner_;
  ByteView body_;
  const std::string* peer_ = &no_address;
  const std::string* local_ = &no_address;
};

struct HttpResponse {
  int status = 200;
  std::string_view content_type = "application/json";  ///< a literal: not copied
  std::string body;
  SharedBytes shared_body;  ///< the body, if `body` is empty: for what is large or the same for many
  std::vector<std::pair<std::string, std::string>> headers;  ///< further ones, valid as they are
  bool close = false;                                        ///< close the connection after this answer

  static HttpResponse json(std::string body, int status = 200) {
    return {status, "application/json", std::move(body), {}, {}, false};
  }
  static HttpResponse text(std::string body, int status = 200) {
    return {status, "text/plain; charset=utf-8", std::move(body), {}, {}, false};
  }
  /// A status alone, such as 204.
  static HttpResponse empty(int status) { return {status, {}, {}, {}, {}, false}; }

  ByteView body_view() const { return body.empty() ? shared_body.view() : ByteView(body); }
};

/// Where answers go: a connection, or a test.
class HttpResponseSink {
 public:
  virtual ~HttpResponseSink() = default;
  virtual void send(uint64_t sequence, HttpResponse response) = 0;
};

/// The duty to answer one request, once, on any thread, now or later. Given up without an answer, the client gets 500.
class HttpResponder {
 public:
  HttpResponder(std::shared_ptr<HttpResponseSink> sink, uint64_t sequence)
      : sink_(std::move(sink)), sequence_(sequence) {}
  HttpResponder(HttpResponder&&) noexcept = default;
  HttpResponder& operator=(HttpResponder&& other) noexcept;
  ~HttpResponder();

  void send(HttpResponse response);

 private:
  std::shared_ptr<HttpResponseSink> sink_;
  uint64_t sequence_;
};

/// "Not Found" for 404; "Unknown" for what is not in use here.
std::string_view http_reason(int status);

}  // namespace azud::io
