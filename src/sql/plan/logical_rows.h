#pragma once

#include <optional>
#include <vector>

#include "data/value.h"
#include "sql/plan/logical.h"
#include "sql/plan/table.h"

namespace azud::sql {

/// Reads physical and metadata columns of a table: `read` names their places in table->columns.
struct LogicalScan : LogicalNode {
  LogicalScan() : LogicalNode(LogicalKind::scan) {}
  TablePtr table;
  std::vector<int32_t> read;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalScan>(*this); }
};

struct LogicalValues : LogicalNode {
  LogicalValues() : LogicalNode(LogicalKind::values) {}
  std::vector<std::vector<data::Value>> rows;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalValues>(*this); }
};

struct LogicalFilter : LogicalNode {
  LogicalFilter() : LogicalNode(LogicalKind::filter) {}
  ExpressionPtr condition;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalFilter>(*this); }
};

struct LogicalProject : LogicalNode {
  LogicalProject() : LogicalNode(LogicalKind::project) {}
  std::vector<ExpressionPtr> expressions;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalProject>(*this); }
};

/// WATERMARK FOR of a table, above its computed columns.
struct LogicalWatermark : LogicalNode {
  LogicalWatermark() : LogicalNode(LogicalKind::watermark) {}
  TablePtr table;
  int32_t rowtime = -1;
  ExpressionPtr watermark;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalWatermark>(*this); }
};

/// An upsert source as a proper changelog: remembers the last row a key.
struct LogicalNormalize : LogicalNode {
  LogicalNormalize() : LogicalNode(LogicalKind::normalize) {}
  std::vector<int32_t> key;
  ExpressionPtr condition;  ///< a row for which it does not hold deletes its key; null = none
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalNormalize>(*this); }
};

struct LogicalUnion : LogicalNode {
  LogicalUnion() : LogicalNode(LogicalKind::union_all) {}
  std::string describe(Wording) const override { return "union all"; }
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalUnion>(*this); }
};

/// CROSS JOIN UNNEST(collection) or LEFT JOIN … ON TRUE: the input's columns, then the element's.
struct LogicalCorrelate : LogicalNode {
  LogicalCorrelate() : LogicalNode(LogicalKind::correlate) {}
  ExpressionPtr collection;
  bool outer = false;
  bool with_ordinality = false;
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalCorrelate>(*this); }
};

/// ORDER BY, LIMIT, OFFSET.
struct LogicalSort : LogicalNode {
  LogicalSort() : LogicalNode(LogicalKind::sort) {}
  struct Key {
    int32_t column;
    bool descending;
    bool nulls_first;
  };
  std::vector<Key> keys;
  int64_t offset = 0;
  int64_t count = -1;  ///< -1 = no limit
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalSort>(*this); }
};

/// INSERT INTO, or a SELECT shown to a user (`collect`, then `table` is made up from the query).
struct LogicalSink : LogicalNode {
  LogicalSink() : LogicalNode(LogicalKind::sink) {}
  TablePtr table;
  /// Input column i goes to this place in table->columns.
  std::vector<int32_t> written;
  bool collect = false;
  std::optional<Place> on_conflict;  ///< ON CONFLICT DO DEDUPLICATE
  std::string describe(Wording wording) const override;
  std::unique_ptr<LogicalNode> clone() const override { return std::make_unique<LogicalSink>(*this); }
};

}  // namespace azud::sql
