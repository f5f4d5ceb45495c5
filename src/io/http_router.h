#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/http_message.h"
#include "io/websocket.h"

namespace azud::io {

/// Which handler answers what. Filled before a server starts, then only read, by all loop threads at once.
///
/// A pattern is a path whose segments are text (`/topics`), `{name}` (any one segment), or, as the last one, `{name*}`
/// (all that is left, with its slashes, perhaps nothing). Text wins over `{name}`, which wins over `{name*}`; the order
/// of adding does not matter. GET routes answer HEAD too. A known path with another method is 405 with Allow; an
/// unknown one 404.
class HttpRouter {
 public:
  /// Called on a loop thread; must not block. The request is valid during the call only.
  using Handler = std::function<void(const HttpRequest& request, HttpResponder responder)>;
  /// Makes the whole answer for an error found before any handler.
  using ErrorResponse = std::function<HttpResponse(int status, std::string_view message)>;
  /// Looks at each request first; an answer from it is final (credentials, limits).
  using Guard = std::function<std::optional<HttpResponse>(const HttpRequest& request)>;

  HttpRouter();
  ~HttpRouter();
  HttpRouter(HttpRouter&&) noexcept;
  HttpRouter& operator=(HttpRouter&&) noexcept;

  /// A malformed pattern or a second handler for the same method and pattern is a defect.
  void add(HttpMethod method, std::string_view pattern, Handler handler);
  /// The handler is a member of `object`, which outlives the router's use.
  template <class T>
  void add(HttpMethod method, std::string_view pattern, T* object,
           void (T::*member)(const HttpRequest& request, HttpResponder responder)) {
    add(method, pattern, [object, member](const HttpRequest& request, HttpResponder responder) {
      (object->*member)(request, std::move(responder));
    });
  }
  void add_websocket(std::string_view pattern, WebSocketRoute route);
  /// Default: {"error":"<message>"}.
  void set_error_response(ErrorResponse make) { error_response_ = std::move(make); }
  void set_guard(Guard guard) { guard_ = std::move(guard); }

  /// Finds the route and calls its handler, or answers with the error.
  void dispatch(HttpRequest& request, HttpResponder responder) const;
  /// The WebSocket route of the request's path, with the path parameters set, or null.
  const WebSocketRoute* find_websocket(HttpRequest& request) const;

  HttpResponse error(int status, std::string_view message) const { return error_response_(status, message); }
  std::optional<HttpResponse> check(const HttpRequest& request) const {
    return guard_ ? guard_(request) : std::nullopt;
  }

 private:
  struct Node;
  Node& node_of(std::string_view pattern);
  const Node* find(HttpRequest& request) const;

  std::unique_ptr<Node> root_;
  ErrorResponse error_response_;
  Guard guard_;
};

/// {"error":"<message>"}, with the message's quotes, backslashes and control characters escaped.
HttpResponse json_error(int status, std::string_view message);

}  // namespace azud::io
