#include "stream/op/over_input.h"

namespace azud::stream {

OverInput::OverInput(const sql::OverNode& node, OperatorContext& context)
    : node_(node), context_(context), pending_(node.inputs.front()->output, node.partition_by, node.order_by, 'R') {}

const data::EncodedRows& OverInput::encode_keys(const data::Batch& batch) {
  key_columns_.clear();
  for (const int32_t key : node_.partition_by) key_columns_.push_back(batch.columns[static_cast<std::size_t>(key)]);
  data::encode_rows(key_columns_, batch.rows, keys_);
  return keys_;
}

Status OverInput::on_rows(std::size_t, data::Batch batch, Output& out) {
  if (node_.proctime) {
    if (batch.rows == 0) return {};
    if (node_.rows || !node_.preceding) return fire(std::move(batch), out);
    waiting_.push_back(std::move(batch));
    return {};
  }
  const data::Column& times = *batch.columns[static_cast<std::size_t>(node_.order_by)];
  rows_.clear();
  for (uint32_t row = 0; row < batch.rows; ++row) {
    const TimestampMs time = row_time_ms(times, row);
    const TimestampMs watermark = context_.watermark_at(batch, row);
    if (time > watermark) {
      rows_.push_back(row);
      continue;
    }
    if (!node_.preceding) {
      context_.late(batch, row);
      continue;
    }
    pending_.add(batch, rows_);
    rows_.clear();
    TRY(on_watermark(watermark, out));
    key_columns_.clear();
    for (const int32_t key : node_.partition_by) key_columns_.push_back(batch.columns[static_cast<std::size_t>(key)]);
    std::string key;
    data::append_row(key, key_columns_, row);
    if (time <= last_fired(key))
      context_.late(batch, row);
    else
      pending_.add(batch, {{row}}, watermark + 1);
  }
  pending_.add(batch, rows_);
  return {};
}

Status OverInput::on_epoch_end(Output& out) {
  if (waiting_.empty()) return {};
  data::Batch rows = data::concat(waiting_);
  waiting_.clear();
  return fire(std::move(rows), out);
}

void OverInput::restore_input() {
  pending_.on_restored(context_.watermark());
  fired_to_ = context_.watermark();
}

Status OverInput::on_watermark(TimestampMs watermark, Output& out) {
  if (watermark <= fired_to_ || node_.proctime) return {};
  fired_to_ = watermark;
  data::Batch rows = pending_.take_until(watermark);
  if (rows.rows > 0) TRY(fire(std::move(rows), out));
  forget_idle(watermark);
  return {};
}

}  // namespace azud::stream
