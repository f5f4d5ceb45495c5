#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "connect/table_options.h"
#include "data/builder.h"

namespace azud::connect {

/// Random numbers that depend on nothing but the seed: the same row gives the same values, on every worker and machine.
class SeededRandom {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t next();
  /// From 0 up to and without `bound`, which is at least 1.
  uint64_t below(uint64_t bound);
  /// From 0 up to and without 1.
  double unit();

 private:
  uint64_t state_;
};

/// What a row is made from.
struct RowSeed {
  int64_t row = 0;
  TimestampMs now = 0;
  SeededRandom random{0};
};

/// Makes the values of one field. Never changes: all workers use it.
class ValueGenerator {
 public:
  virtual ~ValueGenerator() = default;
  virtual void append(RowSeed& seed, data::ColumnBuilder& out) const = 0;
};
using ValueGeneratorPtr = std::unique_ptr<const ValueGenerator>;

struct FieldGenerator {
  ValueGeneratorPtr values;
  std::optional<int64_t> rows;  ///< a sequence ends
};

/// The generator of field `name` ("fields.NAME.…" of the table's options, which are taken). `invalid`, in Flink's
/// words, for options that do not fit; `unsupported` for a type that datagen cannot make.
Result<FieldGenerator> make_field_generator(const std::string& name, const data::DataType& type, TableOptions& options);

}  // namespace azud::connect
