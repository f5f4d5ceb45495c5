#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sql/bind/aggregate_call.h"
#include "sql/bind/expression_binder.h"
#include "sql/bind/group_binder.h"
#include "sql/bind/relation.h"
#include "sql/syntax/query_ast.h"

namespace azud::sql {

/// The OVER calls of one SELECT, all over the same window. Until the node is built, a call is the column
/// `first_call + i`.
class OverBinder {
 public:
  static constexpr int32_t first_call = 2 * GroupBinder::first_call;

  explicit OverBinder(const BindContext& context) : context_(context) {}

  struct Call {
    BoundAggregate aggregate;
    Place place;
  };
  const std::vector<Call>& calls() const { return calls_; }

  /// WINDOW w AS (…)
  Status add_window(const ast::NamedWindow& window);
  /// `aggregates` takes the aggregates among the arguments: SUM(COUNT(*)) OVER (…).
  Result<ExpressionPtr> add_call(const ast::Call& call, Place place, const Scope& scope, CallCollector& aggregates);
  /// After the grouping: all expressions become ones over its result.
  Status over_result(const GroupBinder& groups);
  Result<LogicalPtr> build(const LogicalPtr& input, Origin origin);
  /// After `build`: calls become columns of the node.
  ExpressionPtr over_result(const ExpressionPtr& expression) const;

 private:
  struct Window {
    std::vector<ExpressionPtr> partition_by;
    std::vector<ExpressionPtr> order_by;
    std::vector<bool> descending;
    std::vector<bool> nulls_last;
    bool rows = false;
    std::optional<int64_t> preceding;
    Place place;
  };
  Result<Window> bind_window(const ast::WindowSpec& spec, const Scope& scope, CallCollector& aggregates);
  Status bind_frame(const ast::WindowFrame& frame, Place place, Window& window) const;
  Result<ast::WindowSpec> resolve(const ast::Call& call) const;
  int32_t place_column(const ExpressionPtr& expression);
  static bool same(const Window& a, const Window& b);

  const BindContext& context_;
  std::map<std::string, ast::WindowSpec> named_;
  std::optional<Window> window_;
  std::vector<Call> calls_;
  std::vector<ExpressionPtr> projected_;
  int32_t width_ = 0;
  bool inside_ = false;
};

}  // namespace azud::sql
