#include "connect/mail/message.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "base/base64.h"

namespace azud::connect {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

/// RFC 2047: words of at most 75 characters, cut between UTF-8 characters.
std::string encoded_words(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t to = std::min(from + 42, text.size());
    while (to < text.size() && to > from + 1 && (static_cast<unsigned char>(text[to]) & 0xC0) == 0x80) --to;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(text.substr(from, to - from)) + "?=";
    from = to;
  }
  return out;
}

/// A header must not be able to begin another one.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  return out;
}

/// RFC 5322, in UTC and English whatever the locale: "Wed, 01 May 2024 00:00:01 +0000".
std::string date(TimestampMs at) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = at / 1000;
  std::tm t{};
  gmtime_r(&seconds, &t);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days[static_cast<std::size_t>(t.tm_wday)], t.tm_mday,
                     months[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> mail_headers(const Mail& mail) {
  return {{"From", one_line(mail.from)},
          {"To", one_line(mail.to)},
          {"Subject", encoded_words(one_line(mail.subject))},
          {"Date", date(mail.at)},
          {"Message-ID", fmt::format("<{}@{}.azud.invalid>", mail.id, mail.origin)},
          {"MIME-Version", "1.0"},
          {"Content-Type", "text/plain; charset=utf-8"},
          {"Content-Transfer-Encoding", "base64"}};
}

std::string mail_bytes(const Mail& mail) {
  std::string out;
  for (const auto& [name, value] : mail_headers(mail)) out += name + ": " + value + "\r\n";
  out += "\r\n";
  const std::string body = base64(mail.text);
  for (std::size_t from = 0; from < body.size(); from += 76) out += body.substr(from, 76) + "\r\n";
  return out;
}

Result<std::vector<std::string>> mail_addresses(std::string_view header) {
  std::vector<std::string> addresses;
  if (std::ranges::any_of(header, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    return fail(Code::invalid, "an address has no control characters");
  for (std::size_t from = 0; from <= header.size();) {
    const std::size_t comma = std::min(header.find(',', from), header.size());
    std::string_view one = header.substr(from, comma - from);
    from = comma + 1;
    if (const std::size_t open = one.find('<'); open != std::string_view::npos) {
      const std::size_t close = one.find('>', open);
      if (close == std::string_view::npos) return fail(Code::invalid, "\"{}\" is not an e-mail address", one);
      one = one.substr(open + 1, close - open - 1);
    }
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one.empty()) continue;
    const bool good = std::ranges::none_of(one, [](char c) {
      return static_cast<unsigned char>(c) <= ' ' || c == '\x7F' || c == '<' || c == '>' || c == '"';
    });
    if (!good || one.find('@') == std::string_view::npos || one.size() > 254)
      return fail(Code::invalid, "\"{}\" is not an e-mail address", one);
    addresses.emplace_back(one);
  }
  if (addresses.empty()) return fail(Code::invalid, "there is no address to send to");
  return addresses;
}

}  // namespace azud::connect
