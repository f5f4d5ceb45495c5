#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connect/filesystem/line_splitter.h"
#include "connect/table_options.h"
#include "sql/plan/table.h"

namespace azud::connect {

/// The options of a filesystem table, as far as reading goes.
struct FileOptions {
  std::string path;
  std::optional<std::string> pattern;
  std::optional<int64_t> monitor_interval_ms;
  FormatChoice format;
  std::vector<int32_t> columns;         ///< physical ones, places in the table
  std::vector<data::FieldType> fields;  ///< the same
  LineSplitter splitter;

  static Result<FileOptions> parse(const sql::TableDefinition& table);
};

}  // namespace azud::connect
