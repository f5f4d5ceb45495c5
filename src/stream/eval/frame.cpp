#include "stream/eval/frame.h"

namespace azud::stream {

Frame::Frame(Frame& outer, std::vector<uint32_t> rows)
    : input_(outer.input_), root_(outer.root_), rows_(rows.size()), selection_(std::move(rows)) {
  if (outer.selection_.empty()) return;
  for (uint32_t& row : selection_) row = outer.selection_[row];
}

data::ColumnPtr Frame::column(std::size_t index) {
  const data::ColumnPtr& whole = input_.batch.columns[index];
  if (root_ == this) return whole;
  if (gathered_.empty()) gathered_.resize(input_.batch.columns.size());
  data::ColumnPtr& mine = gathered_[index];
  if (!mine) mine = data::take(whole, selection_);
  return mine;
}

}  // namespace azud::stream
