#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/address.h"
#include "io/frame_server.h"
#include "kafka/wire/compression.h"

namespace azud::kafka {

/// How consumer groups behave; Kafka's names are group.* and offset*.
struct GroupOptions {
  int64_t session_timeout_min_ms = 6'000;
  int64_t session_timeout_max_ms = 1'800'000;
  int64_t initial_rebalance_delay_ms = 0;  ///< Kafka waits 3 s for further members of a new group
  int32_t members_max = 10'000;
  std::size_t protocols_max = 100;  ///< a member's; each is compared with those of all others
  /// What the members of all groups together may have told of themselves and been assigned; past it nobody joins.
  std::size_t members_bytes_max = 256UL << 20;
  /// Stored offsets of all groups together, which stay in memory; past it only offsets known before are renewed.
  std::size_t offsets_bytes_max = 256UL << 20;
  int64_t offsets_retention_ms = 7LL * 24 * 3600 * 1000;
  int32_t offset_metadata_bytes_max = 4096;
};

struct FetchOptions {
  std::size_t sessions_max = 1000;               ///< max.incremental.fetch.session.cache.slots
  std::size_t session_partitions_max = 500'000;  ///< of all sessions together; past it clients go on without
  /// Partitions that parked fetches wait at; past it a fetch is answered at once.
  std::size_t waiting_partitions_max = 500'000;
  int64_t session_eviction_ms = 120'000;        ///< a session idle for so long makes room for a new one
  std::size_t response_bytes_max = 55UL << 20;  ///< fetch.max.bytes
  std::size_t unsent_bytes_max = 256UL << 20;   ///< answers that clients have not taken yet, of all together
};

struct BrokerOptions {
  std::vector<std::string> listen{"[::]:9092"};  ///< addresses as FrameServer takes them
  /// What clients are told to connect to; empty: the address they used.
  std::optional<io::Address> advertised;
  int32_t node_id = 1;
  bool auto_create_topics = true;
  bool delete_topics = true;
  int32_t partitions_default = 1;
  /// Refuses replication factors above 1, as a Kafka of one node does; otherwise they are taken as 1.
  bool strict_replication_factor = false;
  std::size_t unpacked_bytes_max = unpacked_bytes_max_default;
  std::string log_directory = "azud-data";  ///< as DescribeLogDirs shows it
  /// What the configuration file sets, by Kafka's names, for DescribeConfigs.
  std::map<std::string, std::string> configured;
  GroupOptions groups;
  FetchOptions fetch;
  io::FrameServerOptions server;
};

}  // namespace azud::kafka
