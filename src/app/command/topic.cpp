#include <cstdio>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/report.h"
#include "kafka/client/admin.h"
#include "kafka/client/consumer.h"
#include "kafka/client/producer.h"

namespace azud::app {
namespace {

struct TopicOptions {
  std::string server = "localhost:9092";
  std::string name;
  int32_t partitions = 1;
  std::vector<std::string> config;
  std::vector<std::string> unset;
  std::string group;
  bool from_beginning = false;
  bool to_end = false;
  int64_t from_time_ms = -1;
  int64_t count = -1;
  std::string format = "%v";
  std::string key_separator;
};

Result<std::pair<std::string, std::string>> split_setting(const std::string& setting) {
  const std::size_t at = setting.find('=');
  if (at == std::string::npos || at == 0)
    return fail(Code::invalid, "--config takes name=value, for example retention.ms=86400000; found \"{}\"", setting);
  return std::pair{setting.substr(0, at), setting.substr(at + 1)};
}

Status list_topics(const TopicOptions& options) {
  TRY_ASSIGN(const auto admin, kafka::Admin::open(options.server));
  TRY_ASSIGN(const auto topics, admin->topics());
  std::vector<std::vector<std::string>> rows{{"TOPIC", "PARTITIONS", "RECORDS"}};
  for (const auto& topic : topics) {
    TRY_ASSIGN(const auto offsets, admin->offsets(topic.name));
    int64_t records = 0;
    for (const auto& at : offsets) records += at.end - at.start;
    rows.push_back({topic.name, std::to_string(topic.partitions), std::to_string(records)});
  }
  std::cout << table(rows);
  return {};
}

Status describe_topic(const TopicOptions& options) {
  TRY_ASSIGN(const auto admin, kafka::Admin::open(options.server));
  TRY_ASSIGN(const auto offsets, admin->offsets(options.name));
  TRY_ASSIGN(const auto settings, admin->topic_settings(options.name));
  std::vector<std::vector<std::string>> rows{{"PARTITION", "START", "END", "RECORDS"}};
  for (const auto& at : offsets)
    rows.push_back({std::to_string(at.partition), std::to_string(at.start), std::to_string(at.end),
                    std::to_string(at.end - at.start)});
  std::cout << table(rows) << '\n';
  rows = {{"SETTING", "VALUE", ""}};
  for (const auto& setting : settings)
    rows.push_back({setting.name, setting.value, setting.is_default ? "default" : "set"});
  std::cout << table(rows);
  return {};
}

Status create_topic(const TopicOptions& options) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const std::string& text : options.config) {
    TRY_ASSIGN(auto setting, split_setting(text));
    settings.push_back(std::move(setting));
  }
  TRY_ASSIGN(const auto admin, kafka::Admin::open(options.server));
  return admin->create_topic(options.name, options.partitions, settings);
}

Status alter_topic(const TopicOptions& options, bool partitions_given) {
  std::map<std::string, std::optional<std::string>> changes;
  for (const std::string& text : options.config) {
    TRY_ASSIGN(auto setting, split_setting(text));
    changes[setting.first] = setting.second;
  }
  for (const std::string& name : options.unset) changes[name] = std::nullopt;
  TRY_ASSIGN(const auto admin, kafka::Admin::open(options.server));
  if (partitions_given) TRY(admin->add_partitions(options.name, options.partitions));
  if (!changes.empty()) TRY(admin->alter_topic(options.name, changes));
  return {};
}

/// kcat's letters: %t topic, %p partition, %o offset, %T timestamp, %k key, %v value, %% percent; \n and \t.
std::string formatted(std::string_view format, const kafka::IncomingMessage& message) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char next = i + 1 < format.size() ? format[i + 1] : '\0';
    if (format[i] == '%' && next != '\0') {
      ++i;
      switch (next) {
        case 't': out += message.topic; break;
        case 'p': out += std::to_string(message.partition); break;
        case 'o': out += std::to_string(message.offset); break;
        case 'T': out += std::to_string(message.timestamp_ms); break;
        case 'k': out += message.has_key ? message.key : "NULL"; break;
        case 'v': out += message.has_value ? message.value : "NULL"; break;
        default: out += next;
      }
    } else if (format[i] == '\\' && (next == 'n' || next == 't')) {
      out += next == 'n' ? '\n' : '\t';
      ++i;
    } else {
      out += format[i];
    }
  }
  return out + "\n";
}

Status consume_topic(const TopicOptions& options) {
  watch_signals();
  using Kind = kafka::OffsetTarget::Kind;
  kafka::OffsetTarget start{options.from_beginning ? Kind::earliest : Kind::latest, 0};
  if (options.from_time_ms >= 0) start = {Kind::timestamp, options.from_time_ms};
  return kafka::consume(
      {.bootstrap_servers = options.server,
       .topic = options.name,
       .group = options.group,
       .start = start,
       .to_end = options.to_end,
       .records_max = options.count},
      [&](const kafka::IncomingMessage& message) {
        const std::string line = formatted(options.format, message);
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
        return true;
      },
      [] { return stop_requested(); });
}

/// Each line of standard input is a value, or a key and a value.
Status produce_topic(const TopicOptions& options) {
  Status refused;
  TRY_ASSIGN(const auto producer,
             kafka::Producer::open({.bootstrap_servers = options.server}, [&](uint64_t, const Status& status) {
               if (!status && refused) refused = status;
             }));
  TRY_ASSIGN(const uint32_t topic, producer->add_topic(options.name));
  for (std::string line; refused && std::getline(std::cin, line);) {
    kafka::OutgoingMessage message{.value = line};
    const std::size_t at = options.key_separator.empty() ? std::string::npos : line.find(options.key_separator);
    if (at != std::string::npos) {
      message.key = std::string_view(line).substr(0, at);
      message.value = std::string_view(line).substr(at + options.key_separator.size());
    }
    for (bool queued = false; !queued;) {
      TRY_ASSIGN(queued, producer->send(topic, message));
      producer->poll(queued ? 0 : 50);
    }
  }
  TRY(producer->flush(30'000));
  return refused;
}

}  // namespace

CommandRun define_topic(CLI::App& app) {
  auto options = std::make_shared<TopicOptions>();
  app.require_subcommand(1);
  app.add_option("--server,--bootstrap-server", options->server, "host:port of an azud or a Kafka")
      ->capture_default_str();
  const auto named = [&](const char* name, const char* summary) {
    CLI::App* sub = app.add_subcommand(name, summary);
    sub->fallthrough();
    sub->add_option("topic", options->name, "the topic")->required();
    return sub;
  };
  app.add_subcommand("list", "all topics with partitions and records")->fallthrough();
  named("describe", "offsets by partition, and the configuration");
  CLI::App* create = named("create", "make a topic");
  create->add_option("--partitions", options->partitions, "how many")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  create->add_option("--config", options->config, "name=value with Kafka's names; may be repeated");
  CLI::App* alter = named("alter", "change settings or add partitions");
  CLI::Option* partitions =
      alter->add_option("--partitions", options->partitions, "new total")->check(CLI::PositiveNumber);
  alter->add_option("--config", options->config, "name=value; may be repeated");
  alter->add_option("--unset", options->unset, "name of a setting to put back to its default; may be repeated");
  named("delete", "delete a topic with all its records");
  CLI::App* consume = named("consume", "print records, from now on unless told otherwise");
  consume->add_flag("--from-beginning", options->from_beginning, "start at the first record");
  consume->add_option("--from-time", options->from_time_ms, "start at this time, in ms since 1970");
  consume->add_flag("--to-end", options->to_end, "stop at the records that are there now");
  consume->add_option("--count", options->count, "stop after so many records");
  consume->add_option("--group", options->group, "read as a member of this consumer group");
  consume->add_option("--format", options->format, "%t topic, %p partition, %o offset, %T timestamp, %k key, %v value")
      ->capture_default_str();
  CLI::App* produce = named("produce", "write the lines of standard input as records");
  produce->add_option("--key-separator", options->key_separator, "what stands between key and value in a line");

  app.footer(
      "Works with any Kafka. Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong.\n"
      "  azud topic create READINGS --partitions 4 --config retention.ms=86400000\n"
      "  azud topic consume READINGS --from-beginning --to-end --format '%k %v'\n"
      "  azud topic produce READINGS --key-separator : < lines.txt");
  return [&app, options, partitions] {
    const std::string name = app.get_subcommands().front()->get_name();
    Status status;
    if (name == "list") status = list_topics(*options);
    if (name == "describe") status = describe_topic(*options);
    if (name == "create") status = create_topic(*options);
    if (name == "alter") status = alter_topic(*options, partitions->count() > 0);
    if (name == "consume") status = consume_topic(*options);
    if (name == "produce") status = produce_topic(*options);
    if (name == "delete") {
      auto admin = kafka::Admin::open(options->server);
      status = admin ? (*admin)->delete_topic(options->name) : Status(std::unexpected(admin.error()));
    }
    return report("topic " + name, status);
  };
}

}  // namespace azud::app
