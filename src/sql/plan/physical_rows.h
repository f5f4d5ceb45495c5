#pragma once

#include <vector>

#include "sql/plan/physical.h"

namespace azud::sql {

/// Filter, then projection. Keeps row kinds; without projections (empty) all columns pass.
struct CalcNode : PhysicalNode {
  CalcNode() : PhysicalNode(NodeKind::calc) {}
  ExpressionPtr condition;  ///< BOOLEAN; null = all rows
  std::vector<ExpressionPtr> projections;
};

/// All rows of all inputs, in the order in which they come; watermark = minimum.
struct UnionNode : PhysicalNode {
  UnionNode() : PhysicalNode(NodeKind::union_all) {}
};

/// CROSS JOIN UNNEST (or LEFT JOIN UNNEST … ON TRUE): the input's columns followed by the element's (a ROW element is
/// spread over its fields), for each element of the collection.
struct CorrelateNode : PhysicalNode {
  CorrelateNode() : PhysicalNode(NodeKind::correlate) {}
  ExpressionPtr collection;  ///< ARRAY, MAP or MULTISET over the input
  bool outer = false;        ///< keep a row without elements, padded with NULL
  bool with_ordinality = false;
  ExpressionPtr condition;  ///< over the output; null = all
};

/// Sends each row to the worker that owns its key. Empty keys: everything to one worker.
struct ExchangeNode : PhysicalNode {
  ExchangeNode() : PhysicalNode(NodeKind::exchange) {}
  std::vector<int32_t> keys;
};

struct LimitNode : PhysicalNode {
  LimitNode() : PhysicalNode(NodeKind::limit) {}
  int64_t offset = 0;
  int64_t count = -1;  ///< -1 = no limit
};

}  // namespace azud::sql
