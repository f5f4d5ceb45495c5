#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "kafka/wire/record_reader.h"

namespace azud::web {

/// A column's value as it was written: the digits of a number, the letters of a text without quotes and escapes.
/// Nothing for null and for columns that are not there.
using Cell = std::optional<std::string_view>;

/// Takes some columns out of records whose values are JSON objects or CSV lines. "$key" is the record's key,
/// "$timestamp" its time. Owned by one thread.
class RowReader {
 public:
  enum class Format : uint8_t { json, csv };

  /// `names` are the columns of a CSV line in their order; JSON needs none.
  RowReader(Format format, std::vector<std::string> names, std::vector<std::string> wanted);
  ~RowReader();
  RowReader(RowReader&&) noexcept;
  RowReader& operator=(RowReader&&) noexcept;

  /// Values of the wanted columns, in their order, valid until the next call; false for a value that is not in the
  /// format. A null value has no columns but "$key" and "$timestamp".
  bool read(const kafka::RecordView& record);
  const std::vector<Cell>& cells() const { return cells_; }

 private:
  struct Json;
  bool read_json(ByteView value);
  bool read_csv(ByteView value);

  Format format_;
  std::vector<std::string> wanted_;
  std::vector<int> places_;  ///< csv: of each wanted column in the line; -1: not in it
  std::vector<Cell> cells_;
  std::vector<std::string> csv_fields_;
  std::string timestamp_;
  std::unique_ptr<Json> json_;
};

/// Epoch milliseconds, or "2024-05-01 10:15:30.5", with a T and a Z if you like; without a zone it is UTC.
std::optional<TimestampMs> parse_time_cell(std::string_view text);
std::optional<double> parse_number_cell(std::string_view text);

}  // namespace azud::web
