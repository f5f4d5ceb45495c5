#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "data/batch.h"
#include "sql/plan/physical_io.h"
#include "stream/eval/evaluator.h"
#include "stream/run/watermark_schedule.h"

namespace azud::stream {

/// Where one split of a watermarked scan stands.
struct SplitProgress {
  TimestampMs watermark = timestamp_min;
  bool follows_clock = false;
  bool ended = false;
  bool idle = false;
  TimestampMs last_data_ms = 0;  ///< wall clock of the last rows, for idleness
};

/// The watermark of one watermark node: the minimum over the splits of its scan that are not idle (flink-sql.md 3).
/// `observe` runs on workers, each for its own splits; the rest between stages on one thread.
class WatermarkGenerator {
 public:
  static Result<WatermarkGenerator> make(const sql::WatermarkNode& node, const EvalSettings& settings);

  /// A new epoch begins: `piece_splits[i]` is the split (index into splits()) of piece
  /// `first_piece + i`, or no_split for a piece of another scan.
  void begin_epoch(uint64_t first_piece, std::span<const std::size_t> piece_splits, TimestampMs wall_ms,
                   std::size_t workers);
  /// Rows of one worker's splits in the order of arrival.
  Status observe(const data::Batch& rows, std::size_t worker, TimestampMs wall_ms);
  /// Some row observed in this epoch came behind its split's watermark, so it may be late.
  bool disorder() const;
  /// All rows were observed. Moves the watermark. `tell_steps`: fills `schedule`, because some row of this epoch, of
  /// this table or another, may be late.
  void end_epoch(std::optional<TimestampMs> clock, TimestampMs wall_ms, bool tell_steps, WatermarkSchedule& schedule);

  /// From now on every step of the watermark is told, not only those that decide which rows are late.
  void tell_all_steps() { all_steps_ = true; }

  std::vector<SplitProgress>& splits() { return splits_; }
  const std::vector<SplitProgress>& splits() const { return splits_; }
  TimestampMs watermark() const { return watermark_; }
  void restore(TimestampMs watermark) { watermark_ = watermark; }
  /// All splits are idle: this node bounds no reader's watermark.
  bool idle() const { return idle_; }
  /// No row can come behind the watermark: every split follows the clock.
  bool in_order() const;
  /// When the next split would become idle; nothing if none can.
  std::optional<TimestampMs> next_idle_ms() const;

  static constexpr std::size_t no_split = static_cast<std::size_t>(-1);

 private:
  WatermarkGenerator(const sql::WatermarkNode& node, Evaluator watermark)
      : node_(&node), evaluator_(std::move(watermark)) {}

  struct Step {
    uint64_t order = 0;
    std::size_t split = 0;
    TimestampMs watermark = 0;
  };
  struct WorkerPart {
    std::vector<Step> steps;
    bool disorder = false;         ///< some row came behind its own split's watermark
    bool row_behind_step = false;  ///< the same since the last step
  };

  void note_row(WorkerPart& part, uint64_t order, TimestampMs rowtime, std::optional<TimestampMs> watermark,
                TimestampMs wall_ms);
  TimestampMs minimum() const;

  const sql::WatermarkNode* node_;
  Evaluator evaluator_;
  std::vector<SplitProgress> splits_;
  std::vector<TimestampMs> before_;  ///< of each split, before this epoch
  std::vector<bool> ended_before_;   ///< by split: no rows of this epoch
  uint64_t first_piece_ = 0;
  std::span<const std::size_t> piece_splits_;
  std::vector<WorkerPart> parts_;
  TimestampMs watermark_ = timestamp_min;
  bool idle_ = false;
  bool all_steps_ = false;
};

}  // namespace azud::stream
