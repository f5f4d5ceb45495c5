#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace azud::io {

/// A plain blocking TCP client of 127.0.0.1 for tests of servers: it can do what no well-behaved client does. Every
/// wait ends after ten seconds at most; what was not received is then missing in the result.
class LoopbackClient {
 public:
  explicit LoopbackClient(uint16_t port, int receive_buffer_bytes = 0);
  ~LoopbackClient();
  LoopbackClient(LoopbackClient&& other) noexcept;
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;
  LoopbackClient& operator=(LoopbackClient&&) = delete;

  bool connected() const { return socket_ >= 0; }

  /// False if the peer has closed.
  bool send(std::string_view bytes);
  /// As many bytes of `bytes` as can be sent without the peer reading, with this much patience.
  std::size_t send_until_blocked(std::string_view bytes, std::chrono::milliseconds patience);
  void end_sending();

  /// Exactly `count` bytes, or fewer at the end or after ten seconds.
  std::string receive(std::size_t count);
  /// Up to and with `mark`.
  std::string receive_until(std::string_view mark);
  /// All there is until the peer closes.
  std::string receive_all();
  /// One frame with a big-endian int32 length in front, without it.
  std::string receive_frame();

  /// One HTTP answer: head and, by its Content-Length, body.
  struct HttpAnswer {
    int status = 0;
    std::string head;
    std::string body;
  };
  HttpAnswer receive_http();

 private:
  int socket_ = -1;
};

}  // namespace azud::io
