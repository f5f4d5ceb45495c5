#include <algorithm>
#include <numeric>

#include "stream/eval/node.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::DataType;

enum Truth : int8_t { no = 0, yes = 1, unknown = 2 };

Truth truth_of(const View<int8_t>& view, std::size_t row) {
  return view.is_null(row) ? unknown : view[row] != 0 ? yes : no;
}

ColumnPtr column_of(const DataType& type, std::vector<int8_t> truths) {
  std::vector<uint8_t> valid;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (truths[i] != unknown) continue;
    if (valid.empty()) valid.assign(truths.size(), 1);
    valid[i] = 0;
    truths[i] = 0;
  }
  const std::size_t size = truths.size();
  return std::make_shared<data::Column>(type, size, std::move(truths), std::move(valid));
}

/// AND and OR: the first argument that is `decisive` (FALSE for AND, TRUE for OR) settles a row.
class JunctionNode final : public Node {
 public:
  JunctionNode(DataType type, std::vector<NodePtr> arguments, Truth decisive)
      : Node(std::move(type), any_careful(arguments)), arguments_(std::move(arguments)), decisive_(decisive) {}

  Result<Operand> evaluate(Frame& frame) const override {
    TRY_ASSIGN(const Operand first, arguments_.front()->evaluate(frame));
    const bool plain = !first.constant && !first.has_nulls() && arguments_.size() == 2 && !arguments_[1]->careful();
    if (plain) {
      TRY_ASSIGN(const Operand second, arguments_[1]->evaluate(frame));
      if (!second.constant && !second.has_nulls()) return both(first, second, frame.rows());
      std::vector<int8_t> truths = truths_of(first, frame.rows());
      for (std::size_t i = 0; i < truths.size(); ++i) combine(truths[i], truth_of(View<int8_t>(second), i));
      return Operand{column_of(type(), std::move(truths))};
    }
    std::vector<int8_t> truths = truths_of(first, frame.rows());
    for (std::size_t i = 1; i < arguments_.size(); ++i) TRY(add(*arguments_[i], frame, truths));
    return Operand{column_of(type(), std::move(truths))};
  }

 private:
  static std::vector<int8_t> truths_of(const Operand& operand, std::size_t rows) {
    std::vector<int8_t> truths(rows);
    const View<int8_t> view(operand);
    for (std::size_t i = 0; i < rows; ++i) truths[i] = truth_of(view, i);
    return truths;
  }

  Operand both(const Operand& a, const Operand& b, std::size_t rows) const {
    std::vector<int8_t> out(rows);
    const int8_t* left = a.column->values<int8_t>().data();
    const int8_t* right = b.column->values<int8_t>().data();
    if (decisive_ == no) {
      for (std::size_t i = 0; i < rows; ++i) out[i] = static_cast<int8_t>(left[i] & right[i]);
    } else {
      for (std::size_t i = 0; i < rows; ++i) out[i] = static_cast<int8_t>(left[i] | right[i]);
    }
    return {std::make_shared<data::Column>(type(), rows, std::move(out))};
  }

  void combine(int8_t& so_far, Truth next) const {
    if (so_far == decisive_) return;
    if (next == decisive_ || next == unknown) so_far = next;
  }

  Status add(const Node& argument, Frame& frame, std::vector<int8_t>& truths) const {
    if (!argument.careful()) {
      TRY_ASSIGN(const Operand operand, argument.evaluate(frame));
      const View<int8_t> view(operand);
      for (std::size_t i = 0; i < truths.size(); ++i) combine(truths[i], truth_of(view, i));
      return {};
    }
    std::vector<uint32_t> open;
    for (std::size_t i = 0; i < truths.size(); ++i)
      if (truths[i] != decisive_) open.push_back(static_cast<uint32_t>(i));
    if (open.empty()) return {};
    Frame narrowed(frame, open);
    TRY_ASSIGN(const Operand operand, argument.evaluate(narrowed));
    const View<int8_t> view(operand);
    for (std::size_t i = 0; i < open.size(); ++i) combine(truths[open[i]], truth_of(view, i));
    return {};
  }

  std::vector<NodePtr> arguments_;
  Truth decisive_;
};

/// Computes `node` for the rows given and hands them to the blender.
Status blend(const Node& node, Frame& frame, std::vector<uint32_t> rows, Blender& blender) {
  if (rows.empty()) return {};
  if (!node.careful() || rows.size() == frame.rows()) {
    TRY_ASSIGN(const Operand operand, node.evaluate(frame));
    blender.add(operand, rows, true);
    return {};
  }
  Frame narrowed(frame, rows);
  TRY_ASSIGN(const Operand operand, node.evaluate(narrowed));
  blender.add(operand, rows, false);
  return {};
}

std::vector<uint32_t> all_rows(std::size_t rows) {
  std::vector<uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

class CaseNode final : public Node {
 public:
  CaseNode(DataType type, std::vector<NodePtr> arguments)
      : Node(std::move(type), any_careful(arguments)),
        arguments_(std::move(arguments)),
        flat_(!careful() && data::storage_of(this->type().kind()) == data::Storage::i8) {}

  Result<Operand> evaluate(Frame& frame) const override {
    if (flat_) return evaluate_flat(frame);
    std::vector<uint32_t> open = all_rows(frame.rows());
    Blender blender(type(), frame.rows());
    for (std::size_t i = 0; i + 1 < arguments_.size() && !open.empty(); i += 2) {
      std::vector<uint32_t> taken;
      TRY(split(*arguments_[i], frame, open, taken));
      TRY(blend(*arguments_[i + 1], frame, std::move(taken), blender));
    }
    if (arguments_.size() % 2 == 1) TRY(blend(*arguments_.back(), frame, std::move(open), blender));
    return Operand{blender.finish()};
  }

 private:
  /// Moves the rows of `open` for which the condition is true to `taken`.
  static Status split(const Node& condition, Frame& frame, std::vector<uint32_t>& open, std::vector<uint32_t>& taken) {
    const bool whole = !condition.careful() || open.size() == frame.rows();
    std::optional<Frame> narrowed;
    if (!whole) narrowed.emplace(frame, open);
    TRY_ASSIGN(const Operand operand, condition.evaluate(whole ? frame : *narrowed));
    const View<int8_t> view(operand);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (truth_of(view, whole ? open[i] : i) == yes)
        taken.push_back(open[i]);
      else
        open[kept++] = open[i];
    }
    open.resize(kept);
    return {};
  }

  /// Small values, nothing careful: everything for all rows, then the last condition first.
  Result<Operand> evaluate_flat(Frame& frame) const {
    const std::size_t rows = frame.rows();
    std::vector<int8_t> out(rows, 0);
    std::vector<uint8_t> valid(rows, 0);
    bool nulls = arguments_.size() % 2 == 0;
    if (!nulls) {
      TRY_ASSIGN(const Operand last, arguments_.back()->evaluate(frame));
      nulls |= last.has_nulls();
      const View<int8_t> view(last);
      for (std::size_t i = 0; i < rows; ++i) {
        out[i] = view[i];
        valid[i] = view.is_null(i) ? 0 : 1;
      }
    }
    for (std::size_t at = arguments_.size() / 2; at-- > 0;) {
      TRY_ASSIGN(const Operand condition, arguments_[2 * at]->evaluate(frame));
      TRY_ASSIGN(const Operand value, arguments_[2 * at + 1]->evaluate(frame));
      nulls |= value.has_nulls();
      const View<int8_t> when(condition), then(value);
      for (std::size_t i = 0; i < rows; ++i) {
        const bool taken = !when.is_null(i) && when[i] != 0;
        out[i] = taken ? then[i] : out[i];
        valid[i] = taken ? static_cast<uint8_t>(then.is_null(i) ? 0 : 1) : valid[i];
      }
    }
    if (!nulls) valid.clear();
    return Operand{std::make_shared<data::Column>(type(), rows, std::move(out), std::move(valid))};
  }

  std::vector<NodePtr> arguments_;
  bool flat_;
};

class CoalesceNode final : public Node {
 public:
  CoalesceNode(DataType type, std::vector<NodePtr> arguments)
      : Node(std::move(type), any_careful(arguments)), arguments_(std::move(arguments)) {}

  Result<Operand> evaluate(Frame& frame) const override {
    TRY_ASSIGN(Operand first, arguments_.front()->evaluate(frame));
    if (!first.has_nulls()) return first;
    std::vector<uint32_t> open, filled;
    split(first, frame.rows(), open, filled);
    Blender blender(type(), frame.rows());
    blender.add(first, filled, true);
    for (std::size_t i = 1; i < arguments_.size() && !open.empty(); ++i)
      TRY(fill(*arguments_[i], frame, open, blender));
    return Operand{blender.finish()};
  }

 private:
  static void split(const Operand& operand, std::size_t rows, std::vector<uint32_t>& open,
                    std::vector<uint32_t>& filled) {
    for (std::size_t i = 0; i < rows; ++i)
      (operand.column->is_null(operand.constant ? 0 : i) ? open : filled).push_back(static_cast<uint32_t>(i));
  }

  static Status fill(const Node& argument, Frame& frame, std::vector<uint32_t>& open, Blender& blender) {
    Frame narrowed(frame, open);
    TRY_ASSIGN(const Operand operand, argument.evaluate(narrowed));
    // Rows that are NULL here too are given again by the next argument, if there is one.
    blender.add(operand, open, false);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < open.size(); ++i)
      if (operand.column->is_null(operand.constant ? 0 : i)) open[kept++] = open[i];
    open.resize(kept);
    return {};
  }

  std::vector<NodePtr> arguments_;
};

}  // namespace

bool any_careful(std::span<const NodePtr> nodes) {
  return std::ranges::any_of(nodes, [](const NodePtr& node) { return node->careful(); });
}

NodePtr make_and(DataType type, std::vector<NodePtr> arguments) {
  return std::make_unique<JunctionNode>(std::move(type), std::move(arguments), no);
}
NodePtr make_or(DataType type, std::vector<NodePtr> arguments) {
  return std::make_unique<JunctionNode>(std::move(type), std::move(arguments), yes);
}
NodePtr make_case(DataType type, std::vector<NodePtr> arguments) {
  return std::make_unique<CaseNode>(std::move(type), std::move(arguments));
}
NodePtr make_coalesce(DataType type, std::vector<NodePtr> arguments) {
  return std::make_unique<CoalesceNode>(std::move(type), std::move(arguments));
}

}  // namespace azud::stream
