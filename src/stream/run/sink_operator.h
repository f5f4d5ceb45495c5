#pragma once

#include <memory>
#include <string>

#include <absl/container/flat_hash_map.h>

#include "data/row_codec.h"
#include "sql/plan/physical_io.h"
#include "stream/op/operator.h"
#include "stream/run/sink.h"
#include "stream/run/sink_constraints.h"

namespace azud::stream {

/// One worker's end of a sink: keeps what is to be written until the commit.
///
/// In: any changelog. For a table with a key it is folded, at most one row a key and commit, where a -U that no +U of
/// its key follows is a -D, unless the sink takes all changes. Out: nothing. State: none beyond a commit; what is held
/// is written before it.
class SinkOperator {
 public:
  SinkOperator(const sql::SinkNode& node, std::unique_ptr<SinkWriter> writer, bool takes_all_changes)
      : node_(node), constraints_(node), writer_(std::move(writer)), folds_(!node.key.empty() && !takes_all_changes) {}

  Status on_rows(const data::Batch& rows);
  /// Folds and encodes what was held. Worker thread.
  Status flush();
  SinkWriter& writer() { return *writer_; }
  bool holds_rows() const { return holds_rows_; }

 private:
  struct Latest {
    std::size_t batch = 0;
    uint32_t row = 0;
    bool first_was_insert = false;  ///< the key was not in the table before this commit
  };
  Status fold(const data::Batch& rows);

  const sql::SinkNode& node_;
  SinkConstraints constraints_;
  std::unique_ptr<SinkWriter> writer_;
  bool folds_;
  bool holds_rows_ = false;
  std::vector<data::Batch> held_;
  absl::flat_hash_map<std::string, Latest> latest_;
  std::vector<std::string> order_;  ///< keys in the order of their first change
  data::EncodedRows keys_;
};

}  // namespace azud::stream
