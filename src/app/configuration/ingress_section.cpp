#include "app/configuration/ingress_section.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace azud::app {
namespace {

using config::Members;
using config::Node;

Result<connect::IngestField> read_field(const Node& node) {
  connect::IngestField field;
  TRY_ASSIGN(const Members members, node.members({"name", "type", "json"}));
  TRY_ASSIGN(const Node name, members.require("name"));
  TRY_ASSIGN(field.name, name.text());
  if (const auto type = members.find("type")) {
    TRY_ASSIGN(const std::string word, type->choice({"int", "bigint", "double", "boolean", "string"}));
    TRY_ASSIGN(field.type, connect::parse_ingest_type(word));
  }
  if (const auto json = members.find("json")) {
    TRY_ASSIGN(const auto list, json->list());
    for (const Node& item : list) {
      TRY_ASSIGN(std::string alias, item.text());
      field.json_names.push_back(std::move(alias));
    }
  }
  return field;
}

Result<std::shared_ptr<const connect::IngestFormat>> read_format(const Node& node) {
  connect::IngestRule rule;
  TRY_ASSIGN(const Members members, node.members({"fields", "key"}));
  TRY_ASSIGN(const Node fields, members.require("fields"));
  TRY_ASSIGN(const auto list, fields.list());
  for (const Node& item : list) {
    TRY_ASSIGN(connect::IngestField field, read_field(item));
    rule.fields.push_back(std::move(field));
  }
  TRY(members.read("key", rule.key, &Node::text));
  auto format = connect::IngestFormat::create(std::move(rule));
  if (!format) return node.complain(format.error().message());
  return *std::move(format);
}

}  // namespace

Status read_client_limits(const Members& members, io::HttpServerOptions& limits) {
  for (const auto& [name, limit] : {std::pair("max_connections", &limits.connections_max),
                                    std::pair("max_connections_per_ip", &limits.connections_per_host_max)}) {
    const auto node = members.find(name);
    if (!node) continue;
    TRY_ASSIGN(const int64_t number, node->integer(1, std::numeric_limits<int32_t>::max()));
    *limit = static_cast<std::size_t>(number);
  }
  if (const auto node = members.find("queued_bytes_max")) {
    TRY_ASSIGN(const int64_t bytes, node->bytes());
    if (static_cast<std::size_t>(bytes) < limits.body_bytes_max)
      return node->complain(fmt::format("one request alone may have {} bytes", limits.body_bytes_max));
    limits.queued_bytes_max = static_cast<std::size_t>(bytes);
  }
  TRY(members.read("receive_timeout", limits.body_timeout_ms, &Node::duration_ms, false));
  limits.head_timeout_ms = std::min(limits.head_timeout_ms, limits.body_timeout_ms);
  TRY(members.read("send_timeout", limits.write_timeout_ms, &Node::duration_ms, false));
  TRY(members.read("idle_timeout", limits.keep_alive_timeout_ms, &Node::duration_ms, false));
  return {};
}

Status read_ingress_section(const Node& node, IngressSection& section) {
  TRY_ASSIGN(const Members members,
             node.members({"listen", "formats", "topics", "max_connections", "max_connections_per_ip",
                           "queued_bytes_max", "receive_timeout", "send_timeout", "idle_timeout"}));
  TRY(read_client_limits(members, section.limits));
  TRY(members.read("listen", section.listen, &Node::text));
  std::map<std::string, std::shared_ptr<const connect::IngestFormat>> by_name;
  if (const auto formats = members.find("formats")) {
    TRY_ASSIGN(const auto entries, formats->entries());
    for (const auto& [name, value] : entries) {
      TRY_ASSIGN(by_name[name], read_format(value));
    }
  }
  if (const auto topics = members.find("topics")) {
    TRY_ASSIGN(const auto entries, topics->entries());
    for (const auto& [topic, value] : entries) {
      TRY_ASSIGN(const std::string name, value.text());
      const auto format = by_name.find(name);
      if (format == by_name.end())
        return value.complain(fmt::format("there is no format \"{}\"", name), "name one of those under formats");
      section.formats[topic] = format->second;
    }
  }
  return {};
}

}  // namespace azud::app
