#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace azud::connect {

/// An SMTP server and how to talk to it.
struct MailServer {
  enum class Tls : uint8_t {
    off,
    offered,    ///< STARTTLS if the server offers it
    required,   ///< STARTTLS, or no mail
    immediate,  ///< from the first byte (smtps)
  };
  std::string host;
  uint16_t port = 25;
  Tls tls = Tls::offered;
  std::string user;
  std::string password;
  std::string name;     ///< that azud gives itself (EHLO); empty = the machine's
  std::string ca_file;  ///< whom to trust; empty = the system's

  /// Looks up a variable of the environment.
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;
  /// "smtp://user:password@host:port/name", "smtps://…". `%40` in user and password is '@'; `${NAME}` in them is a
  /// variable, taken as it is. A password goes over TLS or to this machine only: with one, `tls` is `required`.
  /// `invalid` never quotes the password.
  static Result<MailServer> parse(std::string_view url, const Environment& environment);

  bool is_local() const;
  /// Without credentials.
  std::string to_text() const;
};

}  // namespace azud::connect
