#pragma once

#include <vector>

#include "sql/bind/aggregate_call.h"
#include "sql/bind/expression_binder.h"
#include "sql/bind/relation.h"
#include "sql/syntax/query_ast.h"

namespace azud::sql {

/// GROUP BY and the aggregates of one SELECT. While its expressions are bound over FROM, a call is the column
/// `first_call + i`; once the aggregation is built, `over_result` turns such an expression into one over its result.
class GroupBinder {
 public:
  static constexpr int32_t first_call = 1 << 24;

  explicit GroupBinder(const BindContext& context) : context_(context) {}

  struct Call {
    BoundAggregate aggregate;
    Place place;
  };
  const std::vector<Call>& calls() const { return calls_; }

  /// The keys of GROUP BY; sets of keys are refused.
  Status bind_keys(const ast::Select& select, const Scope& scope);
  Result<ExpressionPtr> add_call(const ast::Call& call, Place place, const Scope& scope, bool grouped);
  /// Projection of keys and arguments, then the aggregation.
  Result<LogicalPtr> build(const LogicalPtr& input, Origin origin);
  /// An error, at `place`, for a column that is no key.
  Result<ExpressionPtr> over_result(const ExpressionPtr& expression, Place place) const;

 private:
  int32_t place_argument(const ExpressionPtr& expression);
  Status bind_item(const ast::GroupItem& item, ExpressionBinder& binder);

  const BindContext& context_;
  Schema columns_;  ///< of FROM, for errors
  std::vector<ExpressionPtr> keys_;
  std::vector<std::string> key_names_;
  std::vector<Call> calls_;
  std::vector<ExpressionPtr> projected_;
};

}  // namespace azud::sql
