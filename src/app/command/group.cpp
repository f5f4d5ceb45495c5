#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/report.h"
#include "kafka/client/admin.h"

namespace azud::app {
namespace {

struct GroupOptions {
  std::string server = "localhost:9092";
  std::string name;
  std::string topic;
  bool to_earliest = false;
  bool to_latest = false;
  int64_t to_offset = -1;
  int64_t to_time_ms = -1;
  bool execute = false;
};

Status list_groups(kafka::Admin& admin) {
  TRY_ASSIGN(const auto groups, admin.groups());
  std::vector<std::vector<std::string>> rows{{"GROUP", "STATE"}};
  for (const auto& group : groups) rows.push_back({group.name, group.state});
  std::cout << table(rows);
  return {};
}

/// Who reads `topic`-`partition` in the group, as the columns CONSUMER-ID, HOST, CLIENT-ID.
std::vector<std::string> reader_of(const std::vector<kafka::GroupMember>& members, const kafka::GroupOffset& at) {
  for (const auto& member : members)
    for (const auto& [topic, partition] : member.assignment)
      if (topic == at.topic && partition == at.partition) return {member.id, member.host, member.client_id};
  return {"-", "-", "-"};
}

Status describe_group(kafka::Admin& admin, const std::string& name) {
  TRY_ASSIGN(const auto described, admin.group(name));
  TRY_ASSIGN(const auto offsets, admin.group_offsets(name));
  std::cout << fmt::format("group {}: {}, {} members\n", name, described.first.state, described.second.size());
  std::vector<std::vector<std::string>> rows{
      {"TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"}};
  std::string known_topic;
  std::vector<kafka::PartitionOffsets> known;
  for (const auto& at : offsets) {
    if (at.topic != known_topic) {
      auto found = admin.offsets(at.topic);
      known = found ? *std::move(found) : std::vector<kafka::PartitionOffsets>{};
      known_topic = at.topic;
    }
    const bool there = static_cast<std::size_t>(at.partition) < known.size();
    const int64_t end = there ? known[static_cast<std::size_t>(at.partition)].end : -1;
    std::vector<std::string> row{at.topic, std::to_string(at.partition), std::to_string(at.offset),
                                 there ? std::to_string(end) : "-", there ? std::to_string(end - at.offset) : "-"};
    for (std::string& cell : reader_of(described.second, at)) row.push_back(std::move(cell));
    rows.push_back(std::move(row));
  }
  std::cout << table(rows);
  return {};
}

Status reset_offsets(kafka::Admin& admin, const GroupOptions& options) {
  using Kind = kafka::OffsetTarget::Kind;
  const int given =
      int{options.to_earliest} + int{options.to_latest} + int{options.to_offset >= 0} + int{options.to_time_ms >= 0};
  if (given != 1) return fail(Code::invalid, "give exactly one of --to-earliest, --to-latest, --to-offset, --to-time");
  kafka::OffsetTarget target{Kind::latest, 0};
  if (options.to_earliest) target.kind = Kind::earliest;
  if (options.to_offset >= 0) target = {Kind::offset, options.to_offset};
  if (options.to_time_ms >= 0) target = {Kind::timestamp, options.to_time_ms};
  TRY_ASSIGN(const auto offsets, admin.resolve(options.topic, target));
  std::vector<std::vector<std::string>> rows{{"GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"}};
  for (const auto& at : offsets)
    rows.push_back({options.name, at.topic, std::to_string(at.partition), std::to_string(at.offset)});
  std::cout << table(rows);
  if (options.execute) return admin.set_group_offsets(options.name, offsets);
  std::cout << "nothing was changed: add --execute to do it\n";
  return {};
}

Status run_group(const std::string& what, const GroupOptions& options) {
  TRY_ASSIGN(const auto admin, kafka::Admin::open(options.server));
  if (what == "list") return list_groups(*admin);
  if (what == "describe") return describe_group(*admin, options.name);
  if (what == "delete") return admin->delete_group(options.name);
  return reset_offsets(*admin, options);
}

}  // namespace

CommandRun define_group(CLI::App& app) {
  auto options = std::make_shared<GroupOptions>();
  app.require_subcommand(1);
  app.add_option("--server,--bootstrap-server", options->server, "host:port of an azud or a Kafka")
      ->capture_default_str();
  const auto named = [&](const char* name, const char* summary) {
    CLI::App* sub = app.add_subcommand(name, summary);
    sub->fallthrough();
    sub->add_option("group", options->name, "the consumer group")->required();
    return sub;
  };
  app.add_subcommand("list", "all consumer groups and their states")->fallthrough();
  named("describe", "offsets, lag and members");
  named("delete", "delete a group without members, with its offsets");
  CLI::App* reset = named("reset-offsets", "move the offsets of a group without members");
  reset->add_option("--topic", options->topic, "of this topic")->required();
  reset->add_flag("--to-earliest", options->to_earliest, "to the first records");
  reset->add_flag("--to-latest", options->to_latest, "to the end");
  reset->add_option("--to-offset", options->to_offset, "to this offset in every partition");
  reset->add_option("--to-time", options->to_time_ms, "to the first records of this time, in ms since 1970");
  reset->add_flag("--execute", options->execute, "do it; without it the result is only shown");

  app.footer(
      "Works with any Kafka. Offsets are moved only with --execute and only of groups without members.\n"
      "  azud group describe my-app\n"
      "  azud group reset-offsets my-app --topic READINGS --to-earliest --execute");
  return [&app, options] {
    const std::string name = app.get_subcommands().front()->get_name();
    return report("group " + name, run_group(name, *options));
  };
}

}  // namespace azud::app
