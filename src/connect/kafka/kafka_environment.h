#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "io/clock.h"
#include "log/log.h"

namespace azud::connect {

/// The offsets of consumer groups, as the broker keeps them. Thread-safe.
class GroupOffsets {
 public:
  virtual ~GroupOffsets() = default;
  virtual std::optional<log::Offset> committed(std::string_view group, std::string_view topic,
                                               log::PartitionId partition) const = 0;
  /// Adds the group's new offset to a commit.
  virtual void put(log::WriteBatch& commit, std::string_view group, std::string_view topic, log::PartitionId partition,
                   log::Offset offset) const = 0;
};

/// What kafka tables need of the azud that they run in. All of it outlives the jobs.
struct KafkaEnvironment {
  log::Log* log = nullptr;
  const io::Clock* clock = nullptr;
  const GroupOffsets* offsets = nullptr;  ///< null: no groups
  /// Whether "host:port" is a listener of this azud: its tables are read without a socket.
  std::function<bool(std::string_view server)> is_embedded;
  /// Partitions of a topic that a sink makes because it is missing; 0: it is an error.
  int32_t new_topic_partitions = 1;

  /// All servers of 'properties.bootstrap.servers' are this azud; `unsupported` otherwise.
  Status check_servers(std::string_view table, std::string_view servers) const;
};

}  // namespace azud::connect
