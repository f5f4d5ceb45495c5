#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace azud::connect {

/// A plain-text e-mail. `id` is unique in its outbox and stable: letters, digits, '-', '_' and '.'.
struct Mail {
  std::string id;
  TimestampMs at = 0;
  std::string from;
  std::string to;  ///< one or more addresses, separated by commas
  std::string subject;
  std::string text;
  std::string origin = "azud";  ///< of its outbox: with the id it makes the Message-ID unique in the world
};

/// The headers in their order, values as they stand in the message (RFC 5322; RFC 2047 for what is not ASCII).
std::vector<std::pair<std::string, std::string>> mail_headers(const Mail& mail);
/// The whole message with CR LF line ends; the body is UTF-8 in base64.
std::string mail_bytes(const Mail& mail);

/// The bare addresses of a header's value: "Ana <a@x.org>, b@x.org" is a@x.org and b@x.org. `invalid` if there is none,
/// or one that cannot stand in an envelope.
Result<std::vector<std::string>> mail_addresses(std::string_view header);

}  // namespace azud::connect
