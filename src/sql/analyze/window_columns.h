#pragma once

#include <optional>

#include "sql/plan/logical_state.h"

namespace azud::sql {

/// Which columns of a node's output are the bounds of a window that each row lies in; -1 for one that has been
/// projected away. They come from a window table function, or pass through an aggregation by the window (a cascade).
struct WindowColumns {
  int32_t start = -1;
  int32_t end = -1;
  int32_t time = -1;
  WindowSpec window;
  /// The rows are still those of the table function, nothing but filters and projections lies between.
  const LogicalWindow* function = nullptr;
};

std::optional<WindowColumns> window_columns_of(const LogicalNode& node);

/// Whether the aggregation groups by the whole window of its input, so that each window has one result, at its end.
bool groups_by_window(const LogicalAggregate& aggregate);

}  // namespace azud::sql
