#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "connect/table_options.h"
#include "sql/plan/table.h"

namespace azud::connect {

/// Where a scan begins or ends, a partition.
struct KafkaPlace {
  enum class Mode : uint8_t { earliest, latest, group_offsets, timestamp, specific_offsets, unbounded };
  Mode mode = Mode::group_offsets;
  TimestampMs timestamp_ms = 0;
  std::map<int32_t, int64_t> offsets;  ///< by partition
};

/// Which part of a record holds which of the table's columns.
struct KafkaPart {
  FormatChoice format;
  std::vector<int32_t> columns;         ///< places in the table
  std::vector<data::FieldType> fields;  ///< the same, with the names that the format sees
};

/// The options of a kafka or upsert-kafka table.
struct KafkaOptions {
  bool upsert = false;
  std::vector<std::string> topics;           ///< or
  std::optional<std::string> topic_pattern;  ///< a regular expression over whole names
  std::string servers;
  std::optional<std::string> group;
  /// Of a partition for which the group has no offset: "earliest", "latest" or nothing, which is an error.
  std::string offset_reset;
  std::optional<KafkaPart> key;
  KafkaPart value;
  KafkaPlace start;
  KafkaPlace end{.mode = KafkaPlace::Mode::unbounded};
  int64_t discovery_interval_ms = 300'000;  ///< 0: partitions are looked for once

  enum class Partitioner : uint8_t { by_key, fixed, round_robin };
  Partitioner partitioner = Partitioner::by_key;

  /// Everything checked that does not need a broker.
  static Result<KafkaOptions> parse(const sql::TableDefinition& table);
};

}  // namespace azud::connect
