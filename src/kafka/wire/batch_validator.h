#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "kafka/wire/error_code.h"
#include "kafka/wire/record_batch.h"
#include "kafka/wire/record_reader.h"

namespace azud::kafka {

/// What a topic and the request's version demand of a batch from a client.
struct BatchRules {
  std::size_t bytes_max = 1048588;  ///< max.message.bytes
  bool key_required = false;        ///< cleanup.policy has "compact"
  bool zstd_allowed = true;         ///< Produce v7 and later
  bool create_time = true;          ///< message.timestamp.type; the two bounds hold only then
  TimestampMs timestamp_min = std::numeric_limits<TimestampMs>::min();
  TimestampMs timestamp_max = std::numeric_limits<TimestampMs>::max();
  std::size_t unpacked_bytes_max = unpacked_bytes_max_default;
};

/// Why a batch is not taken: the code for the partition's answer, and the records at fault, if single ones are.
struct BatchRefusal {
  struct Record {
    int32_t index;
    std::string message;
  };
  ErrorCode code = ErrorCode::none;
  std::string message;
  std::vector<Record> records;
};

/// A batch that may be appended.
struct ValidBatch {
  BatchView batch;
  /// The largest timestamp of its records; where it differs from the batch's own, the batch must be corrected
  /// (patch_max_timestamp) before it is stored.
  TimestampMs max_timestamp;
};

/// Checks what a producer sent for one partition: exactly one batch, whole, with the right CRC, whose records are
/// dense, well-formed and allowed by `rules` (Kafka's LogValidator). Reusable: keeps its buffer. Owned by one thread.
class BatchValidator {
 public:
  std::expected<ValidBatch, BatchRefusal> check(ByteView records, const BatchRules& rules);

 private:
  std::expected<TimestampMs, BatchRefusal> check_records(const BatchView& batch, const BatchRules& rules);
  RecordReader reader_;
};

}  // namespace azud::kafka
