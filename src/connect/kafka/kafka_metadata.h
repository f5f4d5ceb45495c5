#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "data/builder.h"
#include "kafka/wire/record_batch.h"
#include "kafka/wire/record_reader.h"

namespace azud::connect {

/// The metadata columns of kafka tables.
enum class KafkaMetadata : uint8_t {
  topic,
  partition,
  offset,
  timestamp,
  timestamp_type,
  leader_epoch,
  headers,
  header_list,
};
std::optional<KafkaMetadata> find_kafka_metadata(std::string_view key);

/// Appends the metadata of one record to a column of the metadata's own type. `topic` must be kept alive by the caller.
void append_kafka_metadata(KafkaMetadata what, std::string_view topic, int32_t partition, const kafka::BatchView& batch,
                           const kafka::RecordView& record, data::ColumnBuilder& out);

}  // namespace azud::connect
