#include "kafka/broker/config_table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace azud::kafka {
namespace {

constexpr std::string_view int64_max_text = "9223372036854775807";

/// How a value that the log knows is written.
using Show = std::string (*)(const log::TopicConfig&);

template <auto Member>
std::string show_number(const log::TopicConfig& config) {
  return fmt::format("{}", config.*Member);
}
std::string show_cleanup_policy(const log::TopicConfig& config) {
  if (config.compact && config.delete_old) return "compact,delete";
  return config.compact ? "compact" : config.delete_old ? "delete" : "";
}
std::string show_timestamp_type(const log::TopicConfig& config) {
  return config.timestamp_type == log::TimestampType::log_append_time ? "LogAppendTime" : "CreateTime";
}

struct Row {
  std::string_view name;
  ConfigType type;
  std::string_view broker_name;
  Show show;  ///< null: nothing here looks at it, and `fixed` is Kafka's default
  std::string_view fixed;
  std::string_view documentation;
};

constexpr std::string_view no_meaning = "Kept as it is set; without a meaning on one node.";

constexpr auto rows = std::to_array<Row>({
    {"cleanup.policy", ConfigType::list, "log.cleanup.policy", show_cleanup_policy, "",
     "delete: old segments go by age and size; compact: the newest record of each key stays."},
    {"compression.gzip.level", ConfigType::int32, "compression.gzip.level", nullptr, "-1", no_meaning},
    {"compression.lz4.level", ConfigType::int32, "compression.lz4.level", nullptr, "9", no_meaning},
    {"compression.type", ConfigType::string, "compression.type", nullptr, "producer",
     "Batches are kept as their producer packed them."},
    {"compression.zstd.level", ConfigType::int32, "compression.zstd.level", nullptr, "3", no_meaning},
    {"delete.retention.ms", ConfigType::int64, "log.cleaner.delete.retention.ms",
     show_number<&log::TopicConfig::delete_retention_ms>, "", "How long a deletion stays in a compacted topic."},
    {"file.delete.delay.ms", ConfigType::int64, "log.segment.delete.delay.ms", nullptr, "60000", no_meaning},
    {"flush.messages", ConfigType::int64, "log.flush.interval.messages", nullptr, int64_max_text, no_meaning},
    {"flush.ms", ConfigType::int64, "log.flush.interval.ms", nullptr, int64_max_text, no_meaning},
    {"follower.replication.throttled.replicas", ConfigType::list, "", nullptr, "", no_meaning},
    {"index.interval.bytes", ConfigType::int32, "log.index.interval.bytes", nullptr, "4096", no_meaning},
    {"leader.replication.throttled.replicas", ConfigType::list, "", nullptr, "", no_meaning},
    {"local.retention.bytes", ConfigType::int64, "log.local.retention.bytes", nullptr, "-2", no_meaning},
    {"local.retention.ms", ConfigType::int64, "log.local.retention.ms", nullptr, "-2", no_meaning},
    {"max.compaction.lag.ms", ConfigType::int64, "log.cleaner.max.compaction.lag.ms",
     show_number<&log::TopicConfig::max_compaction_lag_ms>, "", "After this time a record is due for compaction."},
    {"max.message.bytes", ConfigType::int32, "message.max.bytes", show_number<&log::TopicConfig::max_message_bytes>, "",
     "The largest batch that is taken, packed."},
    {"message.timestamp.after.max.ms", ConfigType::int64, "log.message.timestamp.after.max.ms",
     show_number<&log::TopicConfig::timestamp_after_max_ms>, "",
     "How far a record's time may be ahead of the broker's."},
    {"message.timestamp.before.max.ms", ConfigType::int64, "log.message.timestamp.before.max.ms",
     show_number<&log::TopicConfig::timestamp_before_max_ms>, "",
     "How far a record's time may be behind the broker's."},
    {"message.timestamp.type", ConfigType::string, "log.message.timestamp.type", show_timestamp_type, "",
     "CreateTime: the producer's time; LogAppendTime: the time of arrival."},
    {"min.cleanable.dirty.ratio", ConfigType::real, "log.cleaner.min.cleanable.ratio",
     show_number<&log::TopicConfig::min_cleanable_dirty_ratio>, "", "Share of new records that starts a compaction."},
    {"min.compaction.lag.ms", ConfigType::int64, "log.cleaner.min.compaction.lag.ms",
     show_number<&log::TopicConfig::min_compaction_lag_ms>, "", "For so long a record is safe from compaction."},
    {"min.insync.replicas", ConfigType::int32, "min.insync.replicas", nullptr, "1", no_meaning},
    {"preallocate", ConfigType::boolean, "log.preallocate", nullptr, "false", no_meaning},
    {"remote.log.copy.disable", ConfigType::boolean, "", nullptr, "false", no_meaning},
    {"remote.log.delete.on.disable", ConfigType::boolean, "", nullptr, "false", no_meaning},
    {"remote.storage.enable", ConfigType::boolean, "", nullptr, "false", no_meaning},
    {"retention.bytes", ConfigType::int64, "log.retention.bytes", show_number<&log::TopicConfig::retention_bytes>, "",
     "The largest size of a partition; -1: no limit."},
    {"retention.ms", ConfigType::int64, "log.retention.ms", show_number<&log::TopicConfig::retention_ms>, "",
     "How long records stay; -1: for ever."},
    {"segment.bytes", ConfigType::int32, "log.segment.bytes", show_number<&log::TopicConfig::segment_bytes>, "",
     "The size at which a new segment begins."},
    {"segment.index.bytes", ConfigType::int32, "log.index.size.max.bytes", nullptr, "10485760", no_meaning},
    {"segment.jitter.ms", ConfigType::int64, "log.roll.jitter.ms", nullptr, "0", no_meaning},
    {"segment.ms", ConfigType::int64, "log.roll.ms", show_number<&log::TopicConfig::segment_ms>, "",
     "The age at which a new segment begins."},
    {"unclean.leader.election.enable", ConfigType::boolean, "unclean.leader.election.enable", nullptr, "false",
     no_meaning},
});
static_assert(std::ranges::is_sorted(rows, {}, &Row::name));

ConfigValue default_of(const Row& row, const log::TopicConfig& defaults) {
  ConfigValue value{row.name, row.broker_name,        row.type,         {}, ConfigSource::built_in,
                    {},       ConfigSource::built_in, row.documentation};
  value.value = row.show == nullptr ? std::string(row.fixed) : row.show(defaults);
  if (row.show != nullptr && value.value != row.show(log::TopicConfig{})) value.source = ConfigSource::broker_file;
  value.default_value = value.value;
  value.default_source = value.source;
  return value;
}

}  // namespace

std::vector<ConfigValue> topic_config(const log::Topic& topic, const log::TopicConfig& defaults) {
  std::vector<ConfigValue> values;
  values.reserve(rows.size());
  for (const Row& row : rows) {
    ConfigValue& value = values.emplace_back(default_of(row, defaults));
    const auto set = topic.overrides().find(std::string(row.name));
    if (set == topic.overrides().end()) continue;
    value.value = set->second;
    value.source = ConfigSource::topic;
  }
  return values;
}

std::optional<ConfigType> topic_config_type(std::string_view name) {
  const auto row = std::ranges::lower_bound(rows, name, {}, &Row::name);
  if (row == rows.end() || row->name != name) return std::nullopt;
  return row->type;
}

std::vector<ConfigValue> broker_config(const BrokerOptions& options, const log::TopicConfig& defaults) {
  std::vector<ConfigValue> values;
  // These have no default that could be meant: they are decided at each start.
  constexpr auto always_set =
      std::to_array<std::string_view>({"advertised.listeners", "broker.id", "listeners", "log.dirs", "node.id"});
  const auto add = [&](std::string_view name, ConfigType type, const std::string& value) {
    const bool is_set =
        options.configured.contains(std::string(name)) || std::ranges::find(always_set, name) != always_set.end();
    const ConfigSource source = is_set ? ConfigSource::broker_file : ConfigSource::built_in;
    values.push_back({name, name, type, value, source, value, source, {}});
  };
  const auto number = [](auto n) { return fmt::format("{}", n); };
  const auto flag = [](bool b) { return std::string(b ? "true" : "false"); };
  std::string listeners;
  for (const std::string& address : options.listen)
    listeners += (listeners.empty() ? "PLAINTEXT://" : ",PLAINTEXT://") + address;
  add("advertised.listeners", ConfigType::list,
      options.advertised ? "PLAINTEXT://" + options.advertised->to_text() : "");
  add("auto.create.topics.enable", ConfigType::boolean, flag(options.auto_create_topics));
  add("broker.id", ConfigType::int32, number(options.node_id));
  add("connections.max.idle.ms", ConfigType::int64, number(options.server.idle_timeout_ms));
  add("default.replication.factor", ConfigType::int32, "1");
  add("delete.topic.enable", ConfigType::boolean, flag(options.delete_topics));
  add("group.initial.rebalance.delay.ms", ConfigType::int32, number(options.groups.initial_rebalance_delay_ms));
  add("group.max.session.timeout.ms", ConfigType::int32, number(options.groups.session_timeout_max_ms));
  add("group.max.size", ConfigType::int32, number(options.groups.members_max));
  add("group.min.session.timeout.ms", ConfigType::int32, number(options.groups.session_timeout_min_ms));
  add("listeners", ConfigType::list, listeners);
  add("log.dirs", ConfigType::string, options.log_directory);
  add("max.connections", ConfigType::int32, number(options.server.connections_max));
  // Kafka says "no limit" as the largest number.
  const std::size_t per_ip = options.server.connections_per_host_max;
  add("max.connections.per.ip", ConfigType::int32, per_ip == 0 ? "2147483647" : number(per_ip));
  add("max.incremental.fetch.session.cache.slots", ConfigType::int32, number(options.fetch.sessions_max));
  add("node.id", ConfigType::int32, number(options.node_id));
  add("num.partitions", ConfigType::int32, number(options.partitions_default));
  add("offset.metadata.max.bytes", ConfigType::int32, number(options.groups.offset_metadata_bytes_max));
  add("offsets.retention.minutes", ConfigType::int32, number(options.groups.offsets_retention_ms / 60'000));
  add("socket.request.max.bytes", ConfigType::int32, number(options.server.frame_bytes_max));
  for (const Row& row : rows) {
    if (row.broker_name.empty()) continue;
    ConfigValue& value = values.emplace_back(default_of(row, defaults));
    value.name = row.broker_name;
    if (options.configured.contains(std::string(row.broker_name))) value.source = ConfigSource::broker_file;
  }
  std::ranges::sort(values, {}, &ConfigValue::name);
  return values;
}

}  // namespace azud::kafka
