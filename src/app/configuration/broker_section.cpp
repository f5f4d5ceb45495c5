#include "app/configuration/broker_section.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <set>
#include <string_view>

#include "base/logging.h"

namespace azud::app {
namespace {

constexpr int64_t int64_max = std::numeric_limits<int64_t>::max();

struct Target {
  BrokerSection& section;
  std::map<std::string, std::string>& topic_defaults;  ///< in the names of topics
  log::LogOptions& log;
};

/// server.properties name, and what its value becomes.
struct Property {
  std::string_view name;
  Status (*read)(const config::Node& value, Target& target);
};

/// "PLAINTEXT://host:port" or "PLAINTEXT://:port" to an address of io.
Result<std::string> listener_address(const config::Node& value, std::string_view listener) {
  constexpr std::string_view plain = "PLAINTEXT://";
  if (!listener.starts_with(plain))
    return value.complain(fmt::format("only PLAINTEXT listeners are offered, found \"{}\"", listener),
                          "write PLAINTEXT://:9092 for all addresses of the machine");
  std::string address(listener.substr(plain.size()));
  if (address.starts_with(':')) address = "[::]" + address;
  return address;
}

Status read_listeners(const config::Node& value, Target& target) {
  TRY_ASSIGN(const std::string text, value.text());
  target.section.listen.clear();
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    TRY_ASSIGN(std::string address, listener_address(value, std::string_view(text).substr(from, comma - from)));
    target.section.listen.push_back(std::move(address));
    from = comma + 1;
  }
  return {};
}

Status read_advertised(const config::Node& value, Target& target) {
  TRY_ASSIGN(const std::string text, value.text());
  TRY_ASSIGN(target.section.advertised, listener_address(value, text));
  return {};
}

template <auto Member>
Status read_flag(const config::Node& value, Target& target) {
  TRY_ASSIGN(target.section.*Member, value.boolean());
  return {};
}

template <auto Member, int64_t Min>
Status read_count(const config::Node& value, Target& target) {
  using Number = std::remove_reference_t<decltype(target.section.*Member)>;
  TRY_ASSIGN(const int64_t number, value.integer(Min, std::numeric_limits<Number>::max()));
  target.section.*Member = static_cast<Number>(number);
  return {};
}

template <auto Member, int64_t Min>
Status read_limit(const config::Node& value, Target& target) {
  TRY_ASSIGN(const int64_t number, value.integer(Min, std::numeric_limits<int32_t>::max()));
  target.section.limits.*Member = static_cast<std::remove_reference_t<decltype(target.section.limits.*Member)>>(number);
  return {};
}

/// Read after socket.request.max.bytes: with less, the largest request allowed could never come in.
Status read_queued_bytes(const config::Node& value, Target& target) {
  TRY_ASSIGN(const int64_t bytes, value.integer(-1, int64_max));
  io::FrameServerOptions& limits = target.section.limits;
  if (bytes >= 0 && static_cast<std::size_t>(bytes) < limits.frame_bytes_max)
    return value.complain(fmt::format(
        "queued.max.request.bytes cannot be less than socket.request.max.bytes, which is {}", limits.frame_bytes_max));
  limits.queued_bytes_max = static_cast<std::size_t>(bytes < 0 ? int64_max : bytes);
  return {};
}

/// log.retention.{hours,minutes,ms}: the finest one that is set wins; they are read in this order.
template <int64_t UnitMs>
Status read_retention(const config::Node& value, Target& target) {
  TRY_ASSIGN(const int64_t amount, value.integer(-1, int64_max / UnitMs));
  target.topic_defaults["retention.ms"] = std::to_string(amount < 0 ? -1 : amount * UnitMs);
  return {};
}

Status read_total_cap(const config::Node& value, Target& target) {
  TRY_ASSIGN(const int64_t bytes, value.bytes(true));
  target.log.total_bytes_max = bytes < 0 ? 0 : static_cast<uint64_t>(bytes);
  return {};
}

Status read_check_interval(const config::Node& value, Target& target) {
  TRY_ASSIGN(target.log.retention_check_interval_ms, value.integer(1, int64_max));
  return {};
}

Status read_checkpoint_interval(const config::Node& value, Target& target) {
  TRY_ASSIGN(target.log.checkpoint_interval_ms, value.integer(1, int64_max));
  return {};
}

constexpr std::array properties{
    Property{"listeners", read_listeners},
    Property{"advertised.listeners", read_advertised},
    Property{"auto.create.topics.enable", read_flag<&BrokerSection::auto_create_topics>},
    Property{"delete.topic.enable", read_flag<&BrokerSection::delete_topics>},
    Property{"num.partitions", read_count<&BrokerSection::partitions, 1>},
    Property{"group.initial.rebalance.delay.ms", read_count<&BrokerSection::group_initial_rebalance_delay_ms, 0>},
    Property{"group.min.session.timeout.ms", read_count<&BrokerSection::group_session_timeout_min_ms, 0>},
    Property{"group.max.session.timeout.ms", read_count<&BrokerSection::group_session_timeout_max_ms, 1>},
    Property{"offsets.retention.minutes", read_count<&BrokerSection::offsets_retention_minutes, 1>},
    Property{"max.connections", read_limit<&io::FrameServerOptions::connections_max, 1>},
    Property{"max.connections.per.ip", read_limit<&io::FrameServerOptions::connections_per_host_max, 1>},
    Property{"connections.max.idle.ms", read_limit<&io::FrameServerOptions::idle_timeout_ms, 1>},
    Property{"socket.request.max.bytes", read_limit<&io::FrameServerOptions::frame_bytes_max, 1>},
    Property{"queued.max.request.bytes", read_queued_bytes},
    Property{"azud.receive.timeout.ms", read_limit<&io::FrameServerOptions::half_frame_timeout_ms, 1>},
    Property{"azud.send.timeout.ms", read_limit<&io::FrameServerOptions::write_timeout_ms, 1>},
    Property{"log.retention.hours", read_retention<3'600'000>},
    Property{"log.retention.minutes", read_retention<60'000>},
    Property{"log.retention.ms", read_retention<1>},
    Property{"log.retention.bytes.total", read_total_cap},
    Property{"log.retention.check.interval.ms", read_check_interval},
    Property{"log.flush.offset.checkpoint.interval.ms", read_checkpoint_interval},
};

/// server.properties names that are a topic's default under another name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> topic_names{{
    {"log.retention.bytes", "retention.bytes"},
    {"log.segment.bytes", "segment.bytes"},
    {"log.roll.ms", "segment.ms"},
    {"log.cleanup.policy", "cleanup.policy"},
    {"message.max.bytes", "max.message.bytes"},
    {"log.message.timestamp.type", "message.timestamp.type"},
    {"log.message.timestamp.before.max.ms", "message.timestamp.before.max.ms"},
    {"log.message.timestamp.after.max.ms", "message.timestamp.after.max.ms"},
    {"log.cleaner.delete.retention.ms", "delete.retention.ms"},
    {"log.cleaner.min.compaction.lag.ms", "min.compaction.lag.ms"},
    {"log.cleaner.max.compaction.lag.ms", "max.compaction.lag.ms"},
    {"log.cleaner.min.cleanable.ratio", "min.cleanable.dirty.ratio"},
    {"compression.type", "compression.type"},
    {"log.index.interval.bytes", "index.interval.bytes"},
}};

/// Names of a server.properties that mean nothing on one node without ZooKeeper, or that azud decides by itself.
const std::set<std::string_view> without_meaning{
    "broker.id",
    "node.id",
    "process.roles",
    "controller.quorum.voters",
    "controller.listener.names",
    "zookeeper.connect",
    "zookeeper.connection.timeout.ms",
    "log.dirs",
    "log.dir",
    "num.network.threads",
    "num.io.threads",
    "socket.send.buffer.bytes",
    "socket.receive.buffer.bytes",
    "num.recovery.threads.per.data.dir",
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "transaction.state.log.min.isr",
    "default.replication.factor",
    "min.insync.replicas",
    "num.replica.fetchers",
    "log.flush.interval.messages",
    "log.flush.interval.ms",
    "inter.broker.listener.name",
    "listener.security.protocol.map",
    "log.index.size.max.bytes",
    "share.coordinator.state.topic.replication.factor",
    "share.coordinator.state.topic.min.isr",
    "broker.rack",
};

/// Everything that is not in `properties`.
Status read_other_property(const std::string& name, const config::Node& value,
                           std::map<std::string, std::string>& topic_defaults) {
  if (std::ranges::find(properties, std::string_view(name), &Property::name) != properties.end()) return {};
  for (const auto& [server_name, topic_name] : topic_names)
    if (server_name == name) {
      TRY_ASSIGN(topic_defaults[std::string(topic_name)], value.text());
      return {};
    }
  if (without_meaning.contains(name)) {
    log_warn("configuration: {}: {} has no meaning on one node and is ignored", value.place(), name);
    return {};
  }
  return value.complain(fmt::format("unknown broker property \"{}\"", name),
                        "the names are those of Kafka's server.properties; docs/configuration.md has the ones offered");
}

}  // namespace

Status read_broker_section(const config::Node& node, BrokerSection& section, log::LogOptions& options) {
  std::map<std::string, std::string> topic_defaults;
  Target target{section, topic_defaults, options};
  TRY_ASSIGN(const auto entries, node.entries());
  // In the order of the table, so that the finest of the three log.retention units wins.
  for (const Property& property : properties)
    for (const auto& [name, value] : entries)
      if (name == property.name) TRY(property.read(value, target));
  for (const auto& [name, value] : entries) TRY(read_other_property(name, value, topic_defaults));
  auto config = log::TopicConfig::parse(topic_defaults, options.topic_defaults);
  if (!config) return node.complain(config.error().message());
  options.topic_defaults = *config;
  return {};
}

}  // namespace azud::app
