#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "kafka/wire/record_batch.h"
#include "kafka/wire/record_reader.h"

namespace azud::log {

/// What compaction does with a record.
enum class Keep : uint8_t {
  yes,
  no,
  until_horizon,  ///< a tombstone: goes when the batch's delete horizon has passed
};

/// A batch with some of its records: base and last offset, producer and sequences stay, the others' offsets too.
struct FilteredBatch {
  bool changed = false;  ///< else the batch may stay as it is
  int32_t kept = 0;      ///< records
  std::string bytes;     ///< the new batch, if it changed
};

/// Asks `keep` for each record of `batch`, in order. Tombstones that wait get `horizon` as the batch's delete horizon
/// if it has none yet (KIP-534: attribute bit 6, the time in the base timestamp); where the batch has one that `now` is
/// past, they go. Control batches are not for this.
Result<FilteredBatch> filter_batch(const kafka::BatchView& batch, TimestampMs now, TimestampMs horizon,
                                   const std::function<Keep(const kafka::RecordView&)>& keep);

}  // namespace azud::log
