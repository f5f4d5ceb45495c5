#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/ids.h"
#include "log/partition.h"

namespace azud::log {

enum class TimestampType : uint8_t { create_time, log_append_time };

/// What a topic's configuration means. Defaults are Kafka's.
struct TopicConfig {
  bool compact = false;                           ///< cleanup.policy has "compact"
  bool delete_old = true;                         ///< cleanup.policy has "delete"
  int64_t retention_ms = 7LL * 24 * 3600 * 1000;  ///< -1: for ever
  int64_t retention_bytes = -1;                   ///< a partition; -1: no limit
  int64_t segment_bytes = 1LL << 30;
  int64_t segment_ms = 7LL * 24 * 3600 * 1000;
  int32_t max_message_bytes = 1048588;
  TimestampType timestamp_type = TimestampType::create_time;
  int64_t delete_retention_ms = 24LL * 3600 * 1000;
  int64_t min_compaction_lag_ms = 0;
  int64_t max_compaction_lag_ms = std::numeric_limits<int64_t>::max();
  double min_cleanable_dirty_ratio = 0.5;
  /// How far a CreateTime record may be from the broker's clock; checked by the broker.
  int64_t timestamp_before_max_ms = std::numeric_limits<int64_t>::max();
  int64_t timestamp_after_max_ms = std::numeric_limits<int64_t>::max();

  /// Kafka's names and text values over `defaults`. Names without meaning on one node are accepted and kept; an unknown
  /// name or a bad value is `invalid` and says what is allowed.
  static Result<TopicConfig> parse(const std::map<std::string, std::string>& overrides, const TopicConfig& defaults);
};

/// A topic at one moment: immutable; a change of configuration or partitions makes a new one.
class Topic {
 public:
  Topic(std::string name, TopicId id, std::map<std::string, std::string> overrides, TopicConfig config)
      : name_(std::move(name)), id_(id), overrides_(std::move(overrides)), config_(config) {}

  const std::string& name() const { return name_; }
  TopicId id() const { return id_; }
  /// Only what was set for this topic, as given.
  const std::map<std::string, std::string>& overrides() const { return overrides_; }
  const TopicConfig& config() const { return config_; }

 private:
  std::string name_;
  TopicId id_;
  std::map<std::string, std::string> overrides_;
  TopicConfig config_;
};

/// A topic with its partitions, by number, at one moment.
struct TopicView {
  std::shared_ptr<const Topic> topic;
  std::vector<PartitionPtr> partitions;
};
using TopicPtr = std::shared_ptr<const TopicView>;

/// Kafka's rule: 1 to 249 of [a-zA-Z0-9._-], not "." or "..".
Status check_topic_name(std::string_view name);

}  // namespace azud::log
