#include "io/http_router.h"

#include <array>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/json_string.h"

namespace azud::io {

/// A place in the tree of path segments.
struct HttpRouter::Node {
  std::string text;  ///< the segment, or the name of the parameter
  std::vector<std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;
  std::array<Handler, static_cast<std::size_t>(HttpMethod::other)> handlers;
  std::unique_ptr<WebSocketRoute> websocket;

  bool answers() const {
    if (websocket) return true;
    for (const Handler& handler : handlers) {
      if (handler) return true;
    }
    return false;
  }
  const Handler* handler(HttpMethod method) const {
    if (method == HttpMethod::other) return nullptr;
    const Handler& own = handlers[static_cast<std::size_t>(method)];
    if (own) return &own;
    return method == HttpMethod::head ? handler(HttpMethod::get) : nullptr;
  }
  std::string allowed() const {
    std::string methods;
    for (std::size_t i = 0; i < handlers.size(); ++i) {
      const auto method = static_cast<HttpMethod>(i);
      if (!handler(method)) continue;
      if (!methods.empty()) methods += ", ";
      methods += to_string(method);
    }
    return methods.empty() ? "GET" : methods;
  }
};

namespace {

/// From `segment` of the request's path on, as sent.
std::string_view rest_of_path(const HttpRequest& request, std::size_t segment) {
  std::string_view path = request.path();
  for (std::size_t i = 0; i <= segment && !path.empty(); ++i) {
    const std::size_t slash = path.find('/', i == 0 ? 0 : 1);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash);
  }
  if (!path.empty()) path.remove_prefix(1);
  return path;
}

template <class Node>
const Node* match(const Node& node, HttpRequest& request, std::size_t at) {
  const auto segments = request.segments();
  if (at == segments.size()) {
    if (node.answers()) return &node;
  } else {
    for (const auto& child : node.literals) {
      if (child->text != segments[at]) continue;
      if (const Node* found = match(*child, request, at + 1)) return found;
    }
    if (node.parameter) {
      if (const Node* found = match(*node.parameter, request, at + 1)) {
        request.add_path_parameter(node.parameter->text, segments[at]);
        return found;
      }
    }
  }
  if (!node.rest) return nullptr;
  request.add_path_parameter(node.rest->text, rest_of_path(request, at));
  return node.rest.get();
}

}  // namespace

HttpRouter::HttpRouter() : root_(std::make_unique<Node>()), error_response_(json_error) {}
HttpRouter::~HttpRouter() = default;
HttpRouter::HttpRouter(HttpRouter&&) noexcept = default;
HttpRouter& HttpRouter::operator=(HttpRouter&&) noexcept = default;

HttpRouter::Node& HttpRouter::node_of(std::string_view pattern) {
  AZUD_ASSERT(pattern.starts_with('/'), "a route's pattern begins with a slash");
  Node* node = root_.get();
  std::string_view left = pattern.substr(1);
  while (!left.empty()) {
    const std::size_t slash = left.find('/');
    std::string_view segment = left.substr(0, slash);
    left.remove_prefix(slash == std::string_view::npos ? left.size() : slash + 1);
    const bool is_parameter = segment.starts_with('{');
    if (is_parameter) {
      AZUD_ASSERT(segment.size() > 2 && segment.ends_with('}'), "a route's parameter reads {name}");
      segment = segment.substr(1, segment.size() - 2);
    }
    std::unique_ptr<Node>* next = nullptr;
    if (is_parameter && segment.ends_with('*')) {
      AZUD_ASSERT(left.empty(), "{name*} is the last part of a route");
      segment.remove_suffix(1);
      next = &node->rest;
    } else if (is_parameter) {
      next = &node->parameter;
    } else {
      for (auto& child : node->literals) {
        if (child->text == segment) next = &child;
      }
      if (!next) next = &node->literals.emplace_back();
    }
    if (!*next) {
      *next = std::make_unique<Node>();
      (*next)->text = segment;
    }
    node = next->get();
    AZUD_ASSERT(node->text == segment, "routes that differ only in a parameter's name");
  }
  return *node;
}

void HttpRouter::add(HttpMethod method, std::string_view pattern, Handler handler) {
  AZUD_ASSERT(method != HttpMethod::other, "a route has a known method");
  Handler& place = node_of(pattern).handlers[static_cast<std::size_t>(method)];
  AZUD_ASSERT(!place, "two handlers for one method and pattern");
  place = std::move(handler);
}

void HttpRouter::add_websocket(std::string_view pattern, WebSocketRoute route) {
  Node& node = node_of(pattern);
  AZUD_ASSERT(!node.websocket, "two WebSocket routes for one pattern");
  node.websocket = std::make_unique<WebSocketRoute>(std::move(route));
}

const HttpRouter::Node* HttpRouter::find(HttpRequest& request) const {
  request.clear_path_parameters();
  return match(*root_, request, 0);
}

void HttpRouter::dispatch(HttpRequest& request, HttpResponder responder) const {
  const Node* node = find(request);
  if (guard_) {
    if (auto refused = guard_(request)) return responder.send(*std::move(refused));
  }
  if (!node) {
    return responder.send(error(404, fmt::format("no such path: {}", request.path())));
  }
  if (const Handler* handler = node->handler(request.method())) return (*handler)(request, std::move(responder));
  HttpResponse response = node->websocket && request.method() == HttpMethod::get
                              ? error(426, "this path is a WebSocket")
                              : error(405, fmt::format("allowed methods: {}", node->allowed()));
  response.headers.emplace_back("Allow", node->allowed());
  if (response.status == 426) response.headers.emplace_back("Upgrade", "websocket");
  responder.send(std::move(response));
}

const WebSocketRoute* HttpRouter::find_websocket(HttpRequest& request) const {
  const Node* node = find(request);
  return node ? node->websocket.get() : nullptr;
}

HttpResponse json_error(int status, std::string_view message) {
  std::string body = R"({"error":)";
  append_json_string(body, message);
  body += '}';
  return HttpResponse::json(std::move(body), status);
}

}  // namespace azud::io
