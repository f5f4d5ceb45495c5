#include "stream/run/watermarks.h"

#include <algorithm>

#include "base/assert.h"

namespace azud::stream {
namespace {

constexpr int piece_shift = 20;

/// Microseconds, as columns hold them, to the millisecond they lie in.
TimestampMs to_ms(int64_t us) { return us >= 0 ? us / 1000 : (us - 999) / 1000; }

}  // namespace

Result<WatermarkGenerator> WatermarkGenerator::make(const sql::WatermarkNode& node, const EvalSettings& settings) {
  TRY_ASSIGN(Evaluator evaluator, Evaluator::compile(node.watermark, settings));
  return WatermarkGenerator(node, std::move(evaluator));
}

void WatermarkGenerator::begin_epoch(uint64_t first_piece, std::span<const std::size_t> piece_splits,
                                     TimestampMs wall_ms, std::size_t workers) {
  first_piece_ = first_piece;
  piece_splits_ = piece_splits;
  parts_.assign(workers, {});
  before_.clear();
  ended_before_.resize(splits_.size(), false);
  for (SplitProgress& split : splits_) {
    before_.push_back(split.watermark);
    if (split.last_data_ms == 0) split.last_data_ms = wall_ms;
  }
}

void WatermarkGenerator::note_row(WorkerPart& part, uint64_t order, TimestampMs rowtime,
                                  std::optional<TimestampMs> watermark, TimestampMs wall_ms) {
  const std::size_t at = piece_splits_[static_cast<std::size_t>((order >> piece_shift) - first_piece_)];
  SplitProgress& split = splits_[at];
  split.last_data_ms = wall_ms;
  if (split.follows_clock) return;
  if (rowtime <= split.watermark) part.disorder = part.row_behind_step = true;
  if (!watermark || *watermark <= split.watermark) return;
  split.watermark = *watermark;
  // Within a piece, steps need not be told apart unless a row that may be late stands between them.
  const bool same_piece = !part.steps.empty() && part.steps.back().order >> piece_shift == order >> piece_shift;
  if (same_piece && !part.row_behind_step && !all_steps_) part.steps.pop_back();
  part.steps.push_back({order, at, *watermark});
  part.row_behind_step = false;
}

Status WatermarkGenerator::observe(const data::Batch& rows, std::size_t worker, TimestampMs wall_ms) {
  AZUD_ASSERT(rows.order.size() == rows.rows, "rows of a source know their order");
  if (in_order()) return {};
  const data::Column& rowtime = *rows.columns[static_cast<std::size_t>(node_->rowtime)];
  TRY_ASSIGN(const data::ColumnPtr watermark, evaluator_.evaluate({.batch = rows, .wall_ms = wall_ms}));
  const auto rowtimes = rowtime.values<int64_t>();
  const auto watermarks = watermark->values<int64_t>();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    if (rowtime.is_null(row))
      return fail(Code::invalid, "a row's event time is NULL: column {} must have a value in every row",
                  node_->output[static_cast<std::size_t>(node_->rowtime)].name);
    const auto value = watermark->is_null(row) ? std::nullopt : std::optional(to_ms(watermarks[row]));
    note_row(parts_[worker], rows.order[row], to_ms(rowtimes[row]), value, wall_ms);
  }
  return {};
}

TimestampMs WatermarkGenerator::minimum() const {
  TimestampMs least = timestamp_max;
  for (const SplitProgress& split : splits_)
    if (!split.idle && !split.ended) least = std::min(least, split.watermark);
  return least;
}

bool WatermarkGenerator::disorder() const { return all_steps_ || std::ranges::any_of(parts_, &WorkerPart::disorder); }

void WatermarkGenerator::end_epoch(std::optional<TimestampMs> clock, TimestampMs wall_ms, bool tell_steps,
                                   WatermarkSchedule& schedule) {
  for (SplitProgress& split : splits_) {
    if (split.follows_clock && clock) split.watermark = std::max(split.watermark, *clock);
    split.idle = node_->idle_timeout_ms > 0 && !split.follows_clock && !split.ended &&
                 wall_ms - split.last_data_ms >= node_->idle_timeout_ms;
  }
  if (tell_steps) {
    // Play the epoch back in the order of arrival over all splits.
    std::vector<Step> steps;
    for (const WorkerPart& part : parts_) steps.insert(steps.end(), part.steps.begin(), part.steps.end());
    std::ranges::sort(steps, {}, &Step::order);
    std::vector<TimestampMs> at = before_;
    TimestampMs reached = watermark_;
    for (const Step& step : steps) {
      at[step.split] = step.watermark;
      TimestampMs least = timestamp_max;
      for (std::size_t i = 0; i < splits_.size(); ++i)
        if (!splits_[i].idle && !ended_before_[i])
          least = std::min(least, splits_[i].follows_clock ? splits_[i].watermark : at[i]);
      if (least > reached) schedule.add(step.order, reached = least);
    }
  }
  // A split that ended in this epoch did so after its rows.
  for (std::size_t i = 0; i < splits_.size(); ++i) ended_before_[i] = splits_[i].ended;
  const bool all_ended = !splits_.empty() && std::ranges::all_of(splits_, &SplitProgress::ended);
  idle_ = !all_ended && std::ranges::all_of(splits_, [](const SplitProgress& s) { return s.idle || s.ended; });
  if (idle_) {
    // Everybody is silent: what was seen last counts, as between Flink's operators.
    for (const SplitProgress& split : splits_)
      if (!split.ended) watermark_ = std::max(watermark_, split.watermark);
  } else {
    const TimestampMs least = minimum();
    if (all_ended || least != timestamp_max) watermark_ = std::max(watermark_, least);
  }
}

bool WatermarkGenerator::in_order() const {
  return !splits_.empty() && std::ranges::all_of(splits_, &SplitProgress::follows_clock);
}

std::optional<TimestampMs> WatermarkGenerator::next_idle_ms() const {
  if (node_->idle_timeout_ms <= 0) return std::nullopt;
  std::optional<TimestampMs> next;
  for (const SplitProgress& split : splits_)
    if (!split.idle && !split.ended && !split.follows_clock) {
      const TimestampMs at = split.last_data_ms + node_->idle_timeout_ms;
      next = next ? std::min(*next, at) : at;
    }
  return next;
}

}  // namespace azud::stream
