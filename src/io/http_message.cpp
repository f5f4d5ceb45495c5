#include "io/http_message.h"

#include <algorithm>

#include "base/assert.h"

namespace azud::io {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::string_view to_string(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::head: return "HEAD";
    case HttpMethod::post: return "POST";
    case HttpMethod::put: return "PUT";
    case HttpMethod::patch: return "PATCH";
    case HttpMethod::del: return "DELETE";
    case HttpMethod::options: return "OPTIONS";
    case HttpMethod::other: break;
  }
  return "?";
}

bool same_header_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return x == y || lower(x) == lower(y); });
}

const std::string HttpRequest::no_address;

std::string_view HttpRequest::path_parameter(std::string_view name) const {
  for (const HttpHeader& parameter : parameters_) {
    if (parameter.name == name) return parameter.value;
  }
  return {};
}

std::optional<std::string_view> HttpRequest::query(std::string_view name) const {
  for (const FormField& field : query_) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
  for (const HttpHeader& header : headers_) {
    if (same_header_name(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::string_view HttpRequest::media_type() const {
  std::string_view type = header("content-type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return type;
}

bool HttpRequest::accepts_gzip() const {
  std::string_view left = header("accept-encoding").value_or("");
  while (!left.empty()) {
    const std::size_t comma = left.find(',');
    std::string_view coding = left.substr(0, comma);
    left.remove_prefix(comma == std::string_view::npos ? left.size() : comma + 1);
    while (coding.starts_with(' ')) coding.remove_prefix(1);
    const std::string_view name = coding.substr(0, coding.find_first_of("; "));
    if (!same_header_name(name, "gzip") && name != "*") continue;
    const std::size_t weight = coding.find("q=");
    // "q=0", "q=0.0" and so on forbid it.
    return weight == std::string_view::npos || coding.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

void HttpRequest::clear() {
  method_ = HttpMethod::get;
  target_ = path_ = {};
  segments_.clear();
  query_.clear();
  headers_.clear();
  parameters_.clear();
  storage_.clear();
  body_owner_.reset();
  body_ = {};
}

bool HttpRequest::set_target(std::string_view target) {
  target_ = target;
  segments_.clear();
  query_.clear();
  storage_.clear();
  storage_.reserve(target.size());
  if (target == "*") {
    path_ = target;
    return true;
  }
  if (const std::size_t scheme = target.find("://"); !target.starts_with('/') && scheme != std::string_view::npos) {
    // The absolute form that a proxy sends.
    const std::size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  if (!target.starts_with('/')) return false;
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  path_ = target.substr(0, question);
  std::string_view rest = path_.substr(1);
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    std::string_view segment;
    if (!percent_decode(rest.substr(0, slash), false, storage_, segment)) return false;
    segments_.push_back(segment);
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  }
  return question == std::string_view::npos || decode_form(target.substr(question + 1), storage_, query_);
}

HttpResponder& HttpResponder::operator=(HttpResponder&& other) noexcept {
  if (this == &other) return *this;
  HttpResponder dropped(std::move(*this));
  sink_ = std::move(other.sink_);
  sequence_ = other.sequence_;
  return *this;
}

HttpResponder::~HttpResponder() {
  if (sink_) sink_->send(sequence_, HttpResponse::json(R"({"error":"the request was given up"})", 500));
}

void HttpResponder::send(HttpResponse response) {
  AZUD_ASSERT(sink_, "a request is answered once");
  std::exchange(sink_, nullptr)->send(sequence_, std::move(response));
}

std::string_view http_reason(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

}  // namespace azud::io
