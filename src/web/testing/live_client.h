#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "io/test/loopback_client.h"
#include "web/json.h"

namespace azud::web {

/// A WebSocket client of /api/live for tests: text frames, no fragments.
class LiveClient {
 public:
  explicit LiveClient(uint16_t port, std::string_view origin = "") : socket_(port) {
    socket_.send(
        fmt::format("GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{}"
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                    port, origin.empty() ? "" : fmt::format("Origin: {}\r\n", origin)));
    head_ = socket_.receive_until("\r\n\r\n");
  }
  bool open() const { return head_.starts_with("HTTP/1.1 101"); }
  const std::string& head() const { return head_; }

  void send(std::string_view text) {
    std::string frame = "\x81";
    if (text.size() < 126) {
      frame += static_cast<char>(0x80 | text.size());
    } else {
      frame += static_cast<char>(0x80 | 126);
      frame += static_cast<char>(text.size() >> 8);
      frame += static_cast<char>(text.size() & 255);
    }
    frame.append(4, '\0');  // a mask of zeros leaves the bytes as they are
    frame += text;
    socket_.send(frame);
  }

  /// The next text frame; null after a close or after ten seconds.
  Json receive() {
    for (;;) {
      const std::string head = socket_.receive(2);
      if (head.size() < 2) return nullptr;
      std::size_t size = static_cast<unsigned char>(head[1]) & 127U;
      const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
      if (more > 0) {
        size = 0;
        for (const char c : socket_.receive(more)) size = size << 8 | static_cast<unsigned char>(c);
      }
      std::string body = socket_.receive(size);
      const int kind = head[0] & 15;
      if (kind == 8) {
        close_reason_ = body.substr(std::min<std::size_t>(2, body.size()));
        return nullptr;
      }
      if (kind == 1) return Json::parse(body);
    }
  }
  /// The next frame with this op (and id), skipping others.
  Json receive(std::string_view op, std::string_view id = "") {
    for (;;) {
      Json frame = receive();
      if (frame.is_null() || (frame["op"] == op && (id.empty() || frame.value("id", "") == id))) return frame;
    }
  }
  const std::string& close_reason() const { return close_reason_; }

 private:
  io::LoopbackClient socket_;
  std::string head_, close_reason_;
};

}  // namespace azud::web
