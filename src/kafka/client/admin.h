#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace azud::kafka {

/// What a broker says about a partition, a group's member … in the words of Kafka's own tools.
struct PartitionOffsets {
  std::string topic;
  int32_t partition = 0;
  int64_t start = -1;
  int64_t end = -1;
};

struct TopicListing {
  std::string name;
  int32_t partitions = 0;
};

struct TopicSetting {
  std::string name;
  std::string value;
  bool is_default = false;
  bool operator==(const TopicSetting&) const = default;
};

struct GroupMember {
  std::string id;
  std::string client_id;
  std::string host;
  std::vector<std::pair<std::string, int32_t>> assignment;
};

struct GroupListing {
  std::string name;
  std::string state;
};

struct GroupOffset {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = -1;
  std::string metadata;
};

/// Where a group's offsets, or a reader, are to start.
struct OffsetTarget {
  enum class Kind : uint8_t { earliest, latest, offset, timestamp };
  Kind kind = Kind::latest;
  int64_t value = 0;  ///< the offset, or milliseconds
};

/// Administration of a Kafka or an azud over the Kafka protocol (librdkafka). Blocking; one thread at a time. Every
/// call gives up after `timeout_ms` with Code::unavailable.
class Admin {
 public:
  static Result<std::unique_ptr<Admin>> open(const std::string& bootstrap_servers, int timeout_ms = 10'000);
  virtual ~Admin() = default;

  virtual Result<std::vector<TopicListing>> topics() = 0;
  /// not_found if there is no such topic.
  virtual Result<std::vector<PartitionOffsets>> offsets(const std::string& topic) = 0;
  virtual Result<std::vector<TopicSetting>> topic_settings(const std::string& topic) = 0;
  virtual Status create_topic(const std::string& name, int32_t partitions,
                              const std::vector<std::pair<std::string, std::string>>& settings) = 0;
  virtual Status delete_topic(const std::string& name) = 0;
  virtual Status add_partitions(const std::string& name, int32_t total) = 0;
  /// Sets and removes single settings; what is not named stays.
  virtual Status alter_topic(const std::string& name,
                             const std::map<std::string, std::optional<std::string>>& changes) = 0;

  virtual Result<std::vector<GroupListing>> groups() = 0;
  virtual Result<std::pair<GroupListing, std::vector<GroupMember>>> group(const std::string& name) = 0;
  virtual Result<std::vector<GroupOffset>> group_offsets(const std::string& name) = 0;
  virtual Status delete_group(const std::string& name) = 0;
  virtual Status set_group_offsets(const std::string& name, const std::vector<GroupOffset>& offsets) = 0;
  /// Each partition of `topic` with the offset that `target` means there.
  virtual Result<std::vector<GroupOffset>> resolve(const std::string& topic, const OffsetTarget& target) = 0;
};

}  // namespace azud::kafka
