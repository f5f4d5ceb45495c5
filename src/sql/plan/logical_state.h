#pragma once

#include <optional>
#include <vector>

#include "sql/plan/logical.h"
#include "sql/plan/physical_state.h"

namespace azud::sql {

/// TABLE(TUMBLE(…)): the input's columns, then window_start, window_end, window_time.
struct LogicalWindow : LogicalNode {
  LogicalWindow() : LogicalNode(LogicalKind::window) {}
  WindowSpec window;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalWindow>(*this); }
};

/// GROUP BY (and DISTINCT): the keys, then one column a call.
struct LogicalAggregate : LogicalNode {
  LogicalAggregate() : LogicalNode(LogicalKind::aggregate) {}
  std::vector<int32_t> keys;
  std::vector<AggregateCall> calls;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalAggregate>(*this); }
};

/// OVER: the input's columns, then one column a call. All calls share partition, order and frame.
struct LogicalOver : LogicalNode {
  LogicalOver() : LogicalNode(LogicalKind::over) {}
  struct Key {
    int32_t column;
    bool descending;
    bool nulls_last;
    bool operator==(const Key&) const = default;
  };
  std::vector<int32_t> partition_by;
  std::vector<Key> order_by;
  bool rows = false;
  std::optional<int64_t> preceding;  ///< rows or milliseconds; nothing = unbounded
  std::vector<AggregateCall> calls;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalOver>(*this); }
};

/// The left columns, then the right ones.
struct LogicalJoin : LogicalNode {
  LogicalJoin() : LogicalNode(LogicalKind::join) {}
  enum class Type : uint8_t { inner, left, right, full };
  Type type = Type::inner;
  ExpressionPtr condition;  ///< over left then right columns; null = TRUE
  /// FOR SYSTEM_TIME AS OF this column of the left side; -1 otherwise.
  int32_t as_of = -1;
  /// With `as_of`: columns of the right side. Its rows are new ones only, and each replaces the one before with the
  /// same values in them; empty = by its own key.
  std::vector<int32_t> version_key;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalJoin>(*this); }
};

}  // namespace azud::sql
