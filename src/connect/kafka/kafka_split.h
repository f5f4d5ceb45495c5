#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connect/kafka/kafka_environment.h"
#include "connect/kafka/kafka_options.h"
#include "log/partition.h"

namespace azud::connect {

/// How far a partition has been read, and where reading ends.
struct KafkaPosition {
  log::Offset next;
  std::optional<log::Offset> end;  ///< bounded scans

  bool is_done() const { return end && next >= *end; }
  /// "42" or "42:100".
  std::string to_text() const;
  static Result<KafkaPosition> parse(std::string_view text);
};

/// Where the table's options say that a partition begins and ends, as things stand now.
Result<KafkaPosition> first_position(const KafkaOptions& options, const KafkaEnvironment& environment,
                                     const std::string& topic, const log::Partition& partition);

}  // namespace azud::connect
