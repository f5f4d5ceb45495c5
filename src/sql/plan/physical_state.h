#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sql/plan/physical.h"

namespace azud::sql {

/// The window of a table function. Times in milliseconds.
struct WindowSpec {
  enum class Kind : uint8_t { tumble, hop, cumulate, session };
  Kind kind = Kind::tumble;
  int64_t size_ms = 0;   ///< CUMULATE: the maximum size; SESSION: the gap
  int64_t slide_ms = 0;  ///< HOP: slide; CUMULATE: step
  int64_t offset_ms = 0;
  int32_t time_column = -1;
  bool proctime = false;
  bool zoned = false;                 ///< the time is TIMESTAMP_LTZ: windows are cut in the session's time zone
  std::vector<int32_t> partition_by;  ///< SESSION
  bool operator==(const WindowSpec&) const = default;
};
/// "HOP(slide 60000 ms, size 300000 ms)".
std::string to_text(const WindowSpec& window);

/// A window table function without aggregation: adds window_start, window_end, window_time; a row of HOP or CUMULATE
/// comes once for each of its windows.
struct WindowAssignNode : PhysicalNode {
  WindowAssignNode() : PhysicalNode(NodeKind::window_assign) {}
  WindowSpec window;
};

/// GROUP BY keys, window_start, window_end over a window table function, computed on slices. Output: keys, aggregates,
/// then those of window_start, window_end, window_time that `window_columns` names.
struct WindowAggregateNode : PhysicalNode {
  WindowAggregateNode() : PhysicalNode(NodeKind::window_aggregate) {}
  enum class WindowColumn : uint8_t { start, end, time };
  WindowSpec window;
  /// The input is itself windowed (a cascade): its own window_start and window_end columns are used instead of
  /// assigning by time; -1 otherwise.
  int32_t input_window_start = -1;
  int32_t input_window_end = -1;
  std::vector<int32_t> keys;
  std::vector<AggregateCall> aggregates;
  std::vector<WindowColumn> window_columns;
};

/// GROUP BY without a window: keys, then aggregates; updates as the groups change, -D when a group's row count returns
/// to 0. No keys: one group, which emits only once a row came.
struct GroupAggregateNode : PhysicalNode {
  GroupAggregateNode() : PhysicalNode(NodeKind::group_aggregate) {}
  std::vector<int32_t> keys;
  std::vector<AggregateCall> aggregates;
  bool emit_update_before = true;
  int64_t state_ttl_ms = 0;  ///< 0 = for ever
};

/// OVER: the input's columns, then one column an aggregate. Order: one ascending time attribute.
struct OverNode : PhysicalNode {
  OverNode() : PhysicalNode(NodeKind::over) {}
  std::vector<int32_t> partition_by;
  int32_t order_by = -1;
  bool proctime = false;
  bool rows = false;  ///< ROWS, otherwise RANGE
  /// Rows, or milliseconds, before the current row; nothing = UNBOUNDED PRECEDING. The end is CURRENT ROW.
  std::optional<int64_t> preceding;
  std::vector<AggregateCall> aggregates;
  int64_t state_ttl_ms = 0;
};

/// OVER in the order of a column that is no time attribute, from the first row to the current one: the input's columns,
/// then one column an aggregate. A row that comes or goes updates those after it.
struct SortedOverNode : PhysicalNode {
  SortedOverNode() : PhysicalNode(NodeKind::sorted_over) {}
  std::vector<int32_t> partition_by;
  int32_t order_by = -1;
  bool nulls_last = false;
  bool rows = false;  ///< ROWS: each row has a result of its own; otherwise RANGE
  std::vector<AggregateCall> aggregates;
  /// Of an input of new rows only: columns in which no two rows are equal, partition_by among them; empty = none known.
  std::vector<int32_t> input_key;
  bool emit_update_before = true;
  int64_t state_ttl_ms = 0;  ///< 0 = for ever
};

/// left JOIN right FOR SYSTEM_TIME AS OF left.time ON key: left's columns, then right's. inputs[0] is the left side,
/// inputs[1] the versioned table: a changelog with primary key `right_keys` and rowtime, or new rows only (`mode`),
/// each of which is a version.
struct TemporalJoinNode : PhysicalNode {
  TemporalJoinNode() : PhysicalNode(NodeKind::temporal_join) {}
  bool left_outer = false;
  bool newest_only = false;  ///< a row of the right side that is older than the newest one of its key is no version
  std::vector<int32_t> left_keys;
  std::vector<int32_t> right_keys;
  int32_t left_time = -1;
  int32_t right_time = -1;
  ExpressionPtr condition;  ///< the rest of ON, over left then right columns; null = none
};

}  // namespace azud::sql
