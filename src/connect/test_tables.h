#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/batch.h"
#include "sql/plan/physical_io.h"
#include "stream/run/source.h"

namespace azud::connect {

/// For tests: a table of physical columns ("ROW<id INT, name STRING>") and options.
sql::TableDefinition test_table(std::string_view columns, std::map<std::string, std::string> options);
/// Adds a metadata column of the type that the connector gives.
void add_metadata(sql::TableDefinition& table, std::string name, std::string key, std::string_view type,
                  bool is_virtual = true);

/// A scan of the named columns, or of all.
std::shared_ptr<const sql::ScanNode> test_scan(const sql::TableDefinition& table,
                                               std::vector<std::string> columns = {});
/// A sink of all written columns.
std::shared_ptr<const sql::SinkNode> test_sink(const sql::TableDefinition& table);

/// Rows from values, in the columns of `types`.
data::Batch test_batch(std::string_view columns, const std::vector<std::vector<data::Value>>& rows,
                       std::vector<data::RowKind> kinds = {});

/// All rows of what a source gives until it has no more, decoded piece by piece, as "+I[…]".
struct ReadRows {
  std::vector<std::string> rows;
  std::vector<stream::Rejected> rejected;
  std::vector<uint32_t> ended;
};
ReadRows read_rows(stream::Source& source, std::size_t scan = 0);

}  // namespace azud::connect
