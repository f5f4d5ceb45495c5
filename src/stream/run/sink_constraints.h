#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "sql/plan/physical_io.h"

namespace azud::stream {

/// Holds the rows of a sink to the types of its table, as far as the job's settings ask for it: NULL in NOT NULL
/// columns, lengths of CHAR, VARCHAR, BINARY, VARBINARY; in columns themselves, in fields of ROWs, in elements.
class SinkConstraints {
 public:
  explicit SinkConstraints(const sql::SinkNode& node);

  /// The rows that may be written, cut and padded if that is asked for. `invalid` names the first value that does not
  /// fit, unless such rows are to be left out.
  Result<data::Batch> enforce(const data::Batch& rows) const;

 private:
  struct Checked {
    std::size_t column;
    std::string name;
    data::DataType type;  ///< the table's
    bool nested_nulls;    ///< something below may not be NULL
    bool lengths;
  };
  bool looks_into(data::TypeKind kind) const;
  bool has_required(const data::DataType& type) const;
  bool has_lengths(const data::DataType& type) const;
  /// The path of a NULL that may not be there.
  std::optional<std::string> find_null(const data::Value& value, const data::DataType& type,
                                       const std::string& path) const;
  /// What is wrong with the length of a value.
  std::optional<std::string> find_length(const data::Value& value, const data::DataType& type,
                                         const std::string& path) const;
  data::Value fitted(const data::Value& value, const data::DataType& type) const;
  std::optional<std::string> null_at(const Checked& checked, const data::Batch& rows, uint32_t row) const;
  Result<data::Batch> without_nulls(const data::Batch& rows) const;
  Result<data::Batch> with_lengths(data::Batch rows) const;

  const sql::SinkNode& node_;
  std::vector<Checked> checked_;
};

}  // namespace azud::stream
