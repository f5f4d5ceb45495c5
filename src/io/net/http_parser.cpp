#include "io/net/http_parser.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace azud::io {
namespace {

namespace http = boost::beast::http;

HttpMethod method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return HttpMethod::get;
    case http::verb::head: return HttpMethod::head;
    case http::verb::post: return HttpMethod::post;
    case http::verb::put: return HttpMethod::put;
    case http::verb::patch: return HttpMethod::patch;
    case http::verb::delete_: return HttpMethod::del;
    case http::verb::options: return HttpMethod::options;
    default: return HttpMethod::other;
  }
}

std::string_view view_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

void HttpRequestParser::on_request_impl(Verb verb, Text, Text target, int version, ErrorCode& error) {
  version_ = version;
  request_.set_method(method_of(verb));
  if (!request_.set_target(view_of(target))) error = http::error::bad_target;
}

void HttpRequestParser::on_field_impl(Field field, Text name, Text value, ErrorCode& error) {
  const char* const begin = head_.data();
  if (value.size() > 0 && (value.data() < begin || value.data() >= begin + head_.size())) {
    // Beast joined a folded header line in a buffer of its own. Folding is obsolete and a way to smuggle (RFC 9112).
    error = http::error::bad_value;
    return;
  }
  switch (field) {
    case Field::expect: expects_continue_ = boost::beast::iequals(value, "100-continue"); break;
    case Field::host:
      if (std::exchange(seen_host_, true)) error = http::error::bad_field;
      break;
    case Field::transfer_encoding:
      unknown_transfer_encoding_ = !boost::beast::iequals(value, "chunked") || version_ == 10;
      break;
    default: break;
  }
  request_.add_header(view_of(name), view_of(value));
}

}  // namespace azud::io
