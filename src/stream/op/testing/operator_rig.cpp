#include "stream/op/testing/operator_rig.h"

#include "data/builder.h"
#include "data/text.h"
#include "sql/plan/physical_io.h"
#include "stream/state/state_codec.h"

namespace azud::stream::testing {

sql::NodePtr input_of(sql::Schema schema) {
  auto node = std::make_shared<sql::ValuesNode>();
  node->id = "input";
  node->output = std::move(schema);
  return node;
}

data::Batch batch_of(const sql::Schema& schema, const std::vector<Row>& rows) {
  data::Batch batch{.rows = rows.size()};
  for (std::size_t column = 0; column < schema.size(); ++column) {
    data::ColumnBuilder builder(schema[column].type);
    for (const Row& row : rows) builder.append_value(row.values[column]);
    batch.columns.push_back(builder.finish());
  }
  for (const Row& row : rows)
    for (const data::RowKind kind :
         {data::RowKind::insert, data::RowKind::update_before, data::RowKind::update_after, data::RowKind::remove})
      if (data::to_string(kind) == row.kind) batch.kinds.push_back(kind);
  return batch;
}

OperatorRig::OperatorRig(sql::NodePtr node, EvalSettings settings)
    : node_(std::move(node)), settings_(std::move(settings)) {
  auto spec = make_operator(node_, settings_);
  if (!spec) {
    error_ = spec.error().message();
    return;
  }
  spec_ = *std::move(spec);
  open();
}

void OperatorRig::open() {
  const TimestampMs watermark = context_ ? context_->watermark() : timestamp_min;
  context_ = std::make_unique<OperatorContext>(*node_, 0, 1, *this);
  context_->set_watermark(watermark);
  operator_ = spec_->open(*context_);
}

void OperatorRig::note(const Status& status) { error_ = status ? "" : status.error().message(); }

void OperatorRig::rows(const std::vector<Row>& rows, std::size_t input) {
  data::Batch batch = batch_of(node_->inputs[input]->output, rows);
  for (std::size_t i = 0; i < batch.rows; ++i) batch.order.push_back(order_++);
  note(operator_->on_rows(input, std::move(batch), *this));
}

void OperatorRig::watermark(TimestampMs watermark) {
  context_->set_watermark(watermark);
  note(operator_->on_watermark(watermark, *this));
}

void OperatorRig::time(TimestampMs wall_ms) {
  context_->begin_epoch(wall_ms);
  if (operator_->next_time() <= wall_ms) note(operator_->on_time(wall_ms, *this));
}

std::string OperatorRig::take() {
  note(operator_->on_epoch_end(*this));
  return std::exchange(out_, {});
}

uint64_t OperatorRig::commit() {
  std::string entries;
  StateWriter writer(entries);
  operator_->write_changes(writer);
  log_.push_back(std::move(entries));
  return writer.entries();
}

void OperatorRig::restart(bool everything) {
  if (everything) {
    log_.clear();
    std::string entries;
    StateWriter writer(entries);
    operator_->write_all(writer);
    log_.push_back(std::move(entries));
  } else {
    commit();
  }
  open();
  for (const std::string& entries : log_) {
    StateReader reader(entries);
    for (auto entry = reader.next(); entry && *entry; entry = reader.next()) note(operator_->read((*entry)->payload));
  }
  operator_->on_restored();
}

Status OperatorRig::rows(data::Batch batch) {
  for (std::size_t row = 0; row < batch.rows; ++row) out_ += data::to_text(batch, row) + "\n";
  return {};
}

void OperatorRig::keep(const sql::PhysicalNode&, const data::Batch& batch, std::size_t row, TimestampMs) {
  out_ += "late " + data::to_text(batch, row).substr(2) + "\n";
}

}  // namespace azud::stream::testing
