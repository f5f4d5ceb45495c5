#include "io/net/http_output.h"

#include <charconv>
#include <ctime>

namespace azud::io {
namespace {

/// "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n", made once a second for each thread.
std::string_view date_header() {
  thread_local std::time_t made_for = -1;
  thread_local char text[64];
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_for) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    size = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    made_for = now;
  }
  return {text, size};
}

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(status));
  out += ' ';
  out += http_reason(status);
  out += "\r\n";
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

void append_response(OutputQueue& out, HttpResponse response, const HttpOutputRules& rules) {
  std::string& text = out.tail();
  append_status_line(text, response.status);
  text += date_header();
  const ByteView body = response.body_view();
  if (!has_no_body(response.status)) {
    if (!response.content_type.empty()) {
      text += "Content-Type: ";
      text += response.content_type;
      text += "\r\n";
    }
    text += "Content-Length: ";
    append_number(text, body.size());
    text += "\r\n";
  }
  for (const auto& [name, value] : response.headers) {
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
  }
  if (rules.close) {
    text += "Connection: close\r\n";
  } else if (rules.http_1_0) {
    text += "Connection: keep-alive\r\n";
  }
  text += "\r\n";
  if (rules.without_body || has_no_body(response.status)) {
    out.appended();
  } else if (body.size() <= OutputQueue::copy_bytes_max) {
    text += body;
    out.appended();
  } else if (response.body.empty()) {
    out.append_common(std::move(response.shared_body));
  } else {
    out.append(SharedBytes::own(std::move(response.body)));
  }
}

}  // namespace azud::io
