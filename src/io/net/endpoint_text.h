#pragma once

#include <string>

#include <boost/system/error_code.hpp>
#include <fmt/format.h>

#include "io/address.h"

namespace azud::io {

/// "127.0.0.1:9092" or "[::1]:9092"; IPv4 that came in on a dual-stack socket reads as IPv4. "?" if the socket is gone.
template <class Endpoint>
std::string endpoint_text(const Endpoint& endpoint) {
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    const auto bytes = address.to_v6().to_bytes();
    return fmt::format("{}.{}.{}.{}:{}", bytes[12], bytes[13], bytes[14], bytes[15], endpoint.port());
  }
  return Address{address.to_string(), endpoint.port()}.to_text();
}

template <class Socket>
std::string peer_text_of(const Socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? "?" : endpoint_text(endpoint);
}

template <class Socket>
std::string local_text_of(const Socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.local_endpoint(error);
  return error ? "?" : endpoint_text(endpoint);
}

/// The address alone, of IPv4 as IPv4.
template <class Socket>
std::string peer_host_of(const Socket& socket) {
  const std::string text = peer_text_of(socket);
  return text.substr(0, text.rfind(':'));
}

}  // namespace azud::io
