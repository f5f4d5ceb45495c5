#include "stream/run/sink_operator.h"

#include <algorithm>

namespace azud::stream {

Status SinkOperator::on_rows(const data::Batch& rows) {
  if (rows.rows == 0) return {};
  TRY_ASSIGN(const data::Batch good, constraints_.enforce(rows));
  if (good.rows == 0) return {};
  holds_rows_ = true;
  if (!folds_) return writer_->write(good);
  return fold(good);
}

Status SinkOperator::fold(const data::Batch& rows) {
  std::vector<data::ColumnPtr> columns;
  for (const int32_t key : node_.key) columns.push_back(rows.columns[static_cast<std::size_t>(key)]);
  data::encode_rows(columns, rows.rows, keys_);
  const std::size_t batch = held_.size();
  held_.push_back(rows);
  for (uint32_t row = 0; row < rows.rows; ++row) {
    const data::RowKind kind = rows.kind(row);
    auto [at, added] = latest_.try_emplace(std::string(keys_[row]));
    if (added) {
      order_.push_back(at->first);
      at->second.first_was_insert = kind == data::RowKind::insert;
    }
    at->second.batch = batch;
    at->second.row = row;
  }
  return {};
}

Status SinkOperator::flush() {
  for (const std::string& key : order_) {
    const Latest& latest = latest_.at(key);
    data::Batch row = data::slice(held_[latest.batch], latest.row, 1);
    // The old half of an update alone: the row has another key now, or none.
    if (row.kind(0) == data::RowKind::update_before) row.kinds = {data::RowKind::remove};
    // Came and went between two commits: the table never had it.
    if (row.kind(0) == data::RowKind::remove && latest.first_was_insert) continue;
    TRY(writer_->write(row));
  }
  held_.clear();
  latest_.clear();
  order_.clear();
  holds_rows_ = false;
  return writer_->flush();
}

}  // namespace azud::stream
