#include "connect/mail/smtp_carrier.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <mutex>

#include <curl/curl.h>

namespace azud::connect {
namespace {

constexpr long connect_timeout_s = 20;
constexpr long mail_timeout_s = 120;
/// How long a mail whose text is on its way may take to end when azud stops: cut off, it would be sent twice.
constexpr auto stop_patience = std::chrono::seconds(5);

/// Answers that speak of the login and not of the mail (RFC 4954).
bool is_about_login(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

void set_up_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::string join(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

}  // namespace

/// One mail on its way: what was said, to judge a failure by.
struct SmtpCarrier::Conversation {
  std::string bytes;
  std::size_t sent = 0;
  const std::atomic<bool>* interrupted = nullptr;
  std::chrono::steady_clock::time_point interrupted_at;

  bool about_mail = false;  ///< MAIL was said: answers speak of this mail from then on
  bool in_text = false;
  std::string verb;   ///< of the last command
  std::string reply;  ///< the last one, whole
  int code = 0;
  std::size_t recipient = 0;  ///< answered so far
  std::vector<std::pair<std::size_t, std::string>> refused_now, refused;

  void said(std::string_view line) {
    verb = line.substr(0, line.find_first_of(" \r\n"));
    if (verb == "QUIT") return;  // after a failure: the answer before it is what counts
    reply.clear();
    code = 0;
    if (verb == "MAIL") about_mail = true;
  }
  void heard(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.size() < 3 || verb == "QUIT") return;
    const bool more = line.size() > 3 && line[3] == '-';
    reply += (reply.empty() ? "" : " ") +
             std::string(reply.empty() ? line : line.substr(std::min<std::size_t>(4, line.size())));
    if (more) return;
    code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (verb == "DATA" && code < 400) in_text = true;
    if (verb != "RCPT") return;
    if (code >= 500) refused.emplace_back(recipient, reply);
    if (code >= 400 && code < 500) refused_now.emplace_back(recipient, reply);
    ++recipient;
  }

  static int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    auto& conversation = *static_cast<Conversation*>(self);
    if (type == CURLINFO_HEADER_OUT) conversation.said({data, size});
    if (type == CURLINFO_HEADER_IN) conversation.heard({data, size});
    return 0;
  }
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& conversation = *static_cast<Conversation*>(self);
    const std::size_t part = std::min(size * count, conversation.bytes.size() - conversation.sent);
    std::memcpy(buffer, conversation.bytes.data() + conversation.sent, part);
    conversation.sent += part;
    return part;
  }
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& conversation = *static_cast<Conversation*>(self);
    if (!*conversation.interrupted) return 0;
    if (!conversation.in_text) return 1;
    const auto now = std::chrono::steady_clock::now();
    if (conversation.interrupted_at == std::chrono::steady_clock::time_point()) conversation.interrupted_at = now;
    return now - conversation.interrupted_at > stop_patience ? 1 : 0;
  }
};

SmtpCarrier::SmtpCarrier(MailServer server) : server_(std::move(server)) { set_up_once(); }
SmtpCarrier::~SmtpCarrier() = default;

std::vector<MailOutcome> SmtpCarrier::carry(std::span<const Outbox::Queued> mails) {
  std::vector<MailOutcome> outcomes;
  for (const Outbox::Queued& one : mails) {
    outcomes.push_back(carry_one(one));
    if (outcomes.back().kind == MailOutcome::Kind::unreachable) break;
  }
  return outcomes;
}

MailOutcome SmtpCarrier::carry_one(const Outbox::Queued& queued) {
  const auto sender = mail_addresses(queued.mail.from);
  if (!sender) return {MailOutcome::Kind::refused, "sender: " + sender.error().message(), {}};
  const auto recipients = mail_addresses(queued.remaining.empty() ? queued.mail.to : queued.remaining);
  if (!recipients) return {MailOutcome::Kind::refused, "recipient: " + recipients.error().message(), {}};
  Conversation conversation{.bytes = mail_bytes(queued.mail), .interrupted = &interrupted_};
  MailOutcome outcome = talk(conversation, sender->front(), *recipients);
  // A server may end a connection that it has had long enough; that says nothing about the mail.
  const bool ended = conversation.code == 421 || (conversation.code == 0 && !conversation.in_text);
  if (outcome.kind != MailOutcome::Kind::done && ended && conversation.about_mail && !interrupted_) {
    curl_.reset();
    conversation = {.bytes = std::move(conversation.bytes), .interrupted = &interrupted_};
    outcome = talk(conversation, sender->front(), *recipients);
  }
  if (outcome.kind != MailOutcome::Kind::done) curl_.reset();
  return outcome;
}

MailOutcome SmtpCarrier::talk(Conversation& conversation, const std::string& sender,
                              const std::vector<std::string>& recipients) {
  using Kind = MailOutcome::Kind;
  if (!curl_) curl_ = std::shared_ptr<void>(curl_easy_init(), [](void* handle) { curl_easy_cleanup(handle); });
  CURL* curl = curl_.get();
  if (curl == nullptr) return {Kind::unreachable, "no memory for a connection", {}};
  curl_easy_reset(curl);  // keeps the connection
  char words[CURL_ERROR_SIZE] = "";
  curl_slist* list = nullptr;
  for (const std::string& one : recipients) list = curl_slist_append(list, ("<" + one + ">").c_str());
  const std::shared_ptr<curl_slist> keep(list, curl_slist_free_all);
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
  const std::string url = server_.to_text() + "/" + server_.name;
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  set(CURLOPT_TIMEOUT, mail_timeout_s);
  set(CURLOPT_ERRORBUFFER, words);
  const bool required = server_.tls == MailServer::Tls::required || server_.tls == MailServer::Tls::immediate;
  set(CURLOPT_USE_SSL, static_cast<long>(required                              ? CURLUSESSL_ALL
                                         : server_.tls == MailServer::Tls::off ? CURLUSESSL_NONE
                                                                               : CURLUSESSL_TRY));
  // Taken if offered, TLS keeps listeners out and proves nothing: as mail servers do among themselves (RFC 7435).
  const bool verified = required || !server_.ca_file.empty();
  set(CURLOPT_SSL_VERIFYPEER, verified ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, verified ? 2L : 0L);
  if (!server_.ca_file.empty()) set(CURLOPT_CAINFO, server_.ca_file.c_str());
  if (!server_.user.empty()) {
    set(CURLOPT_USERNAME, server_.user.c_str());
    set(CURLOPT_PASSWORD, server_.password.c_str());
  }
  const std::string from = "<" + sender + ">";
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, list);
  set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(conversation.bytes.size()));
  set(CURLOPT_READFUNCTION, &Conversation::on_read);
  set(CURLOPT_READDATA, static_cast<void*>(&conversation));
  set(CURLOPT_VERBOSE, 1L);
  set(CURLOPT_DEBUGFUNCTION, &Conversation::on_debug);
  set(CURLOPT_DEBUGDATA, static_cast<void*>(&conversation));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Conversation::on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(&conversation));
  const CURLcode result = curl_easy_perform(curl);

  MailOutcome outcome;
  for (const auto& [index, reply] : conversation.refused)
    outcome.reason +=
        (outcome.reason.empty() ? "" : "; ") + recipients[std::min(index, recipients.size() - 1)] + ": " + reply;
  std::vector<std::string> remaining;
  for (const auto& [index, reply] : conversation.refused_now) {
    outcome.reason +=
        (outcome.reason.empty() ? "" : "; ") + recipients[std::min(index, recipients.size() - 1)] + ": " + reply;
    if (index < recipients.size()) remaining.push_back(recipients[index]);
  }
  if (result == CURLE_OK) {
    if (remaining.empty()) return outcome;
    return {Kind::later, std::move(outcome.reason), join(remaining)};
  }
  const int code = conversation.code;
  if (code >= 400) {
    if (outcome.reason.empty()) outcome.reason = "the server answered " + conversation.reply;
  } else {
    outcome.reason = *words != '\0' ? words : curl_easy_strerror(result);
  }
  if (!conversation.about_mail || code == 421 || is_about_login(code)) {
    outcome.kind = Kind::unreachable;
  } else if (code >= 500 && conversation.refused_now.empty()) {
    outcome.kind = Kind::refused;
  } else {
    // Recipients that were refused for good are not asked again.
    outcome.kind = Kind::later;
    if (!conversation.refused.empty()) outcome.remaining = join(remaining);
  }
  return outcome;
}

}  // namespace azud::connect
