#include "connect/mail/mail_server.h"

#include "base/hex.h"
#include "base/parse_number.h"

namespace azud::connect {
namespace {

/// Percent escapes and variables of one part of a URL.
Result<std::string> decode(std::string_view text, const MailServer::Environment& environment) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos) return fail(Code::invalid, "a ${{ without its }}");
      const std::string name(text.substr(i + 2, end - i - 2));
      const auto value = environment(name);
      if (!value) return fail(Code::invalid, "the environment has no variable {}", name);
      out += *value;
      i = end;
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1, low = high < 0 ? -1 : hex_digit(text[i + 2]);
      if (low < 0) return fail(Code::invalid, "a % without two hexadecimal digits: write %25 for the character itself");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Status read_host(std::string_view text, MailServer& server) {
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto port = parse_number<decltype(server.port)>(digits);
    if (!port || *port == 0) return fail(Code::invalid, "\"{}\" is not a port", digits);
    server.port = *port;
    text = text.substr(0, colon);
  }
  server.host = text;
  const bool good = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]:") ==
                    std::string_view::npos;
  if (text.empty() || !good) return fail(Code::invalid, "\"{}\" is not a host", text);
  return {};
}

}  // namespace

Result<MailServer> MailServer::parse(std::string_view url, const Environment& environment) {
  MailServer server;
  if (url.starts_with("smtps://")) {
    server.tls = Tls::immediate;
    server.port = 465;
  } else if (!url.starts_with("smtp://")) {
    return fail(Code::invalid, "an address such as smtp://host:25 or smtps://user:password@host:465 is expected");
  }
  url.remove_prefix(url.find("://") + 3);
  // The last '@': a variable's name has none, and a password may.
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = url.substr(0, at);
    url.remove_prefix(at + 1);
    const std::size_t colon = login.find(':');
    TRY_ASSIGN(server.user, decode(login.substr(0, colon), environment));
    if (colon != std::string_view::npos) {
      TRY_ASSIGN(server.password, decode(login.substr(colon + 1), environment));
    }
  }
  const std::size_t slash = url.find('/');
  TRY(read_host(url.substr(0, slash), server));
  if (slash != std::string_view::npos) server.name = url.substr(slash + 1);
  if (!server.user.empty() && server.tls == Tls::offered && !server.is_local()) server.tls = Tls::required;
  return server;
}

bool MailServer::is_local() const { return host == "localhost" || host.starts_with("127.") || host == "[::1]"; }

std::string MailServer::to_text() const {
  return fmt::format("{}://{}:{}", tls == Tls::immediate ? "smtps" : "smtp", host, port);
}

}  // namespace azud::connect
