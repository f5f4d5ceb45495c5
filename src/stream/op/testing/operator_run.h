#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/type.h"
#include "data/value.h"
#include "stream/op/operator.h"

namespace azud::stream::testing {

/// For tests: drives a node's operator the way the runtime does, with rows written as values.
///
/// A row is its values; the time of the rows' watermarks is given by hand. Rows are numbered in the order of their
/// feeding, and a watermark set by `watermark_after` holds for the rows fed after it, also within an epoch.
class OperatorRun {
 public:
  struct Row {
    std::vector<data::Value> values;
    data::RowKind kind = data::RowKind::insert;
  };
  struct Options {
    std::size_t parallelism = 1;
    std::vector<int32_t> keys = {};  ///< of the input: which worker a row goes to
    bool in_order = false;           ///< no row can come behind the watermark
  };
  /// Fails the test if the node cannot be made.
  OperatorRun(sql::NodePtr node, Options options, std::string_view zone = "UTC");
  ~OperatorRun();

  /// Waits in the epoch that is being filled.
  OperatorRun& row(std::vector<data::Value> values, data::RowKind kind = data::RowKind::insert);
  OperatorRun& watermark(TimestampMs watermark);
  /// The epoch ends: all rows in batches of at most `batch_rows`, then the watermark.
  void end_epoch(std::size_t batch_rows = 1024);
  void set_wall_ms(TimestampMs wall_ms) { wall_ms_ = wall_ms; }

  /// Ends the epoch, then the commit: entries and watermark are kept.
  void commit();
  /// The same with everything that the state has.
  void snapshot();
  /// A new run with what was committed.
  std::unique_ptr<OperatorRun> restored(std::size_t parallelism) const;

  /// "+I[1, a]" of all rows so far, in the order of the workers within an epoch.
  const std::vector<std::string>& output() const { return output_; }
  /// The same, sorted: for comparing runs of different parallelism.
  std::vector<std::string> sorted_output() const;
  /// Takes what came since the last call.
  std::vector<std::string> take_output();
  std::size_t late_rows() const { return late_rows_; }
  uint64_t last_commit_bytes() const { return last_commit_bytes_; }
  Operator& op(std::size_t instance = 0);

 private:
  struct Instance;
  class Late;
  class Collector;
  struct Step {
    bool is_row = false;
    Row row;
    TimestampMs watermark = 0;
  };
  void keep_state(bool everything);

  sql::NodePtr node_;
  Options options_;
  std::string zone_;
  OperatorSpecPtr spec_;
  std::unique_ptr<Late> late_;
  std::vector<std::unique_ptr<Instance>> instances_;
  std::vector<Step> steps_;
  uint64_t order_ = 0;
  TimestampMs watermark_ = timestamp_min;
  TimestampMs wall_ms_ = 0;
  std::vector<std::string> output_;
  std::size_t taken_ = 0;
  std::size_t late_rows_ = 0;
  std::vector<std::string> committed_;
  TimestampMs committed_watermark_ = timestamp_min;
  uint64_t last_commit_bytes_ = 0;
};

/// A source node of these columns, to stand below the node under test.
sql::NodePtr input_of(sql::Schema schema, sql::ChangelogMode mode = sql::ChangelogMode::insert_only);

}  // namespace azud::stream::testing
