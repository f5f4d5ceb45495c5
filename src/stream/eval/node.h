#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "data/column.h"
#include "stream/eval/frame.h"
#include "stream/eval/kernel.h"

namespace azud::stream {

/// One step of a compiled expression. Immutable.
class Node {
 public:
  explicit Node(data::DataType type, bool careful) : type_(std::move(type)), careful_(careful) {}
  virtual ~Node() = default;

  virtual Result<Operand> evaluate(Frame& frame) const = 0;
  /// The value, if the step is a literal.
  virtual const Operand* constant() const { return nullptr; }

  const data::DataType& type() const { return type_; }
  /// May fail or costs much: to be computed only for the rows that need it.
  bool careful() const { return careful_; }

 private:
  data::DataType type_;
  bool careful_;
};
using NodePtr = std::unique_ptr<const Node>;

bool any_careful(std::span<const NodePtr> nodes);

/// The steps that decide themselves which arguments are computed for which rows.
NodePtr make_and(data::DataType type, std::vector<NodePtr> arguments);
NodePtr make_or(data::DataType type, std::vector<NodePtr> arguments);
/// condition, value, condition, value …, else.
NodePtr make_case(data::DataType type, std::vector<NodePtr> arguments);
NodePtr make_coalesce(data::DataType type, std::vector<NodePtr> arguments);

/// Puts a column together from values computed for some of its rows each. Rows that nothing was given for are NULL.
class Blender {
 public:
  Blender(data::DataType type, std::size_t rows);

  /// Row `rows[i]` gets the operand's row i, or its row `rows[i]` if the operand was computed for all rows.
  void add(const Operand& operand, std::span<const uint32_t> rows, bool computed_for_all);
  data::ColumnPtr finish();

 private:
  data::DataType type_;
  std::vector<data::ColumnPtr> parts_;
  std::vector<uint32_t> sources_;  ///< for each row: place in the parts one after another
  uint32_t next_ = 1;
};

}  // namespace azud::stream
