#include "connect/datagen/value_generator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "connect/datagen/sequence_generator.h"
#include "data/decimal.h"
#include "data/time_text.h"

namespace azud::connect {
namespace {

using data::TypeKind;

constexpr int64_t text_length_default = 100;
constexpr int64_t collection_length_default = 3;

/// NULL for a share of the rows, else what another generator makes.
class SometimesNull final : public ValueGenerator {
 public:
  SometimesNull(double rate, ValueGeneratorPtr inner) : rate_(rate), inner_(std::move(inner)) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    if (seed.random.unit() < rate_)
      out.append_null();
    else
      inner_->append(seed, out);
  }

 private:
  double rate_;
  ValueGeneratorPtr inner_;
};

template <class T>
class RandomWhole final : public ValueGenerator {
 public:
  RandomWhole(int64_t min, int64_t max)
      : min_(min), span_(static_cast<uint64_t>(max) - static_cast<uint64_t>(min) + 1) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    // A span of 0 is all 2^64 values.
    const uint64_t step = span_ == 0 ? seed.random.next() : seed.random.below(span_);
    out.append(static_cast<T>(static_cast<int64_t>(static_cast<uint64_t>(min_) + step)));
  }

 private:
  int64_t min_;
  uint64_t span_;
};

template <class T>
class RandomApproximate final : public ValueGenerator {
 public:
  RandomApproximate(double min, double max) : min_(min), max_(max) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    const double share = seed.random.unit();
    out.append(static_cast<T>(min_ * (1 - share) + max_ * share));
  }

 private:
  double min_;
  double max_;
};

class RandomDecimal final : public ValueGenerator {
 public:
  RandomDecimal(const data::DataType& type, double min, double max)
      : precision_(type.precision()), scale_(type.scale()), min_(min), max_(max) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    const double share = seed.random.unit();
    const auto value = data::decimal_of(min_ * (1 - share) + max_ * share, precision_, scale_);
    if (value)
      out.append(*value);
    else
      out.append(data::power_of_ten(precision_) - 1);  // rounded up to one digit too many
  }

 private:
  int precision_;
  int scale_;
  double min_;
  double max_;
};

class RandomBoolean final : public ValueGenerator {
 public:
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    out.append(static_cast<int8_t>(seed.random.next() & 1));
  }
};

/// Hexadecimal digits, or bytes.
class RandomText final : public ValueGenerator {
 public:
  RandomText(int64_t length, bool varies, bool bytes) : length_(length), varies_(varies), bytes_(bytes) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    const auto longest = static_cast<uint64_t>(length_);
    const auto length = static_cast<std::size_t>(varies_ && longest > 0 ? 1 + seed.random.below(longest) : longest);
    data::TextArena& arena = out.arena();
    char* at = arena.reserve(length);
    uint64_t bits = 0;
    for (std::size_t i = 0; i < length; ++i) {
      if (i % 8 == 0) bits = seed.random.next();
      at[i] = bytes_ ? static_cast<char>(bits & 0xFF) : "0123456789abcdef"[bits & 15];
      bits >>= 8;
    }
    out.append_view(arena.commit(length));
  }

 private:
  int64_t length_;
  bool varies_;
  bool bytes_;
};

/// Now, or up to so long ago.
class RecentTime final : public ValueGenerator {
 public:
  RecentTime(TypeKind kind, int64_t max_past_ms) : kind_(kind), max_past_ms_(max_past_ms) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    int64_t ms = seed.now;
    if (max_past_ms_ > 0) ms -= static_cast<int64_t>(seed.random.below(static_cast<uint64_t>(max_past_ms_)));
    if (kind_ == TypeKind::date)
      out.append(static_cast<int32_t>(data::floor_div(ms, data::ms_per_day)));
    else if (kind_ == TypeKind::time)
      out.append(static_cast<int32_t>(data::floor_mod(ms, data::ms_per_day)));
    else
      out.append(ms * data::us_per_ms);
  }

 private:
  TypeKind kind_;
  int64_t max_past_ms_;
};

class RandomRow final : public ValueGenerator {
 public:
  explicit RandomRow(std::vector<ValueGeneratorPtr> fields) : fields_(std::move(fields)) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    for (std::size_t i = 0; i < fields_.size(); ++i) fields_[i]->append(seed, out.child(i));
    out.finish_row();
  }

 private:
  std::vector<ValueGeneratorPtr> fields_;
};

/// ARRAY, MAP, MULTISET: so many elements.
class RandomCollection final : public ValueGenerator {
 public:
  RandomCollection(int64_t length, std::vector<ValueGeneratorPtr> parts) : length_(length), parts_(std::move(parts)) {}
  void append(RowSeed& seed, data::ColumnBuilder& out) const override {
    for (int64_t n = 0; n < length_; ++n)
      for (std::size_t i = 0; i < parts_.size(); ++i) parts_[i]->append(seed, out.child(i));
    out.finish_row();
  }

 private:
  int64_t length_;
  std::vector<ValueGeneratorPtr> parts_;
};

struct Range {
  double min, max;
};

/// Makes the random generators of a field and of what is nested in it; `prefix` is "fields.NAME.".
class RandomMaker {
 public:
  explicit RandomMaker(TableOptions& options) : options_(options) {}

  Result<ValueGeneratorPtr> make(const std::string& prefix, const data::DataType& type) {
    TRY_ASSIGN(ValueGeneratorPtr out, make_not_null(prefix, type));
    const TypeKind kind = type.kind();
    if (kind == TypeKind::boolean || kind == TypeKind::date || kind == TypeKind::time || data::is_bytes(kind))
      return out;
    TRY_ASSIGN(const double rate, number(prefix + "null-rate", 0));
    if (rate < 0 || rate > 1)
      return fail(Code::invalid, "Invalid value for option '{}null-rate'. Expected a number from 0 to 1, found: {}",
                  prefix, rate);
    if (rate == 0) return out;
    return std::make_unique<SometimesNull>(rate, std::move(out));
  }

 private:
  Result<ValueGeneratorPtr> make_not_null(const std::string& prefix, const data::DataType& type) {
    switch (type.kind()) {
      case TypeKind::boolean: return std::make_unique<RandomBoolean>();
      case TypeKind::tinyint: return whole<int8_t>(prefix);
      case TypeKind::smallint: return whole<int16_t>(prefix);
      case TypeKind::integer:
      case TypeKind::interval_months: return whole<int32_t>(prefix);
      case TypeKind::bigint:
      case TypeKind::interval_ms: return whole<int64_t>(prefix);
      case TypeKind::real: return approximate<float>(prefix);
      case TypeKind::double_precision: return approximate<double>(prefix);
      case TypeKind::decimal: {
        const double limit = std::pow(10.0, type.precision() - type.scale());
        TRY_ASSIGN(const Range range, range_of(prefix, 0, limit));
        return std::make_unique<RandomDecimal>(type, range.min, range.max);
      }
      case TypeKind::character:
      case TypeKind::binary: return fixed_text(prefix, type);
      case TypeKind::varchar:
      case TypeKind::varbinary: return varying_text(prefix, type);
      case TypeKind::date:
      case TypeKind::time: return std::make_unique<RecentTime>(type.kind(), 0);
      case TypeKind::timestamp:
      case TypeKind::timestamp_ltz: {
        options_.take(prefix + "max-past");
        TRY_ASSIGN(const int64_t max_past_ms, options_.values().duration_ms(prefix + "max-past", 0));
        return std::make_unique<RecentTime>(type.kind(), max_past_ms);
      }
      case TypeKind::row: return row(prefix, type);
      case TypeKind::array:
      case TypeKind::map:
      case TypeKind::multiset: return collection(prefix, type);
      case TypeKind::null: break;
    }
    return fail(Code::unsupported, "Unsupported type: {}", type.to_sql());
  }

  Result<double> number(const std::string& key, double fallback) {
    options_.take(key);
    return options_.values().number(key, fallback);
  }
  Result<int64_t> integer(const std::string& key, int64_t fallback) {
    options_.take(key);
    return options_.values().integer(key, fallback);
  }

  template <class T>
  Result<ValueGeneratorPtr> whole(const std::string& prefix) {
    using Limits = std::numeric_limits<T>;
    TRY_ASSIGN(const int64_t min, integer(prefix + "min", Limits::min()));
    TRY_ASSIGN(const int64_t max, integer(prefix + "max", Limits::max()));
    if (min > max || min < Limits::min() || max > Limits::max())
      return fail(Code::invalid, "'{0}min' must not be above '{0}max', and both must fit the type: {1}, {2}", prefix,
                  min, max);
    return std::make_unique<RandomWhole<T>>(min, max);
  }

  Result<Range> range_of(const std::string& prefix, double min, double max) {
    TRY_ASSIGN(const double low, number(prefix + "min", min));
    TRY_ASSIGN(const double high, number(prefix + "max", max));
    if (!(low <= high)) return fail(Code::invalid, "'{0}min' must not be above '{0}max': {1}, {2}", prefix, low, high);
    return Range{low, high};
  }

  template <class T>
  Result<ValueGeneratorPtr> approximate(const std::string& prefix) {
    TRY_ASSIGN(const Range range, range_of(prefix, 0, std::numeric_limits<T>::max()));
    return std::make_unique<RandomApproximate<T>>(range.min, range.max);
  }

  Result<ValueGeneratorPtr> fixed_text(const std::string& prefix, const data::DataType& type) {
    options_.take(prefix + "length");
    if (options_.values().has(prefix + "length"))
      return fail(Code::invalid, "Custom length for fixed-length type (CHAR/BINARY) field '{}' is not supported",
                  field_of(prefix));
    return std::make_unique<RandomText>(type.length(), false, type.kind() == TypeKind::binary);
  }

  Result<ValueGeneratorPtr> varying_text(const std::string& prefix, const data::DataType& type) {
    const bool unlimited = type.length() == data::DataType::length_max;
    TRY_ASSIGN(const int64_t length, integer(prefix + "length", unlimited ? text_length_default : type.length()));
    if (length > type.length() || length < 0)
      return fail(Code::invalid,
                  "Custom length '{}' for variable-length type (VARCHAR/STRING/VARBINARY/BYTES) field '{}' should be "
                  "shorter than '{}' defined in the schema",
                  length, field_of(prefix), type.length());
    options_.take(prefix + "var-len");
    TRY_ASSIGN(const bool varies, options_.values().boolean(prefix + "var-len", false));
    return std::make_unique<RandomText>(length, varies, type.kind() == TypeKind::varbinary);
  }

  Result<ValueGeneratorPtr> row(const std::string& prefix, const data::DataType& type) {
    std::vector<ValueGeneratorPtr> fields;
    for (const data::FieldType& field : type.fields()) {
      TRY_ASSIGN(fields.emplace_back(), make(prefix + field.name + ".", field.type));
    }
    return std::make_unique<RandomRow>(std::move(fields));
  }

  Result<ValueGeneratorPtr> collection(const std::string& prefix, const data::DataType& type) {
    TRY_ASSIGN(const int64_t length, integer(prefix + "length", collection_length_default));
    std::vector<ValueGeneratorPtr> parts;
    if (type.kind() == TypeKind::map) {
      TRY_ASSIGN(parts.emplace_back(), make(prefix + "key.", type.fields()[0].type));
      TRY_ASSIGN(parts.emplace_back(), make(prefix + "value.", type.fields()[1].type));
    } else {
      TRY_ASSIGN(parts.emplace_back(), make(prefix + "element.", type.element()));
      if (type.kind() == TypeKind::multiset) parts.push_back(std::make_unique<RandomWhole<int32_t>>(0, 9));
    }
    return std::make_unique<RandomCollection>(length, std::move(parts));
  }

  static std::string_view field_of(std::string_view prefix) {
    prefix.remove_prefix(std::string_view("fields.").size());
    return prefix.substr(0, prefix.size() - 1);
  }

  TableOptions& options_;
};

}  // namespace

uint64_t SeededRandom::next() {
  // SplitMix64: a counter, well mixed.
  uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

uint64_t SeededRandom::below(uint64_t bound) {
  // The upper half of a 63-bit number times the bound.
  return static_cast<uint64_t>((static_cast<data::Int128>(next() >> 1) * bound) >> 63);
}

double SeededRandom::unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

Result<FieldGenerator> make_field_generator(const std::string& name, const data::DataType& type,
                                            TableOptions& options) {
  const std::string prefix = "fields." + name + ".";
  options.take(prefix + "kind");
  const std::string_view kind = options.values().text(prefix + "kind", "random");
  if (kind == "sequence") return make_sequence_generator(prefix, type, options);
  if (kind != "random") return fail(Code::invalid, "Unsupported generator kind: {}", kind);
  FieldGenerator out;
  TRY_ASSIGN(out.values, RandomMaker(options).make(prefix, type));
  return out;
}

}  // namespace azud::connect
