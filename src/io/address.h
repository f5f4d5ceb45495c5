#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace azud::io {

/// A host (name or literal address, without brackets; empty = every address of the machine, both stacks) and a port.
struct Address {
  std::string host;
  uint16_t port = 0;

  /// Reads "host:port", "1.2.3.4:80", "[::1]:80", ":80" and "*:80" (every address). The port may be 0.
  static Result<Address> parse(std::string_view text);

  /// The form parse() reads.
  std::string to_text() const;
};

}  // namespace azud::io
