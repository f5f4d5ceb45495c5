#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/batch.h"
#include "sql/plan/schema.h"
#include "stream/op/aggregate/aggregate_function.h"

namespace azud::stream {

/// The aggregates of one node over the columns of its input. Immutable. A record has the states of all of them, one
/// after the other: `stride()` bytes, all zero at first, at an address divisible by 8.
class AggregateSet {
 public:
  /// `retracts`: whether rows will be taken back.
  static Result<AggregateSet> make(std::span<const sql::AggregateCall> calls, const sql::Schema& input, bool retracts);

  std::size_t stride() const { return stride_; }
  std::size_t size() const { return parts_.size(); }
  bool owns_memory() const { return owns_memory_; }
  const data::DataType& type(std::size_t aggregate) const { return parts_[aggregate].type; }

  void merge(char* to, const char* from) const;
  Scalar result(const char* record, std::size_t aggregate, std::string& scratch) const;
  /// One value to each builder.
  void append_results(const char* record, std::span<data::ColumnBuilder> out, std::string& scratch) const;
  /// Which states encode() and decode() mean: `plain` leaves out those that own memory, which can be long.
  enum class Extent : uint8_t { all, plain };
  void encode(const char* record, std::string& out, Extent extent = Extent::all) const;
  /// Into states that are all zero, or plain. False if the bytes break off.
  bool decode(ByteView& in, char* record, Extent extent = Extent::all) const;
  /// Frees what the record owns and makes it all zero.
  void destroy(char* record) const;

  /// Adds or takes back a row that Feed::capture kept.
  void add_captured(char* record, ByteView row) const;
  void retract_captured(char* record, ByteView row) const;

  /// Feeds rows of batches to records. Owned by one operator.
  class Feed {
   public:
    explicit Feed(const AggregateSet& set) : set_(set) {}
    /// The batch that the next rows are of; it must outlive them.
    void bind(const data::Batch& batch);
    void add(char* record, std::size_t row) { change<false>(record, row); }
    void retract(char* record, std::size_t row) { change<true>(record, row); }
    /// What the aggregates read of the row, for later.
    void capture(std::size_t row, std::string& out);

   private:
    template <bool Retract>
    void change(char* record, std::size_t row);
    bool passes(std::size_t aggregate, std::size_t row) const;
    const AggregateSet& set_;
    struct Columns {
      const data::Column* argument = nullptr;
      const data::Column* filter = nullptr;
    };
    std::vector<Columns> columns_;
    std::string scratch_;
  };

 private:
  struct Part {
    AggregateFunctionPtr function;
    std::size_t offset = 0;
    int32_t argument = -1;
    int32_t filter = -1;
    data::DataType type;
    data::Storage storage{};   ///< of the argument
    std::size_t captured = 0;  ///< the first aggregate of the same argument and filter
  };
  template <bool Retract>
  void change_captured(char* record, ByteView row) const;
  std::vector<Part> parts_;
  std::size_t stride_ = 0;
  bool owns_memory_ = false;
};

}  // namespace azud::stream
