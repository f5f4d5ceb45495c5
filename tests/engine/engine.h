#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/clock.h"
#include "sql/plan/physical_io.h"
#include "sql/session.h"
#include "stream/run/testing/flow.h"

namespace azud::engine {

/// How a job is disturbed while it computes. Whatever it is, the results must be the same.
struct Disturbance {
  std::string name;
  std::size_t workers = 1;
  bool one_row_a_poll = false;
  bool random_polls = false;
  bool restarts = false;
};
/// One row at a time; large batches on several workers; commit, kill and restore after every few rows; random batches.
const std::vector<Disturbance>& disturbances();

/// SQL over tables in memory: statements make tables and start jobs; rows are fed, results compared. A table without a
/// connector, or with 'values' and Flink's test options (changelog-mode, sink-insert-only …), is in memory.
class Engine {
 public:
  Engine(Disturbance how, uint32_t seed);

  /// Statements, up to the first error.
  Status execute(const std::string& sql);
  /// The table's columns that rows give: physical and metadata columns, in their order.
  Result<std::vector<data::DataType>> row_types(const std::string& table) const;
  Status feed(const std::string& table, stream::testing::MemoryRow row, std::size_t split = 0);
  void set_splits(const std::string& table, std::size_t splits) { splits_[table] = splits; }
  void set_log_clock(TimestampMs now);
  void advance_ms(int64_t by) { clock_.advance_ms(by); }
  void end() { tables_.end_all(); }

  /// Computes all that was fed, and commits.
  Status run();
  /// What was written to a table since the last call.
  std::vector<std::string> take_written(const std::string& table);
  /// How many rows were written to all tables.
  std::size_t written_count();
  std::vector<std::string> take_late();
  /// The tables that statements write to, in the order of the statements.
  const std::vector<std::string>& sinks() const { return sinks_; }
  const sql::TableDefinition* find(const std::string& table) const;
  /// Of a query outside of any INSERT, whose rows are written to a table `result`; empty if there was none.
  const std::string& result_types() const { return result_types_; }
  /// Stops all jobs at their last commit and starts them again.
  Status restart();

 private:
  Status execute(sql::ast::Statement statement);
  Result<std::string> connector_with_metadata(const sql::ast::CreateTable& table);
  Result<std::vector<std::size_t>> shown_columns(const sql::SinkNode& sink) const;
  Status open_jobs();

  Disturbance how_;
  uint32_t random_;
  std::vector<std::unique_ptr<std::string>> metadata_names_;
  sql::ConnectorRegistry registry_;
  sql::Session session_;
  stream::testing::MemoryTables tables_;
  io::ManualClock clock_{1'600'000'000'000};
  std::map<std::string, std::size_t> splits_;
  std::vector<sql::PhysicalPlan> plans_;
  std::vector<std::unique_ptr<stream::testing::Flow>> flows_;
  std::vector<std::string> sinks_;
  std::string result_types_;
  std::map<std::string, std::size_t> taken_;
  std::map<const void*, std::size_t> late_taken_;
};

}  // namespace azud::engine
