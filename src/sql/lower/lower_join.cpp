#include <algorithm>

#include "sql/lower/lowering.h"
#include "sql/rules/rules.h"

namespace azud::sql {
namespace {

/// The condition of a join taken apart: `left[i] = right[i]` (right over the right side's own columns), and the rest.
struct JoinCondition {
  std::vector<ExpressionPtr> left, right;
  std::vector<ExpressionPtr> rest;
};

enum class Side : uint8_t { none, left, right, both };

Side side_of(const Expression& expression, std::size_t left_width, std::size_t width) {
  std::vector<bool> used(width, false);
  note_inputs(expression, used);
  const auto boundary = used.begin() + static_cast<std::ptrdiff_t>(left_width);
  const bool left = std::find(used.begin(), boundary, true) != boundary;
  const bool right = std::find(boundary, used.end(), true) != used.end();
  return left && right ? Side::both : left ? Side::left : right ? Side::right : Side::none;
}

JoinCondition take_apart(const LogicalJoin& join) {
  JoinCondition result;
  if (!join.condition) return result;
  const std::size_t left_width = join.inputs[0]->output.size();
  const std::size_t width = left_width + join.inputs[1]->output.size();
  std::vector<int32_t> to_right(width);
  for (std::size_t i = 0; i < width; ++i) to_right[i] = static_cast<int32_t>(i) - static_cast<int32_t>(left_width);
  for (const ExpressionPtr& condition : conjuncts_of(join.condition)) {
    if (condition->kind == Expression::Kind::call && condition->function == Function::equal) {
      const ExpressionPtr& a = condition->arguments[0];
      const ExpressionPtr& b = condition->arguments[1];
      const Side a_side = side_of(*a, left_width, width);
      const Side b_side = side_of(*b, left_width, width);
      if ((a_side == Side::left && b_side == Side::right) || (a_side == Side::right && b_side == Side::left)) {
        result.left.push_back(a_side == Side::left ? a : b);
        result.right.push_back(remap_inputs(a_side == Side::left ? b : a, to_right));
        continue;
      }
    }
    result.rest.push_back(condition);
  }
  return result;
}

/// Whether the rest of the condition bounds the times of both sides: an interval join.
bool compares_times(const LogicalJoin& join, const JoinCondition& condition) {
  const std::size_t left_width = join.inputs[0]->output.size();
  const auto is_time = [&](std::size_t column) {
    const Schema& schema = column < left_width ? join.inputs[0]->output : join.inputs[1]->output;
    return schema[column < left_width ? column : column - left_width].time != TimeAttribute::none;
  };
  for (const ExpressionPtr& part : condition.rest) {
    std::vector<bool> used(join.output.size(), false);
    note_inputs(*part, used);
    bool left = false, right = false;
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (!used[i] || !is_time(i)) continue;
      (i < left_width ? left : right) = true;
    }
    if (left && right) return true;
  }
  return false;
}

std::unexpected<Error> refuse_join(const LogicalJoin& join) {
  const JoinCondition condition = take_apart(join);
  constexpr std::string_view versioned =
      "for a slowly changing table, read it as 'upsert-kafka' with a rowtime and write "
      "JOIN t FOR SYSTEM_TIME AS OF o.ts AS t ON o.id = t.id";
  if (compares_times(join, condition))
    return std::unexpected(
        join.origin.error(Code::unsupported, "interval joins are not supported", std::string(versioned)));
  const bool windows = std::ranges::any_of(condition.left, [&](const ExpressionPtr& e) {
    return e->kind == Expression::Kind::input &&
           join.inputs[0]->output[static_cast<std::size_t>(e->input)].name == "window_start";
  });
  if (windows)
    return std::unexpected(join.origin.error(
        Code::unsupported, "window joins are not supported",
        "UNION ALL both inputs with a column that tells them apart, and aggregate the window with FILTER"));
  return std::unexpected(join.origin.error(Code::unsupported,
                                           "joins of two streams are not supported: their state would grow for ever",
                                           std::string(versioned)));
}

int32_t find_rowtime(const Schema& schema) {
  for (std::size_t i = 0; i < schema.size(); ++i)
    if (schema[i].time == TimeAttribute::rowtime) return static_cast<int32_t>(i);
  return -1;
}

}  // namespace

Result<NodePtr> Lowering::lower_join(const LogicalJoin& join) {
  if (join.as_of < 0) return refuse_join(join);
  const Field& time = join.inputs[0]->output[static_cast<std::size_t>(join.as_of)];
  if (time.time == TimeAttribute::proctime)
    return std::unexpected(join.origin.error(
        Code::unsupported, "look-up joins (FOR SYSTEM_TIME AS OF a PROCTIME() column) are not supported",
        "join as of the row's rowtime with a table of connector 'upsert-kafka' that has a WATERMARK"));
  return lower_temporal_join(join);
}

namespace {

/// The left side with the keys that have to be computed as columns behind its own.
struct WideLeft {
  std::vector<ExpressionPtr> columns;
  Schema schema;

  explicit WideLeft(const Schema& left) : schema(left) {
    for (std::size_t i = 0; i < left.size(); ++i)
      columns.push_back(Expression::column(static_cast<int32_t>(i), left[i].type));
  }
  int32_t place(const ExpressionPtr& value) {
    if (value->kind == Expression::Kind::input) return value->input;
    columns.push_back(value);
    schema.push_back({fmt::format("key{}", columns.size()), value->type});
    return static_cast<int32_t>(columns.size()) - 1;
  }
};

/// Takes the pair that compares `right_column` out of the condition; a null pointer if there is none.
ExpressionPtr take_pair(JoinCondition& condition, int32_t right_column) {
  for (std::size_t i = 0; i < condition.right.size(); ++i) {
    const Expression& right = *condition.right[i];
    if (right.kind != Expression::Kind::input || right.input != right_column) continue;
    ExpressionPtr left = condition.left[i];
    condition.left.erase(condition.left.begin() + static_cast<std::ptrdiff_t>(i));
    condition.right.erase(condition.right.begin() + static_cast<std::ptrdiff_t>(i));
    return left;
  }
  return nullptr;
}

/// What is left of ON, over `left_width` columns and then those of the right side.
ExpressionPtr remaining(const JoinCondition& condition, std::size_t old_left, std::size_t left_width,
                        std::size_t right_width) {
  std::vector<int32_t> moved, right;
  for (std::size_t i = 0; i < old_left; ++i) moved.push_back(static_cast<int32_t>(i));
  for (std::size_t i = 0; i < right_width; ++i) right.push_back(static_cast<int32_t>(left_width + i));
  moved.insert(moved.end(), right.begin(), right.end());
  std::vector<ExpressionPtr> rest;
  for (const ExpressionPtr& part : condition.rest) rest.push_back(remap_inputs(part, moved));
  for (std::size_t i = 0; i < condition.left.size(); ++i)
    rest.push_back(Expression::call(Function::equal, {condition.left[i], remap_inputs(condition.right[i], right)},
                                    data::DataType::boolean()));
  return all_of(std::move(rest));
}

}  // namespace

namespace {

/// What tells the versions' rows apart: the key of their updates, or for a table of new rows only, where each row is
/// a version, its declared primary key.
std::vector<int32_t> version_key(const PhysicalNode& node) {
  if (node.mode != ChangelogMode::insert_only) return node.upsert_key;
  std::vector<int32_t> key;
  switch (node.kind) {
    case NodeKind::scan: {
      const auto& scan = node.as<ScanNode>();
      for (const int32_t place : scan.table->primary_key) {
        const auto found = std::ranges::find(scan.read, place);
        if (found == scan.read.end()) return {};
        key.push_back(static_cast<int32_t>(found - scan.read.begin()));
      }
      return key;
    }
    case NodeKind::watermark: return version_key(*node.inputs[0]);
    case NodeKind::calc: {
      const auto& projections = node.as<CalcNode>().projections;
      for (const int32_t column : version_key(*node.inputs[0])) {
        const auto found = std::ranges::find_if(projections, [&](const ExpressionPtr& e) {
          return e->kind == Expression::Kind::input && e->input == column;
        });
        if (!projections.empty() && found == projections.end()) return {};
        key.push_back(projections.empty() ? column : static_cast<int32_t>(found - projections.begin()));
      }
      return key;
    }
    default: return {};
  }
}

}  // namespace

Result<NodePtr> Lowering::lower_temporal_join(const LogicalJoin& join) {
  TRY_ASSIGN(NodePtr left, lower(join.inputs[0]));
  TRY_ASSIGN(NodePtr right, lower(join.inputs[1]));
  const auto refuse = [&](std::string_view why, std::string hint) {
    return std::unexpected(join.origin.error(Code::invalid, why, std::move(hint)));
  };
  auto node = std::make_shared<TemporalJoinNode>();
  node->left_outer = join.type == LogicalJoin::Type::left;
  node->left_time = join.as_of;
  node->right_time = find_rowtime(right->output);
  if (node->right_time < 0)
    return refuse("the table joined FOR SYSTEM_TIME AS OF has no rowtime",
                  "declare WATERMARK FOR its time of validity");
  node->newest_only = !join.version_key.empty();
  if (node->newest_only && right->mode != ChangelogMode::insert_only)
    return std::unexpected(join.origin.error(Code::unsupported, "ROW_NUMBER() over rows that change is not supported",
                                             "number the rows of a table that only gets new ones"));
  const std::vector<int32_t> key = node->newest_only ? join.version_key : version_key(*right);
  if (key.empty())
    return refuse("the table joined FOR SYSTEM_TIME AS OF has no versions: it needs a primary key",
                  "read it with 'connector' = 'upsert-kafka' and PRIMARY KEY (…) NOT ENFORCED");
  JoinCondition condition = take_apart(join);
  const std::size_t left_width = left->output.size();
  WideLeft wide(left->output);
  for (const int32_t column : key) {
    const ExpressionPtr value = take_pair(condition, column);
    if (!value)
      return refuse(fmt::format("ON must compare the whole key of the table: {} is missing",
                                right->output[static_cast<std::size_t>(column)].name),
                    "write = between it and a value of the left side, CAST to the key's type");
    node->left_keys.push_back(wide.place(value));
    node->right_keys.push_back(column);
  }
  const bool widened = wide.columns.size() > left_width;
  if (widened) left = calc(left, nullptr, wide.columns, wide.schema, join.origin);
  node->condition = remaining(condition, left_width, wide.columns.size(), right->output.size());
  left = exchange(left, node->left_keys, join.origin);
  right = exchange(right, node->right_keys, join.origin);
  node->inputs = {left, right};
  node->output = wide.schema;
  node->output.insert(node->output.end(), join.output.begin() + static_cast<std::ptrdiff_t>(left_width),
                      join.output.end());
  const NodePtr joined = add(std::move(node), distribution(left), join.origin);
  if (!widened) return joined;
  std::vector<ExpressionPtr> projections;
  for (std::size_t i = 0; i < join.output.size(); ++i) {
    const std::size_t place = i < left_width ? i : i + wide.columns.size() - left_width;
    projections.push_back(Expression::column(static_cast<int32_t>(place), joined->output[place].type));
  }
  return calc(joined, nullptr, std::move(projections), join.output, join.origin);
}

}  // namespace azud::sql
