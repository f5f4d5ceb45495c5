#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "data/batch.h"
#include "stream/eval/made_room.h"

namespace azud::stream {

/// What an evaluation reads beside the expression.
struct EvalInput {
  const data::Batch& batch;
  TimestampMs wall_ms = 0;                       ///< PROCTIME() and the like
  std::span<const TimestampMs> watermarks = {};  ///< before each row, for CURRENT_WATERMARK; empty = none known
};

/// The rows that a part of an expression is evaluated for: all of a batch, or those that a branch was taken for.
class Frame {
 public:
  explicit Frame(const EvalInput& input) : input_(input), root_(this), rows_(input.batch.rows) {}
  /// The rows of `outer` that `rows` names.
  Frame(Frame& outer, std::vector<uint32_t> rows);
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  std::size_t rows() const { return rows_; }
  const EvalInput& input() const { return input_; }
  /// An input column for these rows; gathered once.
  data::ColumnPtr column(std::size_t index);
  /// The place in the batch of this frame's row.
  std::size_t place(std::size_t row) const { return selection_.empty() ? row : selection_[row]; }

  /// The room for texts that functions make, one for the whole batch.
  MadeRoom& made() { return root_->made_; }

  void note_failed(std::size_t row) { root_->failed_ = place(row); }
  /// The place in the batch of the row that failed.
  std::optional<std::size_t> failed() const { return root_->failed_; }

 private:
  const EvalInput& input_;
  Frame* root_;
  std::size_t rows_;
  std::vector<uint32_t> selection_;  ///< places in the batch; empty: all
  std::vector<data::ColumnPtr> gathered_;
  std::optional<std::size_t> failed_;
  MadeRoom made_;
};

}  // namespace azud::stream
