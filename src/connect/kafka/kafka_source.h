#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "connect/kafka/kafka_environment.h"
#include "stream/run/connectors.h"

namespace azud::connect {

/// One source for all kafka and upsert-kafka scans of a job, in the order of the journal. Records that cannot be read
/// go to
/// `<topic>.dlq` with the job's commit; so do, as copies, those of which a field became NULL by 'ignore-parse-errors'.
/// `invalid`, `unsupported` for wrong options, `not_found` for a topic that does not exist.
Result<std::unique_ptr<stream::Source>> open_kafka_source(const KafkaEnvironment& environment,
                                                          std::span<const stream::Connectors::ScanRequest> scans);

}  // namespace azud::connect
