#pragma once

#include <string>
#include <vector>

#include "data/value.h"
#include "sql/plan/physical.h"
#include "sql/plan/table.h"

namespace azud::sql {

/// Reads a table. The source produces `read` (places in table->columns: physical and metadata columns only, pruned to
/// what is used); computed columns and filters are a calc above it.
struct ScanNode : PhysicalNode {
  ScanNode() : PhysicalNode(NodeKind::scan) {}
  TablePtr table;
  std::vector<int32_t> read;
};

/// VALUES: rows known when planned.
struct ValuesNode : PhysicalNode {
  ValuesNode() : PhysicalNode(NodeKind::values) {}
  std::vector<std::vector<data::Value>> rows;
};

/// Generates watermarks per source partition from `watermark` over its input (a scan, or a calc over a scan that adds
/// the computed columns): the running maximum of the expression; the row goes before the watermark it causes.
struct WatermarkNode : PhysicalNode {
  WatermarkNode() : PhysicalNode(NodeKind::watermark) {}
  int32_t rowtime = -1;
  ExpressionPtr watermark;      ///< TIMESTAMP or TIMESTAMP_LTZ
  int64_t idle_timeout_ms = 0;  ///< 0 = off
  /// The rowtime is the record timestamp of a Kafka table, unchanged: the clock of the embedded log may drive it.
  bool rowtime_is_record_timestamp = false;
};

/// Turns an upsert stream (upsert-kafka) into a proper changelog: remembers the last row a key, makes -U, drops deletes
/// of unknown keys. Its input is exchanged by `key`.
struct ChangelogNormalizeNode : PhysicalNode {
  ChangelogNormalizeNode() : PhysicalNode(NodeKind::changelog_normalize) {}
  std::vector<int32_t> key;
};

/// Writes the input to a table. Column i of the input goes to `written[i]` of the table (physical and non-virtual
/// metadata columns).
struct SinkNode : PhysicalNode {
  SinkNode() : PhysicalNode(NodeKind::sink) {}
  TablePtr table;
  std::vector<int32_t> written;
  /// Input columns that make the table's primary key; empty for an append-only table.
  std::vector<int32_t> key;
  /// The input's updates are keyed by other columns than `key`: keep a list of rows for each sink key.
  bool materialize = false;
  /// Input columns that may be NULL where the table says NOT NULL: such a row stops the job, or is left out if
  /// `drop_nulls` ('table.exec.sink.not-null-enforcer' = 'DROP').
  std::vector<int32_t> not_null;
  bool drop_nulls = false;
  /// A SELECT shown to a user: the rows go to whoever asked.
  bool collect = false;
};

}  // namespace azud::sql
