#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/thread_annotations.h"
#include "io/clock.h"
#include "kafka/wire/batch_builder.h"
#include "log/write_batch.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// Late rows as records of a topic: the value is a JSON object with job, operator, watermark and the row as text. They
/// are committed together with what made them late. Thread-safe: workers meet here, and late rows are rare.
class LateTopic final : public LateRows {
 public:
  /// `partition` may be null: then rows are only counted by their operators.
  LateTopic(std::string job, log::PartitionPtr partition, const io::Clock& clock)
      : job_(std::move(job)), partition_(std::move(partition)), clock_(clock) {}

  void keep(const sql::PhysicalNode& node, const data::Batch& batch, std::size_t row, TimestampMs watermark) override;
  void commit_into(log::WriteBatch& commit);

 private:
  std::string job_;
  log::PartitionPtr partition_;
  const io::Clock& clock_;
  Mutex mutex_;
  kafka::BatchBuilder builder_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::stream
