#include "stream/op/calc.h"
#include "stream/op/changelog_normalize.h"
#include "stream/op/correlate.h"
#include "stream/op/group_aggregate.h"
#include "stream/op/limit.h"
#include "stream/op/operator.h"
#include "stream/op/over.h"
#include "stream/op/over_lag.h"
#include "stream/op/over_ring.h"
#include "stream/op/over_sorted.h"
#include "stream/op/temporal_join.h"
#include "stream/op/upsert_materialize.h"
#include "stream/op/values.h"
#include "stream/op/window_aggregate.h"
#include "stream/op/window_assign.h"

namespace azud::stream {
namespace {

Result<OperatorSpecPtr> make_any_over(const sql::NodePtr& node) {
  const auto& over = node->as<sql::OverNode>();
  if (is_lag_only(over)) return make_over_lag(node);
  if (is_short_frame(over)) return make_over_ring(node);
  return make_over(node);
}

}  // namespace

Result<OperatorSpecPtr> make_operator(const sql::NodePtr& node, const EvalSettings& settings) {
  switch (node->kind) {
    case sql::NodeKind::calc: return make_calc(node, settings);
    case sql::NodeKind::correlate: return make_correlate(node, settings);
    case sql::NodeKind::limit: return make_limit(node);
    case sql::NodeKind::values: return make_values(node);
    case sql::NodeKind::over: return make_any_over(node);
    case sql::NodeKind::sorted_over: return make_over_sorted(node);
    case sql::NodeKind::changelog_normalize: return make_changelog_normalize(node, settings);
    case sql::NodeKind::upsert_materialize: return make_upsert_materialize(node);
    case sql::NodeKind::group_aggregate: return make_group_aggregate(node);
    case sql::NodeKind::window_aggregate: return make_window_aggregate(node, settings);
    case sql::NodeKind::window_assign: return make_window_assign(node, settings);
    case sql::NodeKind::temporal_join: return make_temporal_join(node, settings);
    default: break;
  }
  return fail(Code::unsupported, "the plan has a node that cannot be run: {}", node->id);
}

}  // namespace azud::stream
