#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <absl/container/btree_map.h>

#include "data/batch.h"
#include "stream/op/aggregate/aggregate_set.h"

namespace azud::stream {

/// One record of aggregates at a time: rows are added to it, its bytes are put aside and taken up again. Bytes are
/// equal exactly if the aggregates are. Owned by one operator.
class RunningTotals {
 public:
  explicit RunningTotals(const AggregateSet& set)
      : set_(set), record_(set.stride() / sizeof(uint64_t) + 1), values_(set.size()), scratch_(set.size()) {}
  ~RunningTotals() { set_.destroy(record()); }
  RunningTotals(const RunningTotals&) = delete;
  RunningTotals& operator=(const RunningTotals&) = delete;

  /// Of no rows.
  void clear() { set_.destroy(record()); }
  void load(ByteView totals);
  /// A row, by what AggregateSet::Feed::capture kept of it.
  void add(ByteView arguments) { set_.add_captured(record(), arguments); }
  /// Valid until the next call.
  const std::string& bytes();
  /// One value an aggregate, valid until the next call of anything here.
  std::span<const Scalar> results();

 private:
  char* record() { return reinterpret_cast<char*>(record_.data()); }

  const AggregateSet& set_;
  std::vector<uint64_t> record_;
  std::vector<Scalar> values_;
  std::vector<std::string> scratch_;
  std::string bytes_;
};

/// The rows of one key in the order of a column, and what the aggregates are from the first row up to each of them. A
/// row that comes or goes changes the results of those after it; the walk ends at the first one whose aggregates stay
/// as they were, because then those of all later rows do.
class SortedRows {
 public:
  struct Row {
    uint64_t id = 0;              ///< rises in the order of arrival
    uint32_t arguments_size = 0;  ///< how many of the bytes are what the aggregates read of it; the rest is the row
    std::string bytes;

    ByteView arguments() const { return ByteView(bytes).substr(0, arguments_size); }
    ByteView row() const { return ByteView(bytes).substr(arguments_size); }
  };
  /// Gets each change, in Flink's order.
  using Emit = std::function<void(data::RowKind, ByteView row, std::span<const Scalar> results)>;
  /// What a walk works with: the aggregates as they become and as they were.
  struct Walk {
    RunningTotals& now;
    RunningTotals& before;
    const Emit& emit;
  };

  /// `singly`: each row has a result of its own (ROWS), equal ones in the order of their ids. Otherwise rows of one
  /// place in the order share one (RANGE).
  explicit SortedRows(bool singly) : singly_(singly) {}

  /// `kind`: +I or +U, with which the row goes on.
  void insert(ByteView order, Row row, data::RowKind kind, const Walk& walk);
  /// Takes out one row equal to `row`, and says its id; nothing if there is none.
  std::optional<uint64_t> remove(ByteView order, ByteView row, const Walk& walk);

  /// Without results, which recompute() makes. Ids may come in any order.
  void restore(ByteView order, Row row);
  void restore_removal(ByteView order, uint64_t id);
  void recompute(RunningTotals& totals);

  bool empty() const { return steps_.empty(); }
  uint64_t rows() const { return rows_; }
  uint64_t state_bytes() const { return bytes_; }
  void for_each(const std::function<void(ByteView order, const Row& row)>& visit) const;

 private:
  /// Where rows stand that share a result.
  struct Place {
    std::string order;
    uint64_t id;  ///< of its only row if each has a result of its own, otherwise 0
    auto operator<=>(const Place&) const = default;
  };
  struct Step {
    std::vector<Row> rows;
    std::string totals;
  };
  using Steps = absl::btree_map<Place, Step>;
  struct Found {
    Steps::iterator step;
    std::size_t row;
  };

  Steps::iterator step_of(ByteView order, uint64_t id);
  std::optional<Found> find(ByteView order, ByteView row);
  void start_before(Steps::iterator step, RunningTotals& now) const;
  void follow(Steps::iterator from, const Walk& walk);
  void emit_update(const Row& row, const Walk& walk);
  void set_totals(Step& step, const std::string& totals);
  Steps::iterator erase(Found found);

  bool singly_;
  Steps steps_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace azud::stream
