#include "app/configuration/configuration.h"

#include <limits>

#include "config/document.h"

namespace azud::app {
namespace {

using config::Members;
using config::Node;

Result<std::map<std::string, std::string>> read_texts(const Node& node) {
  std::map<std::string, std::string> texts;
  TRY_ASSIGN(const auto entries, node.entries());
  for (const auto& [name, value] : entries) {
    TRY_ASSIGN(texts[name], value.text());
  }
  return texts;
}

Status read_texts(const Members& members, std::string_view name, std::map<std::string, std::string>& target) {
  if (const auto node = members.find(name)) {
    TRY_ASSIGN(target, read_texts(*node));
  }
  return {};
}

Status read_topics(const Node& node, Configuration& configuration) {
  TRY_ASSIGN(const auto entries, node.entries());
  for (const auto& [name, value] : entries) {
    TopicSection topic{.name = name};
    if (const Status good = log::check_topic_name(name); !good) return value.complain(good.error().message());
    TRY_ASSIGN(const Members members, value.members({"partitions", "event_time", "config"}));
    int64_t partitions = 1;
    TRY(members.read("partitions", partitions, &Node::integer, 1, 100'000));
    topic.partitions = static_cast<int32_t>(partitions);
    TRY(members.read("event_time", topic.event_time, &Node::boolean));
    TRY(read_texts(members, "config", topic.config));
    if (const auto parsed = log::TopicConfig::parse(topic.config, {}); !parsed)
      return members.find("config")->complain(parsed.error().message());
    configuration.topics.push_back(std::move(topic));
  }
  return {};
}

Status read_jobs(const Node& node, Configuration& configuration) {
  TRY_ASSIGN(const auto list, node.list());
  for (const Node& item : list) {
    JobSection job;
    TRY_ASSIGN(const Members members, item.members({"name", "file", "set"}));
    TRY_ASSIGN(const Node name, members.require("name"));
    TRY_ASSIGN(job.name, name.text());
    TRY_ASSIGN(const Node file, members.require("file"));
    TRY_ASSIGN(const std::string path, file.text());
    job.file = configuration.folder / path;
    TRY(read_texts(members, "set", job.set));
    for (const JobSection& other : configuration.jobs)
      if (other.name == job.name) return name.complain(fmt::format("a second job is called \"{}\"", job.name));
    configuration.jobs.push_back(std::move(job));
  }
  return {};
}

Status read_load(const Node& node, Configuration& configuration) {
  TRY_ASSIGN(const auto list, node.list());
  for (const Node& item : list) {
    LoadSection load;
    TRY_ASSIGN(const Members members,
               item.members({"topic", "generator", "file", "key", "parameters", "nominal_timestamp"}));
    TRY_ASSIGN(const Node topic, members.require("topic"));
    TRY_ASSIGN(load.topic, topic.text());
    TRY(members.read("generator", load.generator, &Node::text));
    std::string file;
    TRY(members.read("file", file, &Node::text));
    if (file.empty() == load.generator.empty())
      return item.complain("exactly one of \"generator\" and \"file\" says where the records come from");
    if (!file.empty()) load.file = configuration.folder / file;
    TRY(members.read("key", load.key, &Node::text));
    TRY(read_texts(members, "parameters", load.parameters));
    TRY(members.read("nominal_timestamp", load.nominal_timestamp_ms, &Node::integer, 0,
                     std::numeric_limits<int64_t>::max()));
    configuration.load.push_back(std::move(load));
  }
  return {};
}

Status read_simulate(const Node& node, Configuration& configuration) {
  SimulateSection simulate;
  TRY_ASSIGN(const Members members, node.members({"rate", "parameters"}));
  if (const auto rate = members.find("rate")) {
    TRY_ASSIGN(const std::string text, rate->text());
    if (text != "max") {
      TRY_ASSIGN(simulate.rate, rate->number());
      if (!(simulate.rate > 0)) return rate->complain("a rate above 0 or max is expected here");
    }
  }
  TRY(read_texts(members, "parameters", simulate.parameters));
  configuration.simulate = std::move(simulate);
  return {};
}

Status read_web(const Node& node, Configuration& configuration) {
  TRY_ASSIGN(const Members members,
             node.members({"listen", "dashboards", "home", "sql", "max_connections", "max_connections_per_ip",
                           "queued_bytes_max", "receive_timeout", "send_timeout", "idle_timeout"}));
  TRY(read_client_limits(members, configuration.web_limits));
  TRY(members.read("listen", configuration.web_listen, &Node::text));
  TRY(members.read("home", configuration.home_dashboard, &Node::text));
  if (const auto sql = members.find("sql")) {
    TRY_ASSIGN(const std::string word, sql->choice({"off", "local", "anyone"}));
    using enum Configuration::WebSql;
    configuration.web_sql = word == "off" ? off : word == "local" ? local : anyone;
  }
  std::string dashboards;
  TRY(members.read("dashboards", dashboards, &Node::text));
  if (!dashboards.empty()) configuration.dashboards = configuration.folder / dashboards;
  return {};
}

Status read_durability(const Members& members, Configuration& configuration) {
  if (const auto node = members.find("durability")) {
    TRY_ASSIGN(const std::string word, node->choice({"commit", "interval", "none"}));
    configuration.log.durability = word == "commit"     ? log::Durability::commit
                                   : word == "interval" ? log::Durability::interval
                                                        : log::Durability::none;
  }
  TRY(members.read("sync_interval", configuration.log.sync_interval_ms, &Node::duration_ms, false));
  if (const auto node = members.find("event_time")) {
    TRY_ASSIGN(const std::string word, node->choice({"arrival", "nominal"}));
    configuration.event_time = word == "nominal" ? EventTime::nominal : EventTime::arrival;
  }
  return {};
}

struct Section {
  std::string_view name;
  Status (*read)(const Node& node, Configuration& configuration);
};
constexpr Section sections[] = {
    {"broker", [](const Node& node, Configuration& c) { return read_broker_section(node, c.broker, c.log); }},
    {"topics", read_topics},
    {"ingress", [](const Node& node, Configuration& c) { return read_ingress_section(node, c.ingress); }},
    {"load", read_load},
    {"jobs", read_jobs},
    {"alarms", [](const Node& node, Configuration& c) { return read_alarm_section(node, c.folder, c.alarms); }},
    {"mail", [](const Node& node, Configuration& c) { return read_mail_section(node, c.folder, c.mail); }},
    {"web", read_web},
    {"simulate", read_simulate},
};

Result<Configuration> read(const Node& document, std::filesystem::path folder) {
  Configuration configuration;
  configuration.folder = std::move(folder);
  if (document.is_null()) return configuration;
  TRY_ASSIGN(const Members members,
             document.members({"name", "data", "durability", "sync_interval", "event_time", "broker", "topics",
                               "ingress", "load", "jobs", "alarms", "mail", "web", "simulate"}));
  TRY(members.read("name", configuration.name, &Node::text));
  std::string data;
  TRY(members.read("data", data, &Node::text));
  if (!data.empty()) configuration.data = configuration.folder / data;
  TRY(read_durability(members, configuration));
  for (const Section& section : sections)
    if (const auto node = members.find(section.name)) TRY(section.read(*node, configuration));
  for (alarm::AlarmRule& rule : configuration.alarms)
    if (rule.notify) rule.notify->from = configuration.mail.from;
  return configuration;
}

}  // namespace

Result<Configuration> Configuration::load_file(const std::filesystem::path& file) {
  TRY_ASSIGN(const Node document, Node::load(file));
  return read(document, file.parent_path());
}

Result<Configuration> Configuration::parse(const std::string& text, const std::string& name,
                                           std::filesystem::path folder) {
  TRY_ASSIGN(const Node document, Node::parse(text, name));
  return read(document, std::move(folder));
}

}  // namespace azud::app
