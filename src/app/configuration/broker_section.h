#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "io/frame_server.h"
#include "log/log.h"

namespace azud::app {

/// The `broker` section: Kafka's own names and values, as in server.properties, so that moving to a real Kafka is a
/// copy.
struct BrokerSection {
  std::vector<std::string> listen{"[::]:9092"};  ///< addresses of the PLAINTEXT listeners
  std::string advertised;                        ///< host:port; empty = the address that the client used
  bool auto_create_topics = true;
  bool delete_topics = true;
  int32_t partitions = 1;  ///< of topics created without a number
  int64_t group_initial_rebalance_delay_ms = 0;
  int64_t group_session_timeout_min_ms = 6'000;
  int64_t group_session_timeout_max_ms = 1'800'000;
  int64_t offsets_retention_minutes = 10'080;
  io::FrameServerOptions limits;  ///< of connections and requests
};

/// Reads the section into `section` and what concerns the log into `options`. A name of Kafka's that means nothing on
/// one node is accepted and named once in the log; a name that Kafka does not have is an error.
Status read_broker_section(const config::Node& node, BrokerSection& section, log::LogOptions& options);

}  // namespace azud::app
