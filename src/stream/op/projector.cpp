#include "stream/op/projector.h"

#include <algorithm>

namespace azud::stream {
namespace {

std::vector<TimestampMs> watermarks_of(const data::Batch& batch, const OperatorContext& context) {
  std::vector<TimestampMs> watermarks(batch.rows);
  for (std::size_t row = 0; row < batch.rows; ++row) watermarks[row] = context.watermark_at(batch, row);
  return watermarks;
}

template <class T>
std::vector<T> taken(const std::vector<T>& values, const std::vector<uint32_t>& rows) {
  if (values.empty()) return {};
  std::vector<T> out(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = values[rows[i]];
  return out;
}

}  // namespace

bool reads_watermark(const sql::Expression& expression) {
  if (expression.kind == sql::Expression::Kind::call && expression.function == sql::Function::current_watermark)
    return true;
  return std::ranges::any_of(expression.arguments, [](const auto& argument) { return reads_watermark(*argument); });
}

Result<Projector> Projector::make(const sql::ExpressionPtr& condition,
                                  const std::vector<sql::ExpressionPtr>& projections, const EvalSettings& settings) {
  Projector projector;
  if (condition) {
    TRY_ASSIGN(projector.condition_, Evaluator::compile(condition, settings));
    projector.reads_watermark_ |= reads_watermark(*condition);
  }
  for (const sql::ExpressionPtr& projection : projections) {
    TRY_ASSIGN(Evaluator evaluator, Evaluator::compile(projection, settings));
    projector.projections_.push_back(std::move(evaluator));
    projector.reads_watermark_ |= reads_watermark(*projection);
  }
  return projector;
}

Result<data::Batch> Projector::apply(const data::Batch& batch, const OperatorContext& context) const {
  std::vector<TimestampMs> watermarks;
  if (reads_watermark_) watermarks = watermarks_of(batch, context);
  const EvalInput input{.batch = batch, .wall_ms = context.wall_ms(), .watermarks = watermarks};
  Frame all(input);
  std::optional<Frame> some;
  std::vector<uint32_t> rows;
  if (condition_) {
    TRY_ASSIGN(rows, condition_->select(input));
    if (rows.empty()) return data::Batch();
    if (rows.size() < batch.rows) some.emplace(all, rows);
  }
  Frame& frame = some ? *some : all;
  data::Batch out{.rows = frame.rows()};
  if (projections_.empty()) {
    for (std::size_t i = 0; i < batch.columns.size(); ++i) out.columns.push_back(frame.column(i));
  }
  for (const Evaluator& projection : projections_) {
    TRY_ASSIGN(data::ColumnPtr column, projection.evaluate(frame));
    out.columns.push_back(std::move(column));
  }
  out.kinds = some ? taken(batch.kinds, rows) : batch.kinds;
  out.order = some ? taken(batch.order, rows) : batch.order;
  return out;
}

}  // namespace azud::stream
