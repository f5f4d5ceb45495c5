#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"
#include "io/event_loops.h"
#include "io/http_message.h"

namespace azud::io {

struct HttpClientOptions {
  std::size_t pipeline_depth = 1;  ///< requests sent on a connection before the first answer is there
  std::size_t queue_max = 1024;    ///< requests waiting for a connection, above which further ones fail
  std::size_t body_bytes_max = 64 << 20;
  int64_t request_timeout_ms = 30'000;  ///< from sending to the end of the answer
  int64_t connect_timeout_ms = 5'000;
  int64_t backoff_ms_min = 50;  ///< wait after a failed connection, doubled each time
  int64_t backoff_ms_max = 5'000;
};

/// What to send. Only looked at during HttpClient::request().
struct HttpClientRequest {
  HttpMethod method = HttpMethod::get;
  std::string_view target = "/";
  std::string_view content_type;  ///< if there is a body
  std::string_view body;
  std::span<const HttpHeader> headers;  ///< further ones, valid as they are
};

/// An answer; valid during the callback.
struct HttpClientResponse {
  int status = 0;
  std::span<const HttpHeader> headers;
  ByteView body;

  std::optional<std::string_view> header(std::string_view name) const;
};

/// Plain HTTP/1.1 to one address over a fixed number of keep-alive connections. The requests of one connection are
/// sent and answered strictly in order. Connections are made when first needed and again after they were lost, with a
/// growing wait after failures; requests that wait meanwhile get the error if the next try fails too.
class HttpClient {
 public:
  /// Called once for each request, on a loop thread, never inside request(). Errors: `unavailable` (no connection, or
  /// lost before the answer: the server may or may not have acted), `cancelled` (stop), `corrupt` (no HTTP).
  using Callback = UniqueFunction<void(const Result<HttpClientResponse>& response)>;

  /// `address` as in address.h. `loops` must outlive the client.
  static Result<std::unique_ptr<HttpClient>> create(EventLoops& loops, std::string_view address,
                                                    std::size_t connections, HttpClientOptions options = {});
  ~HttpClient();  ///< stops

  std::size_t connection_count() const { return channels_.size(); }

  /// Any thread. From a callback of the same connection it is cheapest.
  void request(std::size_t connection, const HttpClientRequest& request, Callback done);

  /// Closes the connections; what is not answered gets `cancelled`. After it has returned no callback is called.
  void stop();

 private:
  class Channel;
  class Session;
  HttpClient();
  std::vector<std::shared_ptr<Channel>> channels_;
};

}  // namespace azud::io
