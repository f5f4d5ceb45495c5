#pragma once

#include <memory>

#include "base/result.h"
#include "connect/kafka/kafka_options.h"
#include "connect/kafka/kafka_origin.h"
#include "sql/plan/physical_io.h"
#include "stream/run/source.h"

namespace azud::connect {

/// Record batches of a kafka or upsert-kafka table into the columns of a scan. Of an upsert table a record without a
/// value is a -D with its key's columns, the others NULL; of others it is nothing.
Result<std::unique_ptr<stream::Decoder>> make_kafka_decoder(const KafkaOptions& options, const sql::ScanNode& scan,
                                                            std::shared_ptr<const KafkaOrigins> origins);

}  // namespace azud::connect
