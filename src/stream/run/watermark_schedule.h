#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace azud::stream {

/// How a node's watermark rose while the rows of an epoch arrived, so that a late row is judged by the watermark at its
/// own arrival, however the rows were cut into batches. Empty when no row of the epoch can be late.
class WatermarkSchedule {
 public:
  struct Step {
    uint64_t order = 0;         ///< of the row that caused it (data::Batch::order)
    TimestampMs watermark = 0;  ///< for all rows after that one
  };

  void clear() { steps_.clear(); }
  bool empty() const { return steps_.empty(); }
  /// Orders must rise from step to step.
  void add(uint64_t order, TimestampMs watermark) { steps_.push_back({order, watermark}); }
  const std::vector<Step>& steps() const { return steps_; }

  /// The watermark when the row of this order arrived: that of the last step before it, or `before` if there is none.
  TimestampMs at(uint64_t order, TimestampMs before) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace azud::stream
