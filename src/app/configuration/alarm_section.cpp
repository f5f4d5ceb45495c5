#include "app/configuration/alarm_section.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "connect/mail/message.h"

namespace azud::app {
namespace {

using config::Members;
using config::Node;

Result<alarm::Severity> read_severity(const Node& node) {
  TRY_ASSIGN(const std::string word, node.choice({"CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE"}));
  return *alarm::parse_severity(word);
}

Status read_severities(const Node& node, alarm::AlarmRule& rule) {
  if (!node.is_mapping()) {
    TRY_ASSIGN(rule.severity, read_severity(node));
    return {};
  }
  TRY_ASSIGN(const auto entries, node.entries());
  for (const auto& [type, value] : entries) {
    TRY_ASSIGN(const alarm::Severity severity, read_severity(value));
    if (type == "default")
      rule.severity = severity;
    else
      rule.severities[type] = severity;
  }
  return {};
}

/// The text itself, or the content of a file of that name beside the configuration.
Result<std::string> read_body(const Node& node, const std::filesystem::path& folder) {
  TRY_ASSIGN(const std::string text, node.text());
  if (text.find('\n') != std::string::npos || text.find('{') != std::string::npos) return text;
  std::ifstream in(folder / text);
  std::stringstream content;
  content << in.rdbuf();
  if (!in) return node.complain(fmt::format("cannot read the file {}", (folder / text).string()));
  return content.str();
}

Result<alarm::MailTemplate> read_template(const Node& node, const std::filesystem::path& folder) {
  alarm::MailTemplate mail;
  TRY_ASSIGN(const Members members, node.members({"subject", "body"}));
  TRY_ASSIGN(const Node subject, members.require("subject"));
  TRY_ASSIGN(mail.subject, subject.text());
  TRY_ASSIGN(const Node body, members.require("body"));
  TRY_ASSIGN(mail.body, read_body(body, folder));
  return mail;
}

Result<alarm::NotifyRule> read_notify(const Node& node, const std::filesystem::path& folder) {
  alarm::NotifyRule rule;
  TRY_ASSIGN(const Members members, node.members({"lookup", "to", "raise", "clear"}));
  TRY_ASSIGN(const Node to, members.require("to"));
  TRY_ASSIGN(rule.to, to.text());
  if (const auto lookup = members.find("lookup")) {
    TRY_ASSIGN(const Members of, lookup->members({"topic", "key"}));
    TRY_ASSIGN(const Node topic, of.require("topic"));
    TRY_ASSIGN(rule.lookup_topic, topic.text());
    TRY_ASSIGN(const Node key, of.require("key"));
    TRY_ASSIGN(rule.lookup_key, key.text());
  }
  if (const auto raise = members.find("raise")) {
    TRY_ASSIGN(rule.on_raise, read_template(*raise, folder));
  }
  if (const auto clear = members.find("clear")) {
    TRY_ASSIGN(rule.on_clear, read_template(*clear, folder));
  }
  return rule;
}

Result<alarm::AlarmRule> read_rule(const Node& node, const std::filesystem::path& folder) {
  alarm::AlarmRule rule;
  TRY_ASSIGN(const Members members, node.members({"topic", "originator", "type", "what", "raise", "clear", "time",
                                                  "severity", "zone", "label", "notify"}));
  for (const auto& [name, target] : {std::pair{"topic", &rule.topic}, std::pair{"originator", &rule.originator},
                                     std::pair{"type", &rule.type}, std::pair{"what", &rule.what}}) {
    TRY_ASSIGN(const Node member, members.require(name));
    TRY_ASSIGN(*target, member.text());
  }
  for (const auto& [name, target] :
       {std::pair{"raise", &rule.raise}, std::pair{"clear", &rule.clear}, std::pair{"time", &rule.time},
        std::pair{"zone", &rule.zone}, std::pair{"label", &rule.label}})
    TRY(members.read(name, *target, &Node::text));
  if (const auto severity = members.find("severity")) TRY(read_severities(*severity, rule));
  if (const auto notify = members.find("notify")) {
    TRY_ASSIGN(rule.notify, read_notify(*notify, folder));
  }
  return rule;
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Status read_mail_server(const Node& node, const Members& members, const std::filesystem::path& folder,
                        MailSection& section) {
  TRY_ASSIGN(const std::string url, node.text());
  Result<connect::MailServer> server = connect::MailServer::parse(url, variable);
  if (!server) return node.complain(server.error().message(), server.error().hint());
  if (const auto tls = members.find("tls")) {
    using enum connect::MailServer::Tls;
    TRY_ASSIGN(const std::string word, tls->choice({"off", "offered", "required"}));
    if (server->tls == immediate) return tls->complain("smtps:// is TLS from the first byte: \"tls\" is for smtp://");
    server->tls = word == "off" ? off : word == "offered" ? offered : required;
  }
  if (const auto ca = members.find("ca")) {
    TRY_ASSIGN(const std::string file, ca->text());
    server->ca_file = (folder / file).string();
    if (!std::filesystem::exists(server->ca_file))
      return ca->complain(fmt::format("cannot read the file {}", server->ca_file));
  }
  section.server = *std::move(server);
  return {};
}

}  // namespace

Status read_alarm_section(const Node& node, const std::filesystem::path& folder, std::vector<alarm::AlarmRule>& rules) {
  TRY_ASSIGN(const auto list, node.list());
  for (const Node& item : list) {
    TRY_ASSIGN(alarm::AlarmRule rule, read_rule(item, folder));
    rules.push_back(std::move(rule));
  }
  return {};
}

Status read_mail_section(const Node& node, const std::filesystem::path& folder, MailSection& section) {
  TRY_ASSIGN(const Members members, node.members({"outbox", "from", "server", "tls", "ca", "retry_for", "keep_for"}));
  std::string outbox;
  TRY(members.read("outbox", outbox, &Node::text));
  if (!outbox.empty()) section.outbox = outbox;
  if (const auto from = members.find("from")) {
    TRY_ASSIGN(section.from, from->text());
    if (const auto good = connect::mail_addresses(section.from); !good) return from->complain(good.error().message());
  }
  TRY(members.read("retry_for", section.retry_for_ms, &Node::duration_ms, false));
  TRY(members.read("keep_for", section.keep_for_ms, &Node::duration_ms, true));
  const auto server = members.find("server");
  for (const char* name : {"tls", "ca"})
    if (const auto other = members.find(name); other && !server)
      return other->complain(fmt::format("\"{}\" says how to talk to a server, and none is set", name),
                             "set mail.server to smtp://host:25 or smtps://user:password@host:465");
  return server ? read_mail_server(*server, members, folder, section) : Status();
}

}  // namespace azud::app
