#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "data/batch.h"
#include "sql/plan/physical.h"
#include "stream/run/watermark_schedule.h"
#include "stream/state/state_writer.h"

namespace azud::stream {

struct EvalSettings;

/// Where an operator's rows go: to all operators that read its result.
class Output {
 public:
  virtual ~Output() = default;
  virtual Status rows(data::Batch batch) = 0;
};

/// Keeps rows that came too late (topic azud.late).
class LateRows {
 public:
  virtual ~LateRows() = default;
  virtual void keep(const sql::PhysicalNode& node, const data::Batch& batch, std::size_t row,
                    TimestampMs watermark) = 0;
};

/// What an operator knows of the world around it. One for each node and worker; the runtime updates it between epochs.
class OperatorContext {
 public:
  OperatorContext(const sql::PhysicalNode& node, std::size_t instance, std::size_t parallelism, LateRows& late)
      : node_(node), instance_(instance), parallelism_(parallelism), late_(late) {}

  const sql::PhysicalNode& node() const { return node_; }
  std::size_t instance() const { return instance_; }
  std::size_t parallelism() const { return parallelism_; }
  /// Wall clock at the epoch's begin: one value for all rows of an epoch.
  TimestampMs wall_ms() const { return wall_ms_; }
  /// The node's watermark before this epoch; timestamp_min before the first one. During on_watermark: the new one.
  TimestampMs watermark() const { return watermark_; }
  /// The node's watermark when this row arrived. Rows made by an operator with state arrive at watermark().
  TimestampMs watermark_at(const data::Batch& batch, std::size_t row) const {
    if (schedule_.empty() || batch.order.empty()) return watermark_;
    return schedule_.at(batch.order[row], watermark_);
  }
  /// Whether no row can ever come behind the watermark, because everything that is read follows the log's clock.
  bool in_order() const { return in_order_; }
  /// Counts a late row and hands it to the topic of late rows.
  void late(const data::Batch& batch, std::size_t row) {
    ++late_rows_;
    late_.keep(node_, batch, row, watermark_at(batch, row));
  }
  uint64_t late_rows() const { return late_rows_; }

  // For the runtime.
  void begin_epoch(TimestampMs wall_ms) {
    wall_ms_ = wall_ms;
    schedule_.clear();
  }
  void set_watermark(TimestampMs watermark) { watermark_ = watermark; }
  void set_in_order(bool in_order) { in_order_ = in_order; }
  const WatermarkSchedule& schedule() const { return schedule_; }
  void set_schedule(WatermarkSchedule schedule) { schedule_ = std::move(schedule); }

 private:
  const sql::PhysicalNode& node_;
  std::size_t instance_;
  std::size_t parallelism_;
  LateRows& late_;
  TimestampMs wall_ms_ = 0;
  TimestampMs watermark_ = timestamp_min;
  WatermarkSchedule schedule_;
  bool in_order_ = false;
  uint64_t late_rows_ = 0;
};

/// One worker's instance of an operator with its state. The calls come from one thread at a time, in each epoch:
/// on_rows for all rows, then on_watermark if the node's watermark rose, then on_epoch_end.
class Operator {
 public:
  virtual ~Operator() = default;

  virtual Status on_rows(std::size_t input, data::Batch batch, Output& out) = 0;
  /// The watermark rose to `watermark`: the minimum over all inputs. timestamp_max at the end of a bounded input.
  virtual Status on_watermark(TimestampMs watermark, Output& out);
  virtual Status on_epoch_end(Output& out);

  /// The smallest watermark for which on_watermark would do something; timestamp_max if there is none.
  virtual TimestampMs next_watermark() const { return timestamp_max; }
  /// The wall-clock time at which on_time wants to be called; timestamp_max if never.
  virtual TimestampMs next_time() const { return timestamp_max; }
  virtual Status on_time(TimestampMs wall_ms, Output& out);

  /// What changed since the last call; nothing for an entry that is as it was.
  virtual void write_changes(StateWriter& writer) { (void)writer; }
  /// Everything, for a snapshot; counts as a call of write_changes.
  virtual void write_all(StateWriter& writer) { (void)writer; }
  /// One entry of what either of them wrote, oldest first, before any row. `corrupt` if it makes no sense.
  virtual Status read(ByteView payload);
  /// All has been read; context.watermark() is the one that was committed with the last of it.
  virtual void on_restored() {}

  virtual uint64_t state_bytes() const { return 0; }
  virtual uint64_t state_rows() const { return 0; }
};

/// An operator without its state: made once from a node of the plan, shared by all workers, never changes.
class OperatorSpec {
 public:
  virtual ~OperatorSpec() = default;
  virtual std::unique_ptr<Operator> open(OperatorContext& context) const = 0;
};
using OperatorSpecPtr = std::unique_ptr<const OperatorSpec>;

/// The operator of a node (not of scans, watermarks, unions, exchanges and sinks: those are the runtime's own).
Result<OperatorSpecPtr> make_operator(const sql::NodePtr& node, const EvalSettings& settings);

}  // namespace azud::stream
