#include "io/address.h"

#include "base/parse_number.h"

namespace azud::io {

Result<Address> Address::parse(std::string_view text) {
  constexpr std::string_view hint = "host:port, for example localhost:9092, [::1]:9092 or :9092 for every address";
  Address address;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || text.substr(end + 1, 1) != ":") {
      return fail(Code::invalid, "an address must be {}; found '{}'", hint, text);
    }
    address.host = text.substr(1, end - 1);
    port = text.substr(end + 2);
  } else {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find(':') != colon) {
      return fail(Code::invalid, "an address must be {}; found '{}'", hint, text);
    }
    address.host = text.substr(0, colon);
    if (address.host == "*") address.host.clear();
    port = text.substr(colon + 1);
  }
  const auto number = parse_number<uint16_t>(port);
  if (!number) return fail(Code::invalid, "the port of an address must be a number from 0 to 65535; found '{}'", text);
  address.port = *number;
  return address;
}

std::string Address::to_text() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

}  // namespace azud::io
