#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace azud::data {

/// Flink SQL's types. `null` is the type of a bare NULL before it is cast.
enum class TypeKind : uint8_t {
  null,
  boolean,
  tinyint,
  smallint,
  integer,
  bigint,
  real,  ///< FLOAT: 32 bits
  double_precision,
  decimal,
  character,  ///< CHAR(n)
  varchar,    ///< VARCHAR(n); STRING is VARCHAR(2147483647)
  binary,
  varbinary,
  date,
  time,
  timestamp,
  timestamp_ltz,
  interval_months,  ///< INTERVAL YEAR TO MONTH
  interval_ms,      ///< INTERVAL DAY TO SECOND
  row,
  array,
  map,
  multiset,
};

struct FieldType;

/// A SQL type with nullability. A small value: nested types are shared and never change.
class DataType {
 public:
  DataType() = default;  ///< NULL

  static DataType of(TypeKind kind) { return DataType(kind, 0, 0); }
  static DataType boolean() { return of(TypeKind::boolean); }
  static DataType integer() { return of(TypeKind::integer); }
  static DataType bigint() { return of(TypeKind::bigint); }
  static DataType double_precision() { return of(TypeKind::double_precision); }
  static DataType string() { return varchar(length_max); }
  static DataType varchar(int32_t length) { return DataType(TypeKind::varchar, length, 0); }
  static DataType character(int32_t length) { return DataType(TypeKind::character, length, 0); }
  static DataType bytes() { return DataType(TypeKind::varbinary, length_max, 0); }
  static DataType decimal(int32_t precision, int32_t scale) { return DataType(TypeKind::decimal, precision, scale); }
  static DataType time(int32_t precision) { return DataType(TypeKind::time, precision, 0); }
  static DataType timestamp(int32_t precision) { return DataType(TypeKind::timestamp, precision, 0); }
  static DataType timestamp_ltz(int32_t precision) { return DataType(TypeKind::timestamp_ltz, precision, 0); }
  static DataType binary(int32_t length) { return DataType(TypeKind::binary, length, 0); }
  static DataType varbinary(int32_t length) { return DataType(TypeKind::varbinary, length, 0); }
  static DataType row(std::vector<FieldType> fields);
  static DataType array(DataType element);
  static DataType map(DataType key, DataType value);
  static DataType multiset(DataType element);

  static constexpr int32_t length_max = 2147483647;

  TypeKind kind() const { return kind_; }
  bool nullable() const { return nullable_; }
  /// Digits of DECIMAL, fractional digits of TIME and TIMESTAMP, characters or bytes of CHAR, VARCHAR, BINARY,
  /// VARBINARY.
  int32_t precision() const { return precision_; }
  int32_t length() const { return precision_; }
  int32_t scale() const { return scale_; }
  /// ROW: its fields. ARRAY, MULTISET: one, the element. MAP: key, value.
  const std::vector<FieldType>& fields() const;
  const DataType& element() const;

  DataType with_nullable(bool nullable) const;
  DataType not_null() const { return with_nullable(false); }

  /// As in DDL: "DECIMAL(10, 2) NOT NULL", "ROW<`a` INT, `b` STRING>".
  std::string to_sql() const;

  bool operator==(const DataType& other) const;
  /// Equal but for nullability at any depth.
  bool same_kind_as(const DataType& other) const;

 private:
  DataType(TypeKind kind, int32_t precision, int32_t scale) : kind_(kind), precision_(precision), scale_(scale) {}

  TypeKind kind_ = TypeKind::null;
  bool nullable_ = true;
  int32_t precision_ = 0;
  int32_t scale_ = 0;
  std::shared_ptr<const std::vector<FieldType>> fields_;
};

struct FieldType {
  std::string name;
  DataType type;
  bool operator==(const FieldType&) const = default;
};

inline bool is_integer(TypeKind kind) { return kind >= TypeKind::tinyint && kind <= TypeKind::bigint; }
inline bool is_approximate(TypeKind kind) { return kind == TypeKind::real || kind == TypeKind::double_precision; }
inline bool is_numeric(TypeKind kind) { return kind >= TypeKind::tinyint && kind <= TypeKind::decimal; }
inline bool is_text(TypeKind kind) { return kind == TypeKind::character || kind == TypeKind::varchar; }
inline bool is_bytes(TypeKind kind) { return kind == TypeKind::binary || kind == TypeKind::varbinary; }
inline bool is_timestamp(TypeKind kind) { return kind == TypeKind::timestamp || kind == TypeKind::timestamp_ltz; }

/// How values of a type lie in memory.
enum class Storage : uint8_t {
  i8,      ///< BOOLEAN (0 or 1), TINYINT
  i16,     ///< SMALLINT
  i32,     ///< INT, DATE (days since 1970), TIME (milliseconds of the day), INTERVAL in months
  i64,     ///< BIGINT, INTERVAL in milliseconds, TIMESTAMP and TIMESTAMP_LTZ: microseconds since 1970 (local or UTC)
  f32,     ///< FLOAT
  f64,     ///< DOUBLE
  i128,    ///< DECIMAL: unscaled
  text,    ///< CHAR, VARCHAR, BINARY, VARBINARY: string_view into buffers that the column keeps alive
  row,     ///< ROW: one child column a field
  list,    ///< ARRAY: one child; MAP and MULTISET: two (key, value), MULTISET's value is its INT count
  nothing  ///< NULL
};
Storage storage_of(TypeKind kind);

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

}  // namespace azud::data
