#include "stream/run/sink_operator.h"

#include <algorithm>

namespace azud::stream {

Status SinkOperator::on_rows(const data::Batch& rows) {
  if (rows.rows == 0) return {};
  TRY_ASSIGN(const data::Batch good, without_nulls(rows));
  if (good.rows == 0) return {};
  holds_rows_ = true;
  if (!folds_) return writer_->write(good);
  return fold(good);
}

Result<data::Batch> SinkOperator::without_nulls(const data::Batch& rows) const {
  const auto null_at = [&](uint32_t row) -> std::optional<int32_t> {
    for (const int32_t column : node_.not_null)
      if (rows.columns[static_cast<std::size_t>(column)]->is_null(row)) return column;
    return std::nullopt;
  };
  const auto may_be_null = [&](int32_t column) { return rows.columns[static_cast<std::size_t>(column)]->has_nulls(); };
  if (std::ranges::none_of(node_.not_null, may_be_null)) return rows;
  std::vector<uint32_t> good;
  for (uint32_t row = 0; row < rows.rows; ++row) {
    const auto column = null_at(row);
    if (!column)
      good.push_back(row);
    else if (!node_.drop_nulls)
      return fail(Code::invalid,
                  "column {} of {} is NOT NULL and a row has NULL for it; 'table.exec.sink.not-null-enforcer' = 'DROP' "
                  "leaves such rows out",
                  node_.table->columns[static_cast<std::size_t>(node_.written[static_cast<std::size_t>(*column)])].name,
                  node_.table->name);
  }
  return data::take(rows, good);
}

Status SinkOperator::fold(const data::Batch& rows) {
  std::vector<data::ColumnPtr> columns;
  for (const int32_t key : node_.key) columns.push_back(rows.columns[static_cast<std::size_t>(key)]);
  data::encode_rows(columns, rows.rows, keys_);
  const std::size_t batch = held_.size();
  held_.push_back(rows);
  for (uint32_t row = 0; row < rows.rows; ++row) {
    const data::RowKind kind = rows.kind(row);
    if (kind == data::RowKind::update_before) continue;
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
    const data::RowKind kind = held_[latest.batch].kind(latest.row);
    // Came and went between two commits: the table never had it.
    if (kind == data::RowKind::remove && latest.first_was_insert) continue;
    TRY(writer_->write(data::slice(held_[latest.batch], latest.row, 1)));
  }
  held_.clear();
  latest_.clear();
  order_.clear();
  holds_rows_ = false;
  return writer_->flush();
}

}  // namespace azud::stream
