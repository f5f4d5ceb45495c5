#include "sql/plan/logical.h"

#include <unordered_set>

#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"

namespace azud::sql {
namespace {

/// How the columns of one input, or of two side by side, are called in a line.
class Columns {
 public:
  Columns(const Schema& schema, Wording wording) : wording_(wording) {
    if (wording == Wording::names) names_ = names_of(schema);
  }
  Columns(const Schema& left, const Schema& right, Wording wording) : Columns(left, wording) {
    if (wording != Wording::names) return;
    for (const Field& field : right) names_.push_back(field.name);
  }

  std::string at(int32_t column) const {
    return wording_ == Wording::names ? names_[static_cast<std::size_t>(column)] : fmt::format("${}", column);
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
    for (const AggregateCall& call : calls) {
      out += (out.empty() ? "" : ", ") + to_text(call, names_);
      if (wording_ == Wording::names) out += " AS " + call.name;
    }
    return out;
  }

 private:
  Wording wording_;
  std::vector<std::string> names_;
};

void visit(const LogicalPtr& node, std::unordered_set<const LogicalNode*>& seen, std::vector<LogicalPtr>& out) {
  if (!seen.insert(node.get()).second) return;
  for (const LogicalPtr& input : node->inputs) visit(input, seen, out);
  out.push_back(node);
}

}  // namespace

Error Origin::error(Code code, std::string_view message, std::string hint) const {
  if (source) return error_at(*source, place, code, message, std::move(hint));
  return Error(code, std::string(message), std::move(hint));
}

std::vector<std::string> names_of(const Schema& schema) {
  std::vector<std::string> names;
  names.reserve(schema.size());
  for (const Field& field : schema) names.push_back(field.name);
  return names;
}

std::vector<LogicalPtr> in_order(const std::vector<LogicalPtr>& roots) {
  std::unordered_set<const LogicalNode*> seen;
  std::vector<LogicalPtr> out;
  for (const LogicalPtr& root : roots) visit(root, seen, out);
  return out;
}

std::string LogicalScan::describe(Wording) const {
  std::string columns;
  for (const int32_t place : read)
    columns += (columns.empty() ? "" : ", ") + table->columns[static_cast<std::size_t>(place)].name;
  return fmt::format("scan {} [{}]", table->name, columns);
}

std::string LogicalValues::describe(Wording wording) const {
  std::string out;
  for (const auto& row : rows) {
    out += out.empty() ? "(" : ", (";
    for (std::size_t i = 0; i < row.size(); ++i) out += (i == 0 ? "" : ", ") + to_text(row[i], output[i].type);
    out += ")";
  }
  // Equal digits of different types are different values.
  if (wording == Wording::exact)
    for (const Field& field : output) out += " " + field.type.to_sql();
  return "values " + out;
}

std::string LogicalFilter::describe(Wording wording) const {
  return "filter " + Columns(input().output, wording).text(*condition);
}

std::string LogicalProject::describe(Wording wording) const {
  const Columns columns(input().output, wording);
  std::string out;
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    std::string text = columns.text(*expressions[i]);
    if (wording == Wording::names && text != output[i].name) text += " AS " + output[i].name;
    out += (i == 0 ? "" : ", ") + text;
  }
  return "project " + out;
}

std::string LogicalWatermark::describe(Wording wording) const {
  const Columns columns(output, wording);
  return fmt::format("watermark {} AS {}", columns.at(rowtime), columns.text(*watermark));
}

std::string LogicalNormalize::describe(Wording wording) const {
  const Columns columns(output, wording);
  return "normalize by " + columns.list(key) + (condition ? " where " + columns.text(*condition) : "");
}

std::string LogicalCorrelate::describe(Wording wording) const {
  return fmt::format("{} {}{}", outer ? "left unnest" : "unnest", Columns(input().output, wording).text(*collection),
                     with_ordinality ? " with ordinality" : "");
}

std::string LogicalSort::describe(Wording wording) const {
  const Columns columns(output, wording);
  std::string out = keys.empty() ? "limit" : "sort";
  for (std::size_t i = 0; i < keys.size(); ++i)
    out += fmt::format("{} {}{}{}", i == 0 ? "" : ",", columns.at(keys[i].column), keys[i].descending ? " DESC" : "",
                       keys[i].nulls_first ? "" : " NULLS LAST");
  if (offset > 0) out += fmt::format(" offset {}", offset);
  if (count >= 0) out += fmt::format(" count {}", count);
  return out;
}

std::string LogicalSink::describe(Wording) const { return collect ? "result" : "insert into " + table->name; }

std::string LogicalWindow::describe(Wording wording) const {
  const Columns columns(input().output, wording);
  std::string out = fmt::format("window {} on {}", to_text(window), columns.at(window.time_column));
  if (!window.partition_by.empty()) out += " partition by " + columns.list(window.partition_by);
  return out;
}

std::string LogicalAggregate::describe(Wording wording) const {
  const Columns columns(input().output, wording);
  std::string out = "aggregate";
  if (!keys.empty()) out += " by " + columns.list(keys);
  return calls.empty() ? out : fmt::format("{}: {}", out, columns.list(calls));
}

std::string LogicalOver::describe(Wording wording) const {
  const Columns columns(input().output, wording);
  std::string out = "over";
  if (!partition_by.empty()) out += " partition by " + columns.list(partition_by);
  for (std::size_t i = 0; i < order_by.size(); ++i)
    out += fmt::format("{}{}{}{}", i == 0 ? " order by " : ", ", columns.at(order_by[i].column),
                       order_by[i].descending ? " DESC" : "",
                       order_by[i].nulls_last == order_by[i].descending ? ""
                       : order_by[i].nulls_last                         ? " NULLS LAST"
                                                                        : " NULLS FIRST");
  const std::string width = preceding ? fmt::format("{}{}", *preceding, rows ? "" : " ms") : std::string("unbounded");
  return fmt::format("{} {} {} preceding: {}", out, rows ? "rows" : "range", width, columns.list(calls));
}

std::string LogicalJoin::describe(Wording wording) const {
  constexpr const char* kinds[] = {"inner", "left", "right", "full"};
  const Columns columns(inputs[0]->output, inputs[1]->output, wording);
  std::string out = fmt::format("{} join", kinds[static_cast<std::size_t>(type)]);
  if (as_of >= 0) out += " as of " + columns.at(as_of);
  if (!version_key.empty())
    out += " (each row a version by " + Columns(inputs[1]->output, wording).list(version_key) + ")";
  if (condition) out += " on " + columns.text(*condition);
  return out;
}

}  // namespace azud::sql
