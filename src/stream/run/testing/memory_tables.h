#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "data/batch.h"
#include "stream/run/connectors.h"

namespace azud::stream::testing {

/// A row as a table holds it: one value a column of the table, metadata columns too.
struct MemoryRow {
  data::RowKind kind = data::RowKind::insert;
  data::Value::List values;
};

/// A table in memory: its splits grow while a job reads them, or it takes what a job writes. What is here outlives the
/// job, as topics do.
class MemoryTable {
 public:
  explicit MemoryTable(std::size_t splits = 1) : splits_(splits) {}

  void append(MemoryRow row, std::size_t split = 0);
  /// No more rows will come; a job that has read all of them ends.
  void end() { ended_ = true; }
  std::size_t size(std::size_t split) const { return splits_[split].size(); }

  /// What jobs have written and committed, as text: "+I[1, a]".
  std::vector<std::string> written;
  /// The columns of a row that stand in that text, in their order; empty = all as they were written.
  std::vector<std::size_t> shown;

 private:
  friend class MemorySource;
  friend class MemoryDecoder;
  std::vector<std::deque<MemoryRow>> splits_;
  bool ended_ = false;
};

/// Tables by name for jobs of tests. Everything is read in the order of `append`, over all tables, however many rows a
/// poll gives.
class MemoryTables final : public Connectors {
 public:
  MemoryTable& add(const std::string& name, std::size_t splits = 1);
  MemoryTable& table(const std::string& name) { return *tables_.at(name); }
  bool has(const std::string& name) const { return tables_.contains(name); }

  void append(const std::string& table, MemoryRow row, std::size_t split = 0);
  void end_all();

  /// Otherwise tables with a primary key get one row a key and commit.
  bool sinks_take_all_changes = false;
  /// Rows that the next polls give at most; 0 = all there are. The last value counts for all polls after it.
  std::deque<std::size_t> poll_rows;
  /// What Source::Poll::clock says, for tables that follow it.
  std::optional<TimestampMs> clock;
  std::map<std::string, bool> follows_clock;
  /// Rows of a table that cannot be decoded: those whose first value is this text.
  std::string reject_text;
  std::vector<std::string> rejected;  ///< committed

  Result<std::vector<OpenedSource>> open_sources(std::span<const ScanRequest> scans) override;
  Result<std::unique_ptr<Sink>> open_sink(const std::shared_ptr<const sql::SinkNode>& node) override;

 private:
  friend class MemorySource;
  struct Arrival {
    std::string table;
    std::size_t split;
    std::size_t row;
  };
  std::map<std::string, std::unique_ptr<MemoryTable>> tables_;
  std::vector<Arrival> arrivals_;
};

}  // namespace azud::stream::testing
