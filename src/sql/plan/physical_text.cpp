#include <fmt/format.h>

#include "sql/plan/physical_io.h"
#include "sql/plan/physical_rows.h"
#include "sql/plan/physical_state.h"

namespace azud::sql {
namespace {

/// How the columns of a schema (or of two side by side) are called in a line.
class Columns {
 public:
  Columns(const Schema& schema, Wording wording) : wording_(wording) { add(schema); }
  Columns(const Schema& left, const Schema& right, Wording wording) : Columns(left, wording) { add(right); }

  std::string at(int32_t column) const {
    const auto place = static_cast<std::size_t>(column);
    return wording_ == Wording::names && place < names_.size() ? names_[place] : fmt::format("${}", column);
  }
  std::string list(const std::vector<int32_t>& columns) const {
    std::string out;
    for (const int32_t column : columns) out += (out.empty() ? "" : ", ") + at(column);
    return out;
  }
  std::string text(const Expression& expression) const {
    return wording_ == Wording::names ? to_text(expression, names_) : digest(expression);
  }
  std::string list(const std::vector<AggregateCall>& calls) const {
    std::string out;
    for (const AggregateCall& call : calls) out += (out.empty() ? "" : ", ") + to_text(call, names_);
    return out;
  }

 private:
  void add(const Schema& schema) {
    if (wording_ != Wording::names) return;
    for (const Field& field : schema) names_.push_back(field.name);
  }
  Wording wording_;
  std::vector<std::string> names_;
};

std::string describe_scan(const ScanNode& node) {
  std::string columns;
  for (const int32_t place : node.read)
    columns += (columns.empty() ? "" : ", ") + node.table->columns[static_cast<std::size_t>(place)].name;
  return fmt::format("scan {} [{}]", node.table->name, columns);
}

std::string describe_values(const ValuesNode& node) {
  std::string out;
  for (const auto& row : node.rows) {
    out += out.empty() ? "(" : ", (";
    for (std::size_t i = 0; i < row.size(); ++i) out += (i == 0 ? "" : ", ") + to_text(row[i], node.output[i].type);
    out += ")";
  }
  return "values " + out;
}

std::string describe_calc(const CalcNode& node, Wording wording) {
  const Columns columns(node.inputs[0]->output, wording);
  std::string out;
  for (std::size_t i = 0; i < node.projections.size(); ++i) {
    std::string text = columns.text(*node.projections[i]);
    if (wording == Wording::names && text != node.output[i].name) text += " AS " + node.output[i].name;
    out += (i == 0 ? "" : ", ") + text;
  }
  out = out.empty() ? "calc" : "calc [" + out + "]";
  return node.condition ? out + " where " + columns.text(*node.condition) : out;
}

std::string describe_correlate(const CorrelateNode& node, Wording wording) {
  std::string out = fmt::format("{} {}", node.outer ? "left unnest" : "unnest",
                                Columns(node.inputs[0]->output, wording).text(*node.collection));
  if (node.with_ordinality) out += " with ordinality";
  return node.condition ? out + " where " + Columns(node.output, wording).text(*node.condition) : out;
}

std::string describe_watermark(const WatermarkNode& node, Wording wording) {
  const Columns columns(node.output, wording);
  std::string out = fmt::format("watermark {} AS {}", columns.at(node.rowtime), columns.text(*node.watermark));
  if (node.idle_timeout_ms > 0) out += fmt::format(", idle after {} ms", node.idle_timeout_ms);
  if (node.rowtime_is_record_timestamp) out += ", the record's timestamp";
  return out;
}

std::string describe_window_aggregate(const WindowAggregateNode& node, Wording wording) {
  const Columns columns(node.inputs[0]->output, wording);
  std::string out = "window aggregate ";
  if (node.input_window_start >= 0)
    out += fmt::format("of windows [{}, {}]", columns.at(node.input_window_start), columns.at(node.input_window_end));
  else
    out += fmt::format("{} on {}", to_text(node.window), columns.at(node.window.time_column));
  if (!node.keys.empty()) out += " by " + columns.list(node.keys);
  constexpr const char* names[] = {"window_start", "window_end", "window_time"};
  std::string results = columns.list(node.aggregates);
  for (const auto column : node.window_columns)
    results += (results.empty() ? "" : ", ") + std::string(names[static_cast<std::size_t>(column)]);
  return out + ": " + results;
}

std::string describe_over(const OverNode& node, Wording wording) {
  const Columns columns(node.inputs[0]->output, wording);
  std::string out = "over";
  if (!node.partition_by.empty()) out += " partition by " + columns.list(node.partition_by);
  out += " order by " + columns.at(node.order_by);
  const std::string width =
      node.preceding ? fmt::format("{}{}", *node.preceding, node.rows ? "" : " ms") : std::string("unbounded");
  return fmt::format("{} {} {} preceding: {}", out, node.rows ? "rows" : "range", width, columns.list(node.aggregates));
}

std::string describe_sorted_over(const SortedOverNode& node, Wording wording) {
  const Columns columns(node.inputs[0]->output, wording);
  const std::string by = node.partition_by.empty() ? "" : " partition by " + columns.list(node.partition_by);
  return fmt::format("sorted over{} order by {}{} {} unbounded preceding: {}", by, columns.at(node.order_by),
                     node.nulls_last ? " NULLS LAST" : "", node.rows ? "rows" : "range", columns.list(node.aggregates));
}

std::string describe_temporal_join(const TemporalJoinNode& node, Wording wording) {
  const Schema& left = node.inputs[0]->output;
  const Schema& right = node.inputs[1]->output;
  std::string on;
  for (std::size_t i = 0; i < node.left_keys.size(); ++i)
    on += fmt::format("{}{} = {}", i == 0 ? "" : " AND ", Columns(left, wording).at(node.left_keys[i]),
                      Columns(right, wording).at(node.right_keys[i]));
  if (node.condition) on += " AND " + Columns(left, right, wording).text(*node.condition);
  return fmt::format("{} temporal join as of {} ({} by {}) on {}", node.left_outer ? "left" : "inner",
                     Columns(left, wording).at(node.left_time), node.newest_only ? "newest rows" : "versions",
                     Columns(right, wording).at(node.right_time), on);
}

std::string describe_sink(const SinkNode& node, Wording wording) {
  if (node.collect) return "result";
  std::string out = "sink " + node.table->name;
  if (!node.key.empty()) out += " by " + Columns(node.output, wording).list(node.key);
  if (node.drop_nulls) out += ", rows with NULL in NOT NULL columns left out";
  return out;
}

}  // namespace

std::string describe(const PhysicalNode& node, Wording wording) {
  switch (node.kind) {
    case NodeKind::scan: return describe_scan(node.as<ScanNode>());
    case NodeKind::values: return describe_values(node.as<ValuesNode>());
    case NodeKind::calc: return describe_calc(node.as<CalcNode>(), wording);
    case NodeKind::union_all: return "union all";
    case NodeKind::correlate: return describe_correlate(node.as<CorrelateNode>(), wording);
    case NodeKind::watermark: return describe_watermark(node.as<WatermarkNode>(), wording);
    case NodeKind::exchange: {
      const auto& keys = node.as<ExchangeNode>().keys;
      return keys.empty() ? "exchange to one worker" : "exchange by " + Columns(node.output, wording).list(keys);
    }
    case NodeKind::changelog_normalize: {
      const auto& normalize = node.as<ChangelogNormalizeNode>();
      const Columns columns(node.output, wording);
      return "changelog normalize by " + columns.list(normalize.key) +
             (normalize.condition ? " where " + columns.text(*normalize.condition) : "");
    }
    case NodeKind::upsert_materialize:
      return "upsert materialize by " + Columns(node.output, wording).list(node.as<UpsertMaterializeNode>().key);
    case NodeKind::window_assign: {
      const WindowSpec& window = node.as<WindowAssignNode>().window;
      return fmt::format("window {} on {}", to_text(window),
                         Columns(node.inputs[0]->output, wording).at(window.time_column));
    }
    case NodeKind::window_aggregate: return describe_window_aggregate(node.as<WindowAggregateNode>(), wording);
    case NodeKind::group_aggregate: {
      const auto& group = node.as<GroupAggregateNode>();
      const Columns columns(node.inputs[0]->output, wording);
      const std::string by = group.keys.empty() ? "" : " by " + columns.list(group.keys);
      return fmt::format("group aggregate{}: {}", by, columns.list(group.aggregates));
    }
    case NodeKind::over: return describe_over(node.as<OverNode>(), wording);
    case NodeKind::sorted_over: return describe_sorted_over(node.as<SortedOverNode>(), wording);
    case NodeKind::temporal_join: return describe_temporal_join(node.as<TemporalJoinNode>(), wording);
    case NodeKind::limit: {
      const auto& limit = node.as<LimitNode>();
      return fmt::format("limit {} offset {}", limit.count, limit.offset);
    }
    case NodeKind::sink: return describe_sink(node.as<SinkNode>(), wording);
  }
  return "?";
}

}  // namespace azud::sql
