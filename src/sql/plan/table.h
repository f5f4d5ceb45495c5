#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/type.h"
#include "sql/plan/expression.h"
#include "sql/plan/schema.h"

namespace azud::sql {

/// A column of CREATE TABLE.
struct TableColumn {
  enum class Kind : uint8_t { physical, metadata, computed };
  std::string name;
  data::DataType type;
  Kind kind = Kind::physical;
  std::string metadata_key;       ///< metadata: FROM 'key', or the name
  bool metadata_virtual = false;  ///< not written by a sink
  ExpressionPtr computed;         ///< over all columns before it is bound; see TableDefinition
};

/// A bound CREATE TABLE: what connectors and the planner need to know, no syntax. Expressions refer to columns by
/// their place in `columns`.
struct TableDefinition {
  std::string name;
  std::vector<TableColumn> columns;
  std::vector<int32_t> primary_key;  ///< by place in `columns`; NOT ENFORCED
  int32_t watermark_column = -1;
  ExpressionPtr watermark;
  std::vector<std::string> partitioned_by;
  std::map<std::string, std::string> options;  ///< WITH (…), with hints applied
};
using TablePtr = std::shared_ptr<const TableDefinition>;

}  // namespace azud::sql
