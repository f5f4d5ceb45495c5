#pragma once

#include <memory>

#include "base/result.h"
#include "connect/kafka/kafka_environment.h"
#include "sql/plan/physical_io.h"
#include "stream/run/sink.h"

namespace azud::connect {

/// A kafka or upsert-kafka table as a sink: each worker's rows become record batches of at most about 1 MB, which join
/// the job's commit. Makes the topic if it is missing (KafkaEnvironment::new_topic_partitions). `invalid`,
/// `unsupported` for wrong options.
Result<std::unique_ptr<stream::Sink>> open_kafka_sink(const KafkaEnvironment& environment,
                                                      const std::shared_ptr<const sql::SinkNode>& node);

}  // namespace azud::connect
