#include <algorithm>
#include <memory>
#include <utility>

#include "sql/analyze/unique_key.h"
#include "sql/lower/lowering.h"

namespace azud::sql {
namespace {

constexpr std::string_view order_by_time =
    "order by the column that WATERMARK FOR names, unchanged; joins and aggregates without a window take the attribute "
    "away";

/// What both kinds of OVER are told.
template <class Node>
std::shared_ptr<Node> make_over(const LogicalOver& over, NodePtr input, const Settings& settings) {
  auto node = std::make_shared<Node>();
  node->inputs = {std::move(input)};
  node->output = over.output;
  node->partition_by = over.partition_by;
  node->order_by = over.order_by.front().column;
  node->rows = over.rows;
  node->aggregates = over.calls;
  node->state_ttl_ms = settings.state_ttl_ms();
  return node;
}

}  // namespace

Result<NodePtr> Lowering::lower_over(const LogicalOver& over) {
  const LogicalOver::Key& first = over.order_by.front();
  const Field& time = over.input().output[static_cast<std::size_t>(first.column)];
  if (first.descending)
    return std::unexpected(over.origin.error(
        Code::unsupported, fmt::format("OVER needs an ascending order; {} is ordered descending", time.name),
        "leave DESC out; of a number, order by its negative: ORDER BY -x"));
  if (over.order_by.size() > 1)
    return std::unexpected(over.origin.error(Code::unsupported,
                                             "OVER with a second column in ORDER BY is not supported",
                                             "order by one column, in an event-time query by the time attribute"));
  for (const AggregateCall& call : over.calls)
    if (call.function == Aggregate::rank || call.function == Aggregate::dense_rank)
      return std::unexpected(over.origin.error(
          Code::unsupported, fmt::format("{} is not supported", to_string(call.function)),
          "ROW_NUMBER() numbers the rows; rows of one place in the order count together in COUNT(*) OVER (… RANGE "
          "UNBOUNDED PRECEDING)"));
  if (time.time == TimeAttribute::none) return lower_sorted_over(over);
  TRY_ASSIGN(const NodePtr input, lower(over.inputs.front()));
  auto node = make_over<OverNode>(over, exchange(input, over.partition_by, over.origin), settings_);
  node->proctime = time.time == TimeAttribute::proctime;
  node->preceding = over.preceding;
  const Distribution spread = distribution(node->inputs[0]);
  return add(std::move(node), spread, over.origin);
}

/// What Flink refuses when it plans (a bounded frame, a sort by a nested value) or fails at when it runs.
Status Lowering::check_sorted_over(const LogicalOver& over) const {
  const Field& order = over.input().output[static_cast<std::size_t>(over.order_by.front().column)];
  const auto refuse = [&](const std::string& message, std::string hint) {
    return std::unexpected(over.origin.error(Code::unsupported, message, std::move(hint)));
  };
  if (over.preceding)
    return refuse(
        fmt::format("OVER with a bounded frame needs ORDER BY a time attribute; {} is a plain value", order.name),
        "write UNBOUNDED PRECEDING, or " + std::string(order_by_time));
  if (!order.type.fields().empty())
    return refuse(fmt::format("OVER cannot be ordered by {}, which is {}", order.name, order.type.to_sql()),
                  "order by a number, a time or a text");
  for (const AggregateCall& call : over.calls) {
    const bool needs_time = call.function == Aggregate::lag || call.function == Aggregate::array_agg ||
                            call.function == Aggregate::collect || call.distinct;
    if (needs_time)
      return refuse(fmt::format("{}{} needs OVER with ORDER BY a time attribute; {} is a plain value",
                                to_string(call.function), call.distinct ? "(DISTINCT …)" : "", order.name),
                    std::string(order_by_time));
    const bool needs_range = call.function == Aggregate::first_value || call.function == Aggregate::last_value ||
                             call.function == Aggregate::listagg;
    if (needs_range && over.rows)
      return refuse(fmt::format("{} with ROWS needs ORDER BY a time attribute; {} is a plain value",
                                to_string(call.function), order.name),
                    "write RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW");
  }
  return {};
}

Result<NodePtr> Lowering::lower_sorted_over(const LogicalOver& over) {
  TRY(check_sorted_over(over));
  TRY_ASSIGN(const NodePtr input, lower(over.inputs.front()));
  auto node = make_over<SortedOverNode>(over, exchange(input, over.partition_by, over.origin), settings_);
  node->nulls_last = over.order_by.front().nulls_last;
  for (const std::vector<int32_t>& key : unique_keys(over.input())) {
    const auto in_key = [&](int32_t column) { return std::ranges::find(key, column) != key.end(); };
    if (std::ranges::all_of(over.partition_by, in_key)) node->input_key = key;
  }
  const Distribution spread = distribution(node->inputs[0]);
  return add(std::move(node), spread, over.origin);
}

}  // namespace azud::sql
