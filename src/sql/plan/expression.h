#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/type.h"
#include "data/value.h"
#include "sql/plan/function.h"

namespace azud::sql {

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

/// A bound scalar expression over the columns of one input: immutable, shared, self-contained.
struct Expression {
  enum class Kind : uint8_t { input, literal, call };

  Kind kind;
  data::DataType type;
  int32_t input = -1;   ///< Kind::input: the column
  data::Value literal;  ///< Kind::literal
  Function function{};  ///< Kind::call
  std::vector<ExpressionPtr> arguments;
  /// JSON_VALUE and friends: ON EMPTY / ON ERROR behaviour, JSON paths' options … as the binder wrote them.
  std::vector<std::string> options;

  static ExpressionPtr column(int32_t index, data::DataType type);
  static ExpressionPtr constant(data::Value value, data::DataType type);
  static ExpressionPtr call(Function function, std::vector<ExpressionPtr> arguments, data::DataType type,
                            std::vector<std::string> options = {});

  bool is_literal() const { return kind == Kind::literal; }
  bool operator==(const Expression& other) const;
};

/// For EXPLAIN: column names come from `names` where given, else "$3".
std::string to_text(const Expression& expression, const std::vector<std::string>& names = {});
/// Equal for equal expressions only: columns by place, literals with their type.
std::string digest(const Expression& expression);
/// A literal as SQL writes it.
std::string to_text(const data::Value& value, const data::DataType& type);

/// The columns that an expression reads are added to `used` (by index).
void note_inputs(const Expression& expression, std::vector<bool>& used);
/// The same expression over an input whose column i is now `mapping[i]`.
ExpressionPtr remap_inputs(const ExpressionPtr& expression, const std::vector<int32_t>& mapping);
/// The expression with `replacements[i]` in place of column i.
ExpressionPtr replace_inputs(const ExpressionPtr& expression, const std::vector<ExpressionPtr>& replacements);
/// Same value for same input every time (no RAND, NOW, PROCTIME …).
bool is_deterministic(const Expression& expression);

/// One aggregate over columns of the input (arguments have been projected before).
struct AggregateCall {
  Aggregate function{};
  std::vector<int32_t> arguments;
  /// LISTAGG: the separator, text. LAG, LEAD: the offset, BIGINT, then the default, of the call's type (NULL if none
  /// was given).
  std::vector<data::Value> constants;
  bool distinct = false;
  int32_t filter = -1;  ///< a BOOLEAN column, or -1
  data::DataType type;
  std::string name;
  bool operator==(const AggregateCall&) const = default;
};
/// "SUM(DISTINCT price) FILTER (hot)".
std::string to_text(const AggregateCall& call, const std::vector<std::string>& names = {});

}  // namespace azud::sql
