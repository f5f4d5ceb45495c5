#include "log/topic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace azud::log {

namespace {

Error bad_value(std::string_view name, std::string_view value, std::string_view allowed) {
  return {Code::invalid, fmt::format("topic configuration {}: not {}: {}", name, allowed, value)};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

template <class T>
Status parse_number(std::string_view name, std::string_view text, T low, T& to) {
  T value;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < low) {
    return std::unexpected(bad_value(name, text, fmt::format("a whole number of at least {}", low)));
  }
  to = value;
  return {};
}

Status parse_cleanup_policy(std::string_view name, std::string_view text, TopicConfig& config) {
  config.compact = config.delete_old = false;
  if (text.empty()) return {};  // as in Kafka: records stay, each of them
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view word = trimmed(text.substr(at, comma - at));
    if (word == "compact") {
      config.compact = true;
    } else if (word == "delete") {
      config.delete_old = true;
    } else {
      return std::unexpected(bad_value(name, text, "a list of delete and compact"));
    }
    at = comma + 1;
  }
  return {};
}

Status parse_timestamp_type(std::string_view name, std::string_view text, TopicConfig& config) {
  if (text == "CreateTime") {
    config.timestamp_type = TimestampType::create_time;
  } else if (text == "LogAppendTime") {
    config.timestamp_type = TimestampType::log_append_time;
  } else {
    return std::unexpected(bad_value(name, text, "CreateTime or LogAppendTime"));
  }
  return {};
}

Status parse_dirty_ratio(std::string_view name, std::string_view text, TopicConfig& config) {
  double value;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !(value >= 0 && value <= 1)) {
    return std::unexpected(bad_value(name, text, "a number from 0 to 1"));
  }
  config.min_cleanable_dirty_ratio = value;
  return {};
}

template <auto Member, auto Low>
Status parse_member(std::string_view name, std::string_view text, TopicConfig& config) {
  using T = std::remove_reference_t<decltype(config.*Member)>;
  return parse_number<T>(name, text, static_cast<T>(Low), config.*Member);
}

// Values that nothing here looks at. They are kept, and have to be what Kafka takes: what is set here goes there
// unchanged.

Status accept(std::string_view, std::string_view, TopicConfig&) { return {}; }

template <class T, T low, T high = std::numeric_limits<T>::max()>
Status accept_number(std::string_view name, std::string_view text, TopicConfig&) {
  T value = 0;
  TRY(parse_number<T>(name, text, low, value));
  if (value > high) return std::unexpected(bad_value(name, text, fmt::format("a whole number of at most {}", high)));
  return {};
}

Status accept_flag(std::string_view name, std::string_view text, TopicConfig&) {
  std::string word(text);
  std::ranges::transform(word, word.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (word == "true" || word == "false") return {};
  return std::unexpected(bad_value(name, text, "true or false"));
}

Status accept_no_remote_storage(std::string_view name, std::string_view text, TopicConfig& config) {
  TRY(accept_flag(name, text, config));
  if (text.size() == std::string_view("false").size()) return {};
  return std::unexpected(bad_value(name, text, "false, there is no remote storage here"));
}

Status accept_compression(std::string_view name, std::string_view text, TopicConfig&) {
  constexpr auto allowed =
      std::to_array<std::string_view>({"gzip", "lz4", "producer", "snappy", "uncompressed", "zstd"});
  if (std::ranges::find(allowed, text) != allowed.end()) return {};
  return std::unexpected(bad_value(name, text, "uncompressed, zstd, lz4, snappy, gzip or producer"));
}

Status accept_gzip_level(std::string_view name, std::string_view text, TopicConfig& config) {
  if (text == "-1") return {};
  return accept_number<int32_t, 1, 9>(name, text, config);
}

struct Setting {
  std::string_view name;
  Status (*parse)(std::string_view name, std::string_view value, TopicConfig& config);
};

/// Kafka's names for topics, sorted. Those without a meaning on one node, or that others look at, are only kept.
constexpr auto settings = std::to_array<Setting>({
    {"cleanup.policy", parse_cleanup_policy},
    {"compression.gzip.level", accept_gzip_level},
    {"compression.lz4.level", accept_number<int32_t, 1, 17>},
    {"compression.type", accept_compression},
    {"compression.zstd.level", accept_number<int32_t, -131072, 22>},
    {"delete.retention.ms", parse_member<&TopicConfig::delete_retention_ms, 0>},
    {"file.delete.delay.ms", accept_number<int64_t, 0>},
    {"flush.messages", accept_number<int64_t, 1>},
    {"flush.ms", accept_number<int64_t, 0>},
    {"follower.replication.throttled.replicas", accept},
    {"index.interval.bytes", accept_number<int32_t, 0>},
    {"leader.replication.throttled.replicas", accept},
    {"local.retention.bytes", accept_number<int64_t, -2>},
    {"local.retention.ms", accept_number<int64_t, -2>},
    {"max.compaction.lag.ms", parse_member<&TopicConfig::max_compaction_lag_ms, 1>},
    {"max.message.bytes", parse_member<&TopicConfig::max_message_bytes, 0>},
    {"message.downconversion.enable", accept_flag},
    {"message.format.version", accept},
    {"message.timestamp.after.max.ms", parse_member<&TopicConfig::timestamp_after_max_ms, 0>},
    {"message.timestamp.before.max.ms", parse_member<&TopicConfig::timestamp_before_max_ms, 0>},
    {"message.timestamp.difference.max.ms", accept},
    {"message.timestamp.type", parse_timestamp_type},
    {"min.cleanable.dirty.ratio", parse_dirty_ratio},
    {"min.compaction.lag.ms", parse_member<&TopicConfig::min_compaction_lag_ms, 0>},
    {"min.insync.replicas", accept_number<int32_t, 1>},
    {"preallocate", accept_flag},
    {"remote.log.copy.disable", accept_flag},
    {"remote.log.delete.on.disable", accept_flag},
    {"remote.storage.enable", accept_no_remote_storage},
    {"retention.bytes", parse_member<&TopicConfig::retention_bytes, -1>},
    {"retention.ms", parse_member<&TopicConfig::retention_ms, -1>},
    {"segment.bytes", parse_member<&TopicConfig::segment_bytes, 14>},
    {"segment.index.bytes", accept_number<int32_t, 4>},
    {"segment.jitter.ms", accept_number<int64_t, 0>},
    {"segment.ms", parse_member<&TopicConfig::segment_ms, 1>},
    {"unclean.leader.election.enable", accept_flag},
});
static_assert(std::is_sorted(settings.begin(), settings.end(),
                             [](const Setting& a, const Setting& b) { return a.name < b.name; }));

}  // namespace

Result<TopicConfig> TopicConfig::parse(const std::map<std::string, std::string>& overrides,
                                       const TopicConfig& defaults) {
  TopicConfig config = defaults;
  for (const auto& [name, value] : overrides) {
    const auto setting = std::lower_bound(settings.begin(), settings.end(), name,
                                          [](const Setting& s, const std::string& n) { return s.name < n; });
    if (setting == settings.end() || setting->name != name) {
      return fail(Code::invalid, "unknown topic configuration name {}", name);
    }
    TRY(setting->parse(name, trimmed(value), config));
  }
  return config;
}

Status check_topic_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  if (name.empty() || name.size() > 249) {
    return fail(Code::invalid, "a topic name has 1 to 249 characters, not {}", name.size());
  }
  if (name == "." || name == "..") return fail(Code::invalid, "a topic cannot be called {}", name);
  if (!std::all_of(name.begin(), name.end(), allowed)) {
    return fail(Code::invalid, "a topic name has only letters, digits, dots, underscores and hyphens: {}", name);
  }
  return {};
}

}  // namespace azud::log
