#include "connect/datagen/sequence_generator.h"

#include <algorithm>

#include "data/decimal.h"

namespace azud::connect {
namespace {

using data::TypeKind;

class Sequence final : public ValueGenerator {
 public:
  Sequence(int64_t start, const data::DataType& type) : start_(start), type_(type) {}

  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    const int64_t value = start_ + seed.row;
    switch (type_.kind()) {
      case TypeKind::tinyint: out.append(static_cast<int8_t>(value)); break;
      case TypeKind::smallint: out.append(static_cast<int16_t>(value)); break;
      case TypeKind::integer: out.append(static_cast<int32_t>(value)); break;
      case TypeKind::bigint: out.append(value); break;
      case TypeKind::real: out.append(static_cast<float>(value)); break;
      case TypeKind::double_precision: out.append(static_cast<double>(value)); break;
      case TypeKind::decimal: {
        const auto scaled = data::rescale(value, 0, type_.scale(), type_.precision());
        if (scaled)
          out.append(*scaled);
        else
          out.append_null();
        break;
      }
      default: out.append_text(std::to_string(value)); break;
    }
  }

 private:
  int64_t start_;
  data::DataType type_;
};

}  // namespace

Result<FieldGenerator> make_sequence_generator(const std::string& prefix, const data::DataType& type,
                                               TableOptions& options) {
  if (!data::is_numeric(type.kind()) && !data::is_text(type.kind()))
    return fail(Code::unsupported, "Unsupported type for a sequence: {}", type.to_sql());
  for (const char* name : {"start", "end"}) {
    options.take(prefix + name);
    if (!options.values().has(prefix + name))
      return fail(Code::invalid, "Could not find required property '{}{}' for sequence generator", prefix, name);
  }
  TRY_ASSIGN(const int64_t start, options.values().integer(prefix + "start", 0));
  TRY_ASSIGN(const int64_t end, options.values().integer(prefix + "end", 0));
  // Flink's sequence that begins behind its end has its first element all the same.
  const int64_t rows = end < start ? 1 : end - start + 1;
  return FieldGenerator{.values = std::make_unique<Sequence>(start, type), .rows = rows};
}

}  // namespace azud::connect
