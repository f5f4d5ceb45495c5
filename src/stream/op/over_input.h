#pragma once

#include <vector>

#include "data/row_codec.h"
#include "sql/plan/physical_state.h"
#include "stream/op/operator.h"
#include "stream/op/pending_rows.h"

namespace azud::stream {

/// OVER up to the frames: in event time rows wait for the watermark, those that come too late are dropped; on
/// PROCTIME() they go on at once, those of a RANGE of some length at the end of the epoch, whose rows all have the same
/// time.
///
/// Late: with UNBOUNDED PRECEDING a row whose time is not after the watermark at its arrival. With a bounded frame only
/// one whose time is not after that of the last row of its key that has left; another one behind the watermark leaves
/// with the next watermark. So that this does not depend on how rows are cut into batches, all rows up to the watermark
/// leave before such a row is judged.
class OverInput : public Operator {
 public:
  OverInput(const sql::OverNode& node, OperatorContext& context);

  Status on_rows(std::size_t input, data::Batch batch, Output& out) final;
  Status on_watermark(TimestampMs watermark, Output& out) final;
  Status on_epoch_end(Output& out) final;
  TimestampMs next_watermark() const final { return pending_.first(); }

 protected:
  /// Rows whose turn it is, in the order of their time.
  virtual Status fire(data::Batch rows, Output& out) = 0;
  /// All that the watermark has reached has left.
  virtual void forget_idle(TimestampMs watermark) { (void)watermark; }
  /// Time of the key's last row that has left; timestamp_min if there is none, or if the key was forgotten. Called
  /// only for bounded frames, once a row came that may be late.
  virtual TimestampMs last_fired(ByteView key) = 0;

  /// To be called by on_restored.
  void restore_input();
  /// PARTITION BY of each row as bytes, valid until the next call.
  const data::EncodedRows& encode_keys(const data::Batch& batch);

  const sql::OverNode& node_;
  OperatorContext& context_;
  PendingRows pending_;

 private:
  std::vector<data::Batch> waiting_;  ///< on PROCTIME(): for the epoch's end
  std::vector<uint32_t> rows_;
  std::vector<data::ColumnPtr> key_columns_;
  data::EncodedRows keys_;
  TimestampMs fired_to_ = timestamp_min;
};

}  // namespace azud::stream
