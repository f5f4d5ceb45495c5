#include "connect/test_tables.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "data/builder.h"
#include "data/text.h"
#include "format/test_type.h"

namespace azud::connect {

sql::TableDefinition test_table(std::string_view columns, std::map<std::string, std::string> options) {
  sql::TableDefinition table{.name = "t", .options = std::move(options)};
  const data::DataType type = format::test_type(columns);
  for (const data::FieldType& field : type.fields()) table.columns.push_back({.name = field.name, .type = field.type});
  return table;
}

void add_metadata(sql::TableDefinition& table, std::string name, std::string key, std::string_view type,
                  bool is_virtual) {
  table.columns.push_back({.name = std::move(name),
                           .type = format::test_type(type),
                           .kind = sql::TableColumn::Kind::metadata,
                           .metadata_key = std::move(key),
                           .metadata_virtual = is_virtual});
}

std::shared_ptr<const sql::ScanNode> test_scan(const sql::TableDefinition& table, std::vector<std::string> columns) {
  auto scan = std::make_shared<sql::ScanNode>();
  scan->table = std::make_shared<const sql::TableDefinition>(table);
  if (columns.empty())
    for (const sql::TableColumn& column : table.columns) columns.push_back(column.name);
  for (const std::string& name : columns) {
    const auto found = std::ranges::find(table.columns, name, &sql::TableColumn::name);
    scan->read.push_back(static_cast<int32_t>(found - table.columns.begin()));
    scan->output.push_back({.name = name, .type = found->type});
  }
  return scan;
}

std::shared_ptr<const sql::SinkNode> test_sink(const sql::TableDefinition& table) {
  auto sink = std::make_shared<sql::SinkNode>();
  sink->table = std::make_shared<const sql::TableDefinition>(table);
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (!table.columns[i].metadata_virtual) sink->written.push_back(static_cast<int32_t>(i));
  return sink;
}

data::Batch test_batch(std::string_view columns, const std::vector<std::vector<data::Value>>& rows,
                       std::vector<data::RowKind> kinds) {
  data::Batch batch{.rows = rows.size()};
  const data::DataType type = format::test_type(columns);
  for (std::size_t i = 0; i < type.fields().size(); ++i) {
    data::ColumnBuilder builder(type.fields()[i].type);
    for (const std::vector<data::Value>& row : rows) builder.append_value(row[i]);
    batch.columns.push_back(builder.finish());
  }
  batch.kinds = std::move(kinds);
  return batch;
}

ReadRows read_rows(stream::Source& source, std::size_t scan) {
  ReadRows out;
  auto decoder = source.make_decoder(scan);
  EXPECT_TRUE(decoder) << decoder.error().to_text();
  if (!decoder) return out;
  while (true) {
    auto poll = source.poll(1 << 20);
    EXPECT_TRUE(poll) << poll.error().to_text();
    if (!poll) return out;
    for (const uint32_t ended : poll->ended) out.ended.push_back(ended);
    std::vector<stream::Piece> pieces;
    for (stream::Piece& piece : poll->pieces)
      if (source.splits()[piece.split].scan == scan) pieces.push_back(std::move(piece));
    auto decoded = (*decoder)->decode(pieces);
    EXPECT_TRUE(decoded) << decoded.error().to_text();
    if (!decoded) return out;
    EXPECT_EQ(decoded->ends.size(), pieces.size());
    if (!pieces.empty()) {
      EXPECT_EQ(decoded->ends.back(), decoded->rows.rows);
    }
    for (std::size_t row = 0; row < decoded->rows.rows; ++row) out.rows.push_back(data::to_text(decoded->rows, row));
    for (stream::Rejected& each : decoded->rejected) out.rejected.push_back(std::move(each));
    if (poll->at_end) return out;
  }
}

}  // namespace azud::connect
