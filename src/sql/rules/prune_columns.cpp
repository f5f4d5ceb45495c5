#include <algorithm>

#include "sql/bind/relation.h"
#include "sql/plan/logical_rows.h"
#include "sql/plan/logical_state.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

using Mask = std::vector<bool>;

void add(Mask& mask, int32_t column) {
  if (column >= 0) mask[static_cast<std::size_t>(column)] = true;
}
void add(Mask& mask, const std::vector<int32_t>& columns) {
  for (const int32_t column : columns) add(mask, column);
}
void add(Mask& mask, const Mask& more) {
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = mask[i] || more[i];
}

/// Columns that calls read, of those whose result (behind `width` columns) is needed.
void add_calls(Mask& mask, const std::vector<AggregateCall>& calls, const Mask& needed, std::size_t width) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (!needed[width + i]) continue;
    add(mask, calls[i].arguments);
    add(mask, calls[i].filter);
  }
}

/// First pass: which columns of each node's output are read by anybody, and which of them by which consumer.
class NeedFinder {
 public:
  explicit NeedFinder(const Roots& roots) {
    std::vector<LogicalPtr> order = in_order(roots);
    for (const LogicalPtr& node : order) needs_[node.get()] = Mask(node->output.size(), false);
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
      keep_one(**it);
      const std::vector<Mask> read = reads(**it);
      for (std::size_t i = 0; i < read.size(); ++i) add(needs_[(*it)->inputs[i].get()], read[i]);
    }
  }

  const Mask& of(const LogicalNode& node) const { return needs_.at(&node); }
  /// What the node reads of each of its inputs.
  std::vector<Mask> reads(const LogicalNode& node) const;

 private:
  /// A node of which no column is read still counts its rows: one column stays, if possible one that is read anyway.
  void keep_one(const LogicalNode& node) {
    Mask& mask = needs_.at(&node);
    if (mask.empty() || std::ranges::find(mask, true) != mask.end()) return;
    std::size_t column = 0;
    if (node.kind == LogicalKind::watermark) column = static_cast<std::size_t>(node.as<LogicalWatermark>().rowtime);
    if (node.kind == LogicalKind::filter) {
      Mask used(mask.size(), false);
      note_inputs(*node.as<LogicalFilter>().condition, used);
      const auto first = std::ranges::find(used, true);
      if (first != used.end()) column = static_cast<std::size_t>(first - used.begin());
    }
    mask[column] = true;
  }
  Mask passed_on(const LogicalNode& node) const {
    const Mask& mask = needs_.at(&node);
    return Mask(mask.begin(), mask.begin() + static_cast<std::ptrdiff_t>(node.input().output.size()));
  }
  std::vector<Mask> reads_of_join(const LogicalJoin& join) const;

  std::unordered_map<const LogicalNode*, Mask> needs_;
};

std::vector<Mask> NeedFinder::reads_of_join(const LogicalJoin& join) const {
  Mask both = needs_.at(&join);
  if (join.condition) note_inputs(*join.condition, both);
  const auto left = static_cast<std::ptrdiff_t>(join.inputs[0]->output.size());
  std::vector<Mask> masks = {Mask(both.begin(), both.begin() + left), Mask(both.begin() + left, both.end())};
  add(masks[0], join.as_of);
  add(masks[1], join.version_key);
  // The versions are told apart by their rowtime.
  if (join.as_of >= 0)
    for (std::size_t i = 0; i < masks[1].size(); ++i)
      if (join.inputs[1]->output[i].time == TimeAttribute::rowtime) masks[1][i] = true;
  return masks;
}

std::vector<Mask> NeedFinder::reads(const LogicalNode& node) const {
  const Mask& needed = needs_.at(&node);
  switch (node.kind) {
    case LogicalKind::scan:
    case LogicalKind::values: return {};
    case LogicalKind::sink: return {Mask(node.input().output.size(), true)};
    case LogicalKind::union_all: return std::vector<Mask>(node.inputs.size(), needed);
    case LogicalKind::join: return reads_of_join(node.as<LogicalJoin>());
    case LogicalKind::project: {
      Mask mask(node.input().output.size(), false);
      const auto& expressions = node.as<LogicalProject>().expressions;
      for (std::size_t i = 0; i < expressions.size(); ++i)
        if (needed[i]) note_inputs(*expressions[i], mask);
      return {mask};
    }
    case LogicalKind::aggregate: {
      const auto& aggregate = node.as<LogicalAggregate>();
      Mask mask(node.input().output.size(), false);
      add(mask, aggregate.keys);
      add_calls(mask, aggregate.calls, needed, aggregate.keys.size());
      return {mask};
    }
    default: break;
  }
  Mask mask = passed_on(node);
  if (node.kind == LogicalKind::filter) note_inputs(*node.as<LogicalFilter>().condition, mask);
  if (node.kind == LogicalKind::correlate) note_inputs(*node.as<LogicalCorrelate>().collection, mask);
  if (node.kind == LogicalKind::normalize) {
    const auto& normalize = node.as<LogicalNormalize>();
    add(mask, normalize.key);
    if (normalize.condition) note_inputs(*normalize.condition, mask);
  }
  if (node.kind == LogicalKind::watermark) {
    add(mask, node.as<LogicalWatermark>().rowtime);
    note_inputs(*node.as<LogicalWatermark>().watermark, mask);
  }
  if (node.kind == LogicalKind::window) {
    add(mask, node.as<LogicalWindow>().window.time_column);
    add(mask, node.as<LogicalWindow>().window.partition_by);
  }
  if (node.kind == LogicalKind::sort)
    for (const LogicalSort::Key& key : node.as<LogicalSort>().keys) add(mask, key.column);
  if (node.kind == LogicalKind::over) {
    const auto& over = node.as<LogicalOver>();
    add(mask, over.partition_by);
    for (const LogicalOver::Key& key : over.order_by) add(mask, key.column);
    add_calls(mask, over.calls, needed, node.input().output.size());
  }
  return {mask};
}

/// Second pass: every node over narrower inputs. `places[i]` is where the old output column i is now, or -1.
struct Narrowed {
  LogicalPtr node;
  std::vector<int32_t> places;
};

class Pruner {
 public:
  explicit Pruner(const Roots& roots) : needs_(roots), consumers_(roots) {}

  const Narrowed& build(const LogicalPtr& node) {
    if (const auto done = built_.find(node.get()); done != built_.end()) return done->second;
    std::vector<Narrowed> inputs;
    const std::vector<Mask> reads = needs_.reads(*node);
    for (std::size_t i = 0; i < node->inputs.size(); ++i) {
      const Narrowed& input = build(node->inputs[i]);
      const bool shared = consumers_.is_shared(*node->inputs[i]);
      inputs.push_back(keeps_rows(*node) ? cut(input, reads[i], shared, node->origin) : input);
    }
    return built_.emplace(node.get(), narrow(node, inputs)).first->second;
  }

 private:
  /// Nodes that hold on to rows, or send them elsewhere, get nothing that only others need.
  static bool keeps_rows(const LogicalNode& node) {
    switch (node.kind) {
      case LogicalKind::filter:
      case LogicalKind::project:
      case LogicalKind::watermark:
      case LogicalKind::sort:
      case LogicalKind::sink: return false;
      default: return true;
    }
  }

  static Narrowed cut(const Narrowed& input, const Mask& read, bool shared, const Origin& origin) {
    std::vector<ExpressionPtr> expressions;
    std::vector<std::string> names;
    std::vector<int32_t> places(read.size(), -1);
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (!read[i]) continue;
      places[i] = static_cast<int32_t>(expressions.size());
      expressions.push_back(column_of(*input.node, input.places[i]));
      names.push_back(input.node->output[static_cast<std::size_t>(input.places[i])].name);
    }
    if (expressions.empty() || expressions.size() == input.node->output.size()) return input;
    // A projection that is cut further is one projection, unless others use what it computes.
    if (input.node->kind == LogicalKind::project && !shared) {
      const auto& inner = input.node->as<LogicalProject>();
      for (ExpressionPtr& expression : expressions)
        expression = inner.expressions[static_cast<std::size_t>(expression->input)];
      return {make_project(inner.inputs.front(), std::move(expressions), std::move(names), origin), std::move(places)};
    }
    return {make_project(input.node, std::move(expressions), std::move(names), origin), std::move(places)};
  }

  Narrowed narrow(const LogicalPtr& node, const std::vector<Narrowed>& inputs) const {
    switch (node->kind) {
      case LogicalKind::scan: return narrow_scan(node->as<LogicalScan>());
      case LogicalKind::values: return narrow_values(node->as<LogicalValues>());
      case LogicalKind::project: return narrow_project(node->as<LogicalProject>(), inputs[0]);
      case LogicalKind::aggregate: return narrow_aggregate(node->as<LogicalAggregate>(), inputs[0]);
      case LogicalKind::over: return narrow_over(node->as<LogicalOver>(), inputs[0]);
      case LogicalKind::join: return narrow_join(node->as<LogicalJoin>(), inputs);
      case LogicalKind::union_all: return narrow_union(*node, inputs);
      default: return pass_on(*node, inputs[0]);
    }
  }

  /// The places of the columns that stay, in their order.
  std::vector<int32_t> kept(const LogicalNode& node) const {
    const Mask& mask = needs_.of(node);
    std::vector<int32_t> places(mask.size(), -1);
    int32_t next = 0;
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (mask[i]) places[i] = next++;
    return places;
  }

  static Schema select(const Schema& schema, const std::vector<int32_t>& places) {
    Schema out;
    for (std::size_t i = 0; i < places.size(); ++i)
      if (places[i] >= 0) out.push_back(schema[i]);
    return out;
  }

  static void move(std::vector<int32_t>& columns, const std::vector<int32_t>& places) {
    for (int32_t& column : columns) column = places[static_cast<std::size_t>(column)];
  }
  static void move(int32_t& column, const std::vector<int32_t>& places) {
    if (column >= 0) column = places[static_cast<std::size_t>(column)];
  }
  static void move(AggregateCall& call, const std::vector<int32_t>& places) {
    move(call.arguments, places);
    move(call.filter, places);
  }

  Narrowed narrow_scan(const LogicalScan& scan) const {
    auto copy = std::make_shared<LogicalScan>(scan);
    std::vector<int32_t> places = kept(scan);
    copy->output = select(scan.output, places);
    copy->read.clear();
    for (std::size_t i = 0; i < places.size(); ++i)
      if (places[i] >= 0) copy->read.push_back(scan.read[i]);
    return {std::move(copy), std::move(places)};
  }

  Narrowed narrow_values(const LogicalValues& values) const {
    auto copy = std::make_shared<LogicalValues>(values);
    std::vector<int32_t> places = kept(values);
    copy->output = select(values.output, places);
    for (auto& row : copy->rows) {
      std::vector<data::Value> cells;
      for (std::size_t i = 0; i < places.size(); ++i)
        if (places[i] >= 0) cells.push_back(row[i]);
      row = std::move(cells);
    }
    return {std::move(copy), std::move(places)};
  }

  Narrowed narrow_project(const LogicalProject& project, const Narrowed& input) const {
    auto copy = std::make_shared<LogicalProject>(project);
    std::vector<int32_t> places = kept(project);
    copy->inputs = {input.node};
    copy->output = select(project.output, places);
    copy->expressions.clear();
    for (std::size_t i = 0; i < places.size(); ++i)
      if (places[i] >= 0) copy->expressions.push_back(remap_inputs(project.expressions[i], input.places));
    return {std::move(copy), std::move(places)};
  }

  /// Keys stay: they tell the groups apart.
  Narrowed narrow_aggregate(const LogicalAggregate& aggregate, const Narrowed& input) const {
    auto copy = std::make_shared<LogicalAggregate>(aggregate);
    copy->inputs = {input.node};
    move(copy->keys, input.places);
    const Mask& needed = needs_.of(aggregate);
    std::vector<int32_t> places(aggregate.output.size(), -1);
    const std::size_t width = aggregate.keys.size();
    for (std::size_t i = 0; i < width; ++i) places[i] = static_cast<int32_t>(i);
    copy->calls.clear();
    for (std::size_t i = 0; i < aggregate.calls.size(); ++i) {
      if (!needed[width + i]) continue;
      places[width + i] = static_cast<int32_t>(width + copy->calls.size());
      AggregateCall call = aggregate.calls[i];
      move(call, input.places);
      copy->calls.push_back(std::move(call));
    }
    copy->output = select(aggregate.output, places);
    return {std::move(copy), std::move(places)};
  }

  Narrowed narrow_over(const LogicalOver& over, const Narrowed& input) const {
    auto copy = std::make_shared<LogicalOver>(over);
    copy->inputs = {input.node};
    move(copy->partition_by, input.places);
    for (LogicalOver::Key& key : copy->order_by) move(key.column, input.places);
    const Mask& needed = needs_.of(over);
    const std::size_t width = over.input().output.size();
    std::vector<int32_t> places = input.places;
    places.resize(over.output.size(), -1);
    copy->output = input.node->output;
    copy->calls.clear();
    for (std::size_t i = 0; i < over.calls.size(); ++i) {
      if (!needed[width + i]) continue;
      places[width + i] = static_cast<int32_t>(copy->output.size());
      copy->output.push_back(over.output[width + i]);
      AggregateCall call = over.calls[i];
      move(call, input.places);
      copy->calls.push_back(std::move(call));
    }
    return {std::move(copy), std::move(places)};
  }

  static Narrowed narrow_join(const LogicalJoin& join, const std::vector<Narrowed>& inputs) {
    auto copy = std::make_shared<LogicalJoin>(join);
    copy->inputs = {inputs[0].node, inputs[1].node};
    std::vector<int32_t> places = inputs[0].places;
    const auto left = static_cast<int32_t>(inputs[0].node->output.size());
    for (const int32_t place : inputs[1].places) places.push_back(place < 0 ? -1 : left + place);
    copy->output = select(join.output, places);
    if (join.condition) copy->condition = remap_inputs(join.condition, places);
    move(copy->as_of, inputs[0].places);
    move(copy->version_key, inputs[1].places);
    return {std::move(copy), std::move(places)};
  }

  /// `cut` has given all inputs the same columns.
  static Narrowed narrow_union(const LogicalNode& node, const std::vector<Narrowed>& inputs) {
    std::vector<LogicalPtr> nodes;
    for (const Narrowed& input : inputs) nodes.push_back(input.node);
    std::unique_ptr<LogicalNode> copy = node.clone();
    copy->inputs = std::move(nodes);
    copy->output = select(node.output, inputs[0].places);
    return {LogicalPtr(std::move(copy)), inputs[0].places};
  }

  /// Nodes that pass their input's columns on, and may add some of their own behind them.
  static Narrowed pass_on(const LogicalNode& node, const Narrowed& input) {
    std::unique_ptr<LogicalNode> copy = node.clone();
    std::vector<int32_t> places = input.places;
    const std::size_t width = node.input().output.size();
    auto next = static_cast<int32_t>(input.node->output.size());
    while (places.size() < node.output.size()) places.push_back(next++);
    copy->inputs = {input.node};
    if (node.kind == LogicalKind::sink) return {LogicalPtr(std::move(copy)), std::move(places)};
    copy->output = input.node->output;
    // Names and types of this node (a rowtime, a cast nullability) rather than the input's.
    for (std::size_t i = 0; i < width; ++i)
      if (places[i] >= 0) copy->output[static_cast<std::size_t>(places[i])] = node.output[i];
    copy->output.insert(copy->output.end(), node.output.begin() + static_cast<std::ptrdiff_t>(width),
                        node.output.end());
    move_columns(*copy, input.places);
    return {LogicalPtr(std::move(copy)), std::move(places)};
  }

  static void move_columns(LogicalNode& node, const std::vector<int32_t>& places) {
    if (node.kind == LogicalKind::filter) {
      auto& filter = static_cast<LogicalFilter&>(node);
      filter.condition = remap_inputs(filter.condition, places);
    } else if (node.kind == LogicalKind::correlate) {
      auto& correlate = static_cast<LogicalCorrelate&>(node);
      correlate.collection = remap_inputs(correlate.collection, places);
    } else if (node.kind == LogicalKind::normalize) {
      auto& normalize = static_cast<LogicalNormalize&>(node);
      move(normalize.key, places);
      if (normalize.condition) normalize.condition = remap_inputs(normalize.condition, places);
    } else if (node.kind == LogicalKind::watermark) {
      auto& watermark = static_cast<LogicalWatermark&>(node);
      watermark.watermark = remap_inputs(watermark.watermark, places);
      move(watermark.rowtime, places);
    } else if (node.kind == LogicalKind::window) {
      auto& window = static_cast<LogicalWindow&>(node);
      move(window.window.time_column, places);
      move(window.window.partition_by, places);
    } else if (node.kind == LogicalKind::sort) {
      for (LogicalSort::Key& key : static_cast<LogicalSort&>(node).keys) move(key.column, places);
    }
  }

  NeedFinder needs_;
  Consumers consumers_;
  std::unordered_map<const LogicalNode*, Narrowed> built_;
};

}  // namespace

Roots prune_columns(const Roots& roots) {
  Pruner pruner(roots);
  Roots out;
  for (const LogicalPtr& root : roots) out.push_back(pruner.build(root).node);
  return out;
}

}  // namespace azud::sql
