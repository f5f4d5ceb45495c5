#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/column.h"

namespace azud::format {

/// Turns rows into messages. Belongs to one thread.
class Encoder {
 public:
  virtual ~Encoder() = default;

  /// The columns, one a field, that `encode` reads from now on.
  void bind(std::vector<data::ColumnPtr> columns) { columns_ = std::move(columns); }

  /// Appends the message of `row` to `out`. False: the row has no bytes (raw of a NULL), which is Kafka's null value.
  /// Fails with `invalid` if the format cannot say the row; then `out` may hold a part of it.
  virtual Result<bool> encode(std::size_t row, std::string& out) = 0;

 protected:
  std::vector<data::ColumnPtr> columns_;
};
using EncoderPtr = std::unique_ptr<Encoder>;

}  // namespace azud::format
