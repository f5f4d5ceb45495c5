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
  ExpressionPtr condition;   ///< a row for which it does not hold deletes its key; null = none
  int64_t state_ttl_ms = 0;  ///< 0 = for ever
};

/// Before a table whose key is not the query's: several rows of the query may have one key of the table, and the last
/// of those that are there counts. Its input is exchanged by `key`.
struct UpsertMaterializeNode : PhysicalNode {
  UpsertMaterializeNode() : PhysicalNode(NodeKind::upsert_materialize) {}
  std::vector<int32_t> key;        ///< the table's
  std::vector<int32_t> input_key;  ///< the query's: an update replaces its row; empty = rows are told apart as a whole
  int64_t state_ttl_ms = 0;        ///< 0 = for ever
};

/// Writes the input to a table. Column i of the input goes to `written[i]` of the table (physical and non-virtual
/// metadata columns).
struct SinkNode : PhysicalNode {
  SinkNode() : PhysicalNode(NodeKind::sink) {}
  TablePtr table;
  std::vector<int32_t> written;
  /// Input columns that make the table's primary key; empty for an append-only table.
  std::vector<int32_t> key;
  /// 'table.exec.sink.not-null-enforcer' = 'DROP': a row with NULL where the table says NOT NULL is left out; otherwise
  /// it stops the job.
  bool drop_nulls = false;
  /// 'table.exec.sink.type-length-enforcer': what becomes of texts and bytes that are longer, or shorter than CHAR and
  /// BINARY.
  enum class Lengths : uint8_t { ignore, error, trim_pad };
  Lengths lengths = Lengths::ignore;
  /// 'table.exec.sink.nested-constraint-enforcer': whether both are asked of what is inside ROWs, and in collections.
  enum class Nested : uint8_t { none, rows, rows_and_collections };
  Nested nested = Nested::none;
  /// A SELECT shown to a user: the rows go to whoever asked.
  bool collect = false;
};

}  // namespace azud::sql
