#include <algorithm>

#include "sql/lower/lowering.h"

namespace azud::sql {
namespace {

/// Whether a filter looks at the number of an OVER: then it is a Top-N or a de-duplication.
bool is_rank_column(const LogicalNode& node, int32_t column) {
  const auto place = static_cast<std::size_t>(column);
  switch (node.kind) {
    case LogicalKind::filter: return is_rank_column(node.input(), column);
    case LogicalKind::project: {
      const ExpressionPtr& expression = node.as<LogicalProject>().expressions[place];
      return expression->kind == Expression::Kind::input && is_rank_column(node.input(), expression->input);
    }
    case LogicalKind::over: {
      const std::size_t width = node.input().output.size();
      if (place < width) return false;
      const Aggregate function = node.as<LogicalOver>().calls[place - width].function;
      return function == Aggregate::row_number || function == Aggregate::rank || function == Aggregate::dense_rank;
    }
    default: return false;
  }
}

/// The scan's column that arrives unchanged as this column; -1 if it is computed.
int32_t scanned_column(const PhysicalNode& node, int32_t column) {
  if (node.kind == NodeKind::scan) return node.as<ScanNode>().read[static_cast<std::size_t>(column)];
  if (node.kind != NodeKind::calc) return -1;
  const auto& projections = node.as<CalcNode>().projections;
  if (projections.empty()) return scanned_column(*node.inputs[0], column);
  const Expression& expression = *projections[static_cast<std::size_t>(column)];
  const bool plain = expression.kind == Expression::Kind::input;
  const bool retyped = expression.kind == Expression::Kind::call && expression.function == Function::reinterpret &&
                       expression.arguments[0]->kind == Expression::Kind::input;
  if (!plain && !retyped) return -1;
  return scanned_column(*node.inputs[0], plain ? expression.input : expression.arguments[0]->input);
}

bool is_record_timestamp(const TableDefinition& table, int32_t column) {
  if (column < 0) return false;
  const std::string* connector = find_option(table, "connector");
  const TableColumn& definition = table.columns[static_cast<std::size_t>(column)];
  return connector != nullptr && (*connector == "kafka" || *connector == "upsert-kafka") &&
         definition.kind == TableColumn::Kind::metadata && definition.metadata_key == "timestamp";
}

}  // namespace

Result<NodePtr> Lowering::lower_scan(const LogicalScan& scan) {
  auto node = std::make_shared<ScanNode>();
  node->output = scan.output;
  node->table = scan.table;
  node->read = scan.read;
  TRY_ASSIGN(const ConnectorTraits* traits, connectors_.find(*scan.table));
  node->mode = traits->source_mode;
  return add(std::move(node), std::nullopt, scan.origin);
}

Result<NodePtr> Lowering::lower_values(const LogicalValues& values) {
  auto node = std::make_shared<ValuesNode>();
  node->output = values.output;
  node->rows = values.rows;
  return add(std::move(node), std::vector<int32_t>{}, values.origin);
}

Status Lowering::refuse_rank_filter(const LogicalFilter& filter) const {
  std::vector<bool> used(filter.output.size(), false);
  note_inputs(*filter.condition, used);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (used[i] && is_rank_column(filter.input(), static_cast<int32_t>(i)))
      return std::unexpected(filter.origin.error(
          Code::unsupported, "Top-N and de-duplication (a filter on ROW_NUMBER() OVER …) are not supported",
          "for the largest or last value a key, GROUP BY the key with MAX(…) or LAST_VALUE(…)"));
  return {};
}

Result<NodePtr> Lowering::lower_filter(const LogicalFilter& filter) {
  TRY(refuse_rank_filter(filter));
  const LogicalPtr& input = filter.inputs.front();
  if (input->kind == LogicalKind::correlate && !consumers_.is_shared(*input))
    return lower_correlate(input->as<LogicalCorrelate>(), filter.condition, filter.output);
  TRY_ASSIGN(const NodePtr lowered, lower(input));
  return calc(lowered, filter.condition, {}, filter.output, filter.origin);
}

Result<NodePtr> Lowering::lower_project(const LogicalProject& project) {
  const LogicalPtr& input = project.inputs.front();
  const bool fuses = input->kind == LogicalKind::filter && !consumers_.is_shared(*input) &&
                     input->input().kind != LogicalKind::correlate;
  ExpressionPtr condition;
  LogicalPtr below = input;
  if (fuses) {
    TRY(refuse_rank_filter(input->as<LogicalFilter>()));
    condition = input->as<LogicalFilter>().condition;
    below = input->inputs.front();
  }
  TRY_ASSIGN(const NodePtr lowered, lower(below));
  return calc(lowered, std::move(condition), project.expressions, project.output, project.origin);
}

Result<NodePtr> Lowering::lower_watermark(const LogicalWatermark& watermark) {
  TRY_ASSIGN(const NodePtr input, lower(watermark.inputs.front()));
  auto node = std::make_shared<WatermarkNode>();
  node->inputs = {input};
  node->output = watermark.output;
  node->rowtime = watermark.rowtime;
  node->watermark = watermark.watermark;
  node->idle_timeout_ms = settings_.duration_ms("table.exec.source.idle-timeout", 0);
  if (const std::string* own = find_option(*watermark.table, "scan.watermark.idle-timeout")) {
    Result<int64_t> timeout = parse_duration_ms(*own);
    if (!timeout)
      return std::unexpected(watermark.origin.error(
          Code::invalid, "scan.watermark.idle-timeout: " + timeout.error().message(), timeout.error().hint()));
    node->idle_timeout_ms = *timeout;
  }
  node->rowtime_is_record_timestamp = is_record_timestamp(*watermark.table, scanned_column(*input, watermark.rowtime));
  return add(std::move(node), distribution(input), watermark.origin);
}

Result<NodePtr> Lowering::lower_normalize(const LogicalNormalize& normalize) {
  TRY_ASSIGN(NodePtr input, lower(normalize.inputs.front()));
  input = exchange(input, normalize.key, normalize.origin);
  auto node = std::make_shared<ChangelogNormalizeNode>();
  node->inputs = {input};
  node->output = normalize.output;
  node->key = normalize.key;
  node->condition = normalize.condition;
  node->state_ttl_ms = settings_.state_ttl_ms();
  return add(std::move(node), distribution(input), normalize.origin);
}

Result<NodePtr> Lowering::lower_union(const LogicalUnion& node) {
  auto lowered = std::make_shared<UnionNode>();
  Distribution spread;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    TRY_ASSIGN(const NodePtr input, lower(node.inputs[i]));
    if (i == 0) spread = distribution(input);
    if (spread != distribution(input)) spread.reset();
    lowered->inputs.push_back(input);
  }
  lowered->output = node.output;
  return add(std::move(lowered), std::move(spread), node.origin);
}

Result<NodePtr> Lowering::lower_correlate(const LogicalCorrelate& correlate, ExpressionPtr condition,
                                          const Schema& output) {
  TRY_ASSIGN(const NodePtr input, lower(correlate.inputs.front()));
  auto node = std::make_shared<CorrelateNode>();
  node->inputs = {input};
  node->output = output;
  node->collection = correlate.collection;
  node->outer = correlate.outer;
  node->with_ordinality = correlate.with_ordinality;
  node->condition = std::move(condition);
  return add(std::move(node), distribution(input), correlate.origin);
}

Result<NodePtr> Lowering::lower_sort(const LogicalSort& sort) {
  if (!sort.keys.empty())
    return std::unexpected(sort.origin.error(
        Code::unsupported, "ORDER BY is not supported: a stream has no last row after which it could be sorted",
        "leave it out; the rows of a window come out in the order of their windows"));
  TRY_ASSIGN(NodePtr input, lower(sort.inputs.front()));
  auto node = std::make_shared<LimitNode>();
  node->inputs = {exchange(input, {}, sort.origin)};
  node->output = sort.output;
  node->offset = sort.offset;
  node->count = sort.count;
  return add(std::move(node), std::vector<int32_t>{}, sort.origin);
}

}  // namespace azud::sql
