#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "sql/plan/expression.h"
#include "stream/eval/frame.h"
#include "stream/eval/kernel.h"

namespace azud::stream {

class Node;

/// An expression made ready to be computed for batches. Immutable: workers share it.
///
/// A branch (CASE, AND, OR, COALESCE …) that may fail or costs much is computed only for the rows that reach it.
class Evaluator {
 public:
  /// `unsupported` names a function that azud does not have; `invalid` a literal pattern, format or path that is wrong.
  static Result<Evaluator> compile(const sql::ExpressionPtr& expression, const EvalSettings& settings);
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;
  ~Evaluator();

  /// One value a row of the batch. The error of a row says which one.
  Result<data::ColumnPtr> evaluate(const EvalInput& input) const;
  /// One value a row of the frame. Evaluators that share a frame gather its columns once.
  Result<data::ColumnPtr> evaluate(Frame& frame) const;

  /// The rows for which a BOOLEAN expression is true.
  Result<std::vector<uint32_t>> select(const EvalInput& input) const;

 private:
  explicit Evaluator(std::unique_ptr<const Node> root);
  Result<Operand> run(Frame& frame) const;
  std::unique_ptr<const Node> root_;
};

}  // namespace azud::stream
