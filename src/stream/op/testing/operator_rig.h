#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/value.h"
#include "sql/plan/physical.h"
#include "stream/eval/kernel.h"
#include "stream/op/operator.h"

namespace azud::stream::testing {

/// A row of a test: its kind and its values. "+I", "-U", "+U", "-D".
struct Row {
  std::string kind;
  data::Value::List values;
};

/// A node that stands for an input with these columns.
sql::NodePtr input_of(sql::Schema schema);
data::Batch batch_of(const sql::Schema& schema, const std::vector<Row>& rows);

/// One instance of an operator, driven by hand. What it puts out is kept as text, "+I[1, abc]".
class OperatorRig final : public Output, public LateRows {
 public:
  explicit OperatorRig(sql::NodePtr node, EvalSettings settings = {});

  /// Rows arrive in one batch, the first with order `order`, the next one with the next.
  void rows(const std::vector<Row>& rows, std::size_t input = 0);
  void watermark(TimestampMs watermark);
  void time(TimestampMs wall_ms);
  /// Ends the epoch; gives back what came out since the last call, one line a row, and late rows as "late [...]".
  std::string take();
  /// Commits (only changes, or everything), throws the operator away, and restores a new one.
  void restart(bool everything = false);
  /// Entries that a commit would write.
  uint64_t commit();
  const Operator& op() const { return *operator_; }
  /// What went wrong in the last call; empty if nothing.
  const std::string& error() const { return error_; }

  Status rows(data::Batch batch) override;
  void keep(const sql::PhysicalNode& node, const data::Batch& batch, std::size_t row, TimestampMs watermark) override;

 private:
  void open();
  void note(const Status& status);

  sql::NodePtr node_;
  EvalSettings settings_;
  OperatorSpecPtr spec_;
  std::unique_ptr<OperatorContext> context_;
  std::unique_ptr<Operator> operator_;
  std::vector<std::string> log_;  ///< what was committed, oldest first
  std::string out_, error_;
  uint64_t order_ = 0;
};

}  // namespace azud::stream::testing
