#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace azud::connect {

/// A plain-text e-mail. `id` is unique for all time and stable: letters, digits, '-', '_' and '.'.
struct Mail {
  std::string id;
  TimestampMs at = 0;
  std::string from;
  std::string to;
  std::string subject;
  std::string text;
};

/// The headers in their order, values as they stand in the message (RFC 5322; RFC 2047 for what is not ASCII).
std::vector<std::pair<std::string, std::string>> mail_headers(const Mail& mail);
/// The whole message with CR LF line ends; the body is UTF-8 in base64.
std::string mail_bytes(const Mail& mail);

}  // namespace azud::connect
