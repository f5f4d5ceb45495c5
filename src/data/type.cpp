#include "data/type.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/in_quotes.h"

namespace azud::data {
namespace {

const std::vector<FieldType> no_fields;

std::string sized(std::string_view name, int32_t size) { return fmt::format("{}({})", name, size); }

std::string base_name(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::null: return "NULL";
    case TypeKind::boolean: return "BOOLEAN";
    case TypeKind::tinyint: return "TINYINT";
    case TypeKind::smallint: return "SMALLINT";
    case TypeKind::integer: return "INT";
    case TypeKind::bigint: return "BIGINT";
    case TypeKind::real: return "FLOAT";
    case TypeKind::double_precision: return "DOUBLE";
    case TypeKind::decimal: return fmt::format("DECIMAL({}, {})", type.precision(), type.scale());
    case TypeKind::character: return sized("CHAR", type.length());
    case TypeKind::varchar: return type.length() == DataType::length_max ? "STRING" : sized("VARCHAR", type.length());
    case TypeKind::binary: return sized("BINARY", type.length());
    case TypeKind::varbinary:
      return type.length() == DataType::length_max ? "BYTES" : sized("VARBINARY", type.length());
    case TypeKind::date: return "DATE";
    case TypeKind::time: return sized("TIME", type.precision());
    case TypeKind::timestamp: return sized("TIMESTAMP", type.precision());
    case TypeKind::timestamp_ltz: return sized("TIMESTAMP_LTZ", type.precision());
    case TypeKind::interval_months: return "INTERVAL MONTH";
    case TypeKind::interval_ms: return "INTERVAL SECOND(3)";
    case TypeKind::array: return fmt::format("ARRAY<{}>", type.element().to_sql());
    case TypeKind::multiset: return fmt::format("MULTISET<{}>", type.element().to_sql());
    case TypeKind::map:
      return fmt::format("MAP<{}, {}>", type.fields()[0].type.to_sql(), type.fields()[1].type.to_sql());
    case TypeKind::row: {
      std::string out = "ROW<";
      for (const FieldType& field : type.fields()) {
        if (out.size() > 4) out += ", ";
        out += in_quotes(field.name, '`') + " " + field.type.to_sql();
      }
      return out + ">";
    }
  }
  return "?";
}

}  // namespace

DataType DataType::row(std::vector<FieldType> fields) {
  DataType type(TypeKind::row, 0, 0);
  type.fields_ = std::make_shared<const std::vector<FieldType>>(std::move(fields));
  return type;
}

DataType DataType::array(DataType element) {
  DataType type = row({{"element", std::move(element)}});
  type.kind_ = TypeKind::array;
  return type;
}

DataType DataType::map(DataType key, DataType value) {
  DataType type = row({{"key", std::move(key)}, {"value", std::move(value)}});
  type.kind_ = TypeKind::map;
  return type;
}

DataType DataType::multiset(DataType element) {
  DataType type = row({{"element", std::move(element)}, {"count", integer().not_null()}});
  type.kind_ = TypeKind::multiset;
  return type;
}

const std::vector<FieldType>& DataType::fields() const { return fields_ ? *fields_ : no_fields; }

const DataType& DataType::element() const {
  AZUD_ASSERT(kind_ == TypeKind::array || kind_ == TypeKind::multiset, "only collections have an element type");
  return fields().front().type;
}

DataType DataType::with_nullable(bool nullable) const {
  DataType type = *this;
  type.nullable_ = nullable;
  return type;
}

std::string DataType::to_sql() const { return base_name(*this) + (nullable_ ? "" : " NOT NULL"); }

bool DataType::operator==(const DataType& other) const {
  return nullable_ == other.nullable_ && kind_ == other.kind_ && precision_ == other.precision_ &&
         scale_ == other.scale_ && fields() == other.fields();
}

bool DataType::same_kind_as(const DataType& other) const {
  if (kind_ != other.kind_ || precision_ != other.precision_ || scale_ != other.scale_) return false;
  if (fields().size() != other.fields().size()) return false;
  for (std::size_t i = 0; i < fields().size(); ++i)
    if (!fields()[i].type.same_kind_as(other.fields()[i].type)) return false;
  return true;
}

Storage storage_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::null: return Storage::nothing;
    case TypeKind::boolean:
    case TypeKind::tinyint: return Storage::i8;
    case TypeKind::smallint: return Storage::i16;
    case TypeKind::integer:
    case TypeKind::date:
    case TypeKind::time:
    case TypeKind::interval_months: return Storage::i32;
    case TypeKind::bigint:
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz:
    case TypeKind::interval_ms: return Storage::i64;
    case TypeKind::real: return Storage::f32;
    case TypeKind::double_precision: return Storage::f64;
    case TypeKind::decimal: return Storage::i128;
    case TypeKind::character:
    case TypeKind::varchar:
    case TypeKind::binary:
    case TypeKind::varbinary: return Storage::text;
    case TypeKind::row: return Storage::row;
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return Storage::list;
  }
  return Storage::nothing;
}

}  // namespace azud::data
