#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "sql/plan/expression.h"
#include "stream/eval/evaluator.h"
#include "stream/op/operator.h"

namespace azud::stream {

/// Whether CURRENT_WATERMARK stands in the expression: its value is exact for each row, so every step of the watermark
/// must be known.
bool reads_watermark(const sql::Expression& expression);

/// A filter and a projection made ready. Immutable: workers share it.
class Projector {
 public:
  /// `condition` may be null (all rows); no projections: all columns pass.
  static Result<Projector> make(const sql::ExpressionPtr& condition, const std::vector<sql::ExpressionPtr>& projections,
                                const EvalSettings& settings);

  /// Rows keep their kind and order. A batch without rows if none passes.
  Result<data::Batch> apply(const data::Batch& batch, const OperatorContext& context) const;

 private:
  std::optional<Evaluator> condition_;
  std::vector<Evaluator> projections_;
  bool reads_watermark_ = false;
};

}  // namespace azud::stream
