#include "io/test/loopback_client.h"

#include <algorithm>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/endian.h"

namespace azud::io {

LoopbackClient::LoopbackClient(uint16_t port, int receive_buffer_bytes) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  const timeval patience{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(std::exchange(socket_, -1));
  }
}

LoopbackClient::LoopbackClient(LoopbackClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

LoopbackClient::~LoopbackClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool LoopbackClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t LoopbackClient::send_until_blocked(std::string_view bytes, std::chrono::milliseconds patience) {
  std::size_t total = 0;
  while (total < bytes.size()) {
    pollfd poll{socket_, POLLOUT, 0};
    if (::poll(&poll, 1, static_cast<int>(patience.count())) != 1) break;
    const ssize_t sent = ::send(socket_, bytes.data() + total, bytes.size() - total, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) break;
    total += static_cast<std::size_t>(sent);
  }
  return total;
}

void LoopbackClient::end_sending() { ::shutdown(socket_, SHUT_WR); }

std::string LoopbackClient::receive(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = ::recv(socket_, bytes.data() + filled, count - filled, 0);
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

std::string LoopbackClient::receive_until(std::string_view mark) {
  std::string bytes;
  while (!bytes.ends_with(mark)) {
    char next;
    if (::recv(socket_, &next, 1, 0) != 1) break;
    bytes.push_back(next);
  }
  return bytes;
}

std::string LoopbackClient::receive_all() {
  std::string bytes;
  char part[16 << 10];
  while (true) {
    const ssize_t got = ::recv(socket_, part, sizeof part, 0);
    if (got <= 0) return bytes;
    bytes.append(part, static_cast<std::size_t>(got));
  }
}

std::string LoopbackClient::receive_frame() {
  const std::string length = receive(4);
  if (length.size() < 4) return {};
  return receive(static_cast<std::size_t>(load_big<int32_t>(length.data())));
}

LoopbackClient::HttpAnswer LoopbackClient::receive_http() {
  HttpAnswer answer;
  answer.head = receive_until("\r\n\r\n");
  if (answer.head.size() > 12) answer.status = std::atoi(answer.head.c_str() + 9);
  const std::string name = "Content-Length: ";
  if (const auto at = answer.head.find(name); at != std::string::npos) {
    answer.body = receive(static_cast<std::size_t>(std::atoll(answer.head.c_str() + at + name.size())));
  }
  return answer;
}

}  // namespace azud::io
