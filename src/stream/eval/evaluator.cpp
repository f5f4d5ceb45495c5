#include "stream/eval/evaluator.h"

#include <algorithm>
#include <numeric>

#include "data/text.h"
#include "stream/eval/function_table.h"
#include "stream/eval/node.h"

namespace azud::stream {
namespace {

using sql::Expression;
using sql::Function;

class InputNode final : public Node {
 public:
  explicit InputNode(const Expression& expression)
      : Node(expression.type, false), column_(static_cast<std::size_t>(expression.input)) {}
  Result<Operand> evaluate(Frame& frame) const override { return Operand{frame.column(column_)}; }

 private:
  std::size_t column_;
};

class ConstantNode final : public Node {
 public:
  ConstantNode(data::DataType type, data::ColumnPtr value)
      : Node(std::move(type), false), value_{std::move(value), true} {}
  Result<Operand> evaluate(Frame&) const override { return value_; }
  const Operand* constant() const override { return &value_; }

 private:
  Operand value_;
};

/// With the texts that it points to, shared or not.
std::size_t held_bytes(const data::Column& column) {
  const auto sum = [](const std::vector<data::ColumnPtr>& children) {
    std::size_t bytes = 0;
    for (const data::ColumnPtr& child : children) bytes += held_bytes(*child);
    return bytes;
  };
  switch (data::storage_of(column.type().kind())) {
    case data::Storage::row: return sum(column.row_values().children);
    case data::Storage::list: return sum(column.list_values().children);
    case data::Storage::text: break;
    default: return data::memory_bytes(column);
  }
  std::size_t bytes = data::memory_bytes(column);
  for (const std::string_view text : column.values<std::string_view>()) bytes += text.size();
  return bytes;
}

class CallNode final : public Node {
 public:
  CallNode(sql::ExpressionPtr expression, std::vector<NodePtr> arguments, Kernel kernel, FunctionTraits traits)
      : Node(expression->type, traits.fallible || traits.costly || any_careful(arguments)),
        expression_(std::move(expression)),
        arguments_(std::move(arguments)),
        kernel_(std::move(kernel)),
        traits_(traits),
        repeatable_(sql::is_deterministic(*Expression::call(expression_->function, {}, expression_->type))) {}

  Result<Operand> evaluate(Frame& frame) const override {
    std::vector<Operand> operands;
    operands.reserve(arguments_.size());
    bool constant = repeatable_;
    for (const NodePtr& argument : arguments_) {
      TRY_ASSIGN(Operand operand, argument->evaluate(frame));
      if (traits_.strict && operand.always_null()) return Operand{data::Column::nulls(type(), 1), true};
      constant &= operand.constant;
      operands.push_back(std::move(operand));
    }
    if (constant && frame.rows() == 0) constant = false;  // nothing was asked, so nothing may fail
    Call call{*expression_, operands, constant ? 1 : frame.rows(), frame};
    MadeRoom& room = frame.made();
    for (const Operand& operand : operands)
      if (traits_.collects && !room.take(held_bytes(*operand.column) * (operand.constant ? call.rows : 1))) break;
    if (!room.is_over()) {
      TRY_ASSIGN(data::ColumnPtr column, kernel_(call));
      if (!room.is_over()) return Operand{std::move(column), constant};
    }
    return fail(Code::invalid, "{} makes more than {} MiB for one batch of rows", sql::to_string(expression_->function),
                MadeRoom::bytes_max >> 20);
  }

 private:
  sql::ExpressionPtr expression_;
  std::vector<NodePtr> arguments_;
  Kernel kernel_;
  FunctionTraits traits_;
  bool repeatable_;
};

class Compiler {
 public:
  explicit Compiler(const EvalSettings& settings) : settings_(settings) {}

  Result<NodePtr> compile(const sql::ExpressionPtr& expression) const {
    switch (expression->kind) {
      case Expression::Kind::input: return std::make_unique<InputNode>(*expression);
      case Expression::Kind::literal:
        return std::make_unique<ConstantNode>(expression->type,
                                              data::Column::constant(expression->type, expression->literal, 1));
      case Expression::Kind::call: break;
    }
    std::vector<NodePtr> arguments;
    for (const sql::ExpressionPtr& argument : expression->arguments) {
      TRY_ASSIGN(NodePtr node, compile(argument));
      arguments.push_back(std::move(node));
    }
    switch (expression->function) {
      case Function::logical_and: return make_and(expression->type, std::move(arguments));
      case Function::logical_or: return make_or(expression->type, std::move(arguments));
      case Function::case_when:
      case Function::if_else: return make_case(expression->type, std::move(arguments));
      case Function::coalesce: return make_coalesce(expression->type, std::move(arguments));
      default: return call(expression, std::move(arguments));
    }
  }

 private:
  Result<NodePtr> call(const sql::ExpressionPtr& expression, std::vector<NodePtr> arguments) const {
    const FunctionEntry* entry = FunctionTable::instance().find(expression->function);
    if (entry == nullptr)
      return fail(Code::unsupported, "azud cannot compute {} yet", sql::to_string(expression->function));
    Kernel kernel = entry->plain;
    if (entry->make != nullptr) {
      TRY_ASSIGN(kernel, entry->make(*expression, settings_));
    }
    const bool literals =
        std::ranges::all_of(arguments, [](const NodePtr& argument) { return argument->constant() != nullptr; });
    auto node = std::make_unique<CallNode>(expression, std::move(arguments), std::move(kernel), entry->traits);
    if (!literals || !sql::is_deterministic(*expression)) return node;
    return folded(std::move(node));
  }

  /// The value of a call of literals; the call itself if it fails, so that it fails only when a row asks for it.
  static NodePtr folded(std::unique_ptr<CallNode> node) {
    const data::Batch one{.rows = 1};
    const EvalInput input{.batch = one};
    Frame frame(input);
    Result<Operand> value = node->evaluate(frame);
    if (!value || frame.made().took_much()) return node;
    return std::make_unique<ConstantNode>(node->type(), value->column);
  }

  const EvalSettings& settings_;
};

}  // namespace

Evaluator::Evaluator(std::unique_ptr<const Node> root) : root_(std::move(root)) {}
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

Result<Evaluator> Evaluator::compile(const sql::ExpressionPtr& expression, const EvalSettings& settings) {
  TRY_ASSIGN(NodePtr root, Compiler(settings).compile(expression));
  return Evaluator(std::move(root));
}

Result<Operand> Evaluator::run(Frame& frame) const {
  Result<Operand> operand = root_->evaluate(frame);
  if (operand) return operand;
  const data::Batch& batch = frame.input().batch;
  if (!frame.failed() || batch.columns.empty()) return operand;
  Error error(operand.error().code(),
              fmt::format("{} in row {}", operand.error().message(), data::to_text(batch, *frame.failed())),
              operand.error().hint());
  return std::unexpected(std::move(error));
}

Result<data::ColumnPtr> Evaluator::evaluate(Frame& frame) const {
  TRY_ASSIGN(const Operand operand, run(frame));
  if (!operand.constant || frame.rows() == 1) return operand.column;
  return data::take(operand.column, std::vector<uint32_t>(frame.rows(), 0));
}

Result<data::ColumnPtr> Evaluator::evaluate(const EvalInput& input) const {
  Frame frame(input);
  return evaluate(frame);
}

Result<std::vector<uint32_t>> Evaluator::select(const EvalInput& input) const {
  Frame frame(input);
  TRY_ASSIGN(const Operand operand, run(frame));
  std::vector<uint32_t> rows;
  if (operand.constant) {
    if (operand.always_null() || operand.column->values<int8_t>()[0] == 0) return rows;
    rows.resize(input.batch.rows);
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
  }
  rows.resize(input.batch.rows);
  const auto values = operand.column->values<int8_t>();
  const auto valid = operand.column->valid();
  std::size_t count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    rows[count] = static_cast<uint32_t>(i);
    count += static_cast<std::size_t>(values[i] != 0 && (valid.empty() || valid[i] != 0));
  }
  rows.resize(count);
  return rows;
}

}  // namespace azud::stream
