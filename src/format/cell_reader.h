#pragma once

#include <string>
#include <string_view>

#include "data/builder.h"
#include "data/type.h"
#include "format/time_fields.h"

namespace azud::format {

/// One text → one value of a scalar type, by the rules of Flink's csv or json.
class CellReader {
 public:
  struct Rules {
    bool json = false;  ///< otherwise csv: the two differ in what spaces, dates and times they take
    TimestampForm timestamps = TimestampForm::sql;
    bool keep_views = false;
  };
  CellReader(const data::DataType& type, Rules rules)
      : kind_(type.kind()), precision_(type.precision()), scale_(type.scale()), rules_(rules) {}

  /// Appends the value. False, with `out` unchanged, if the text is none of the type. A DECIMAL with too many digits is
  /// NULL.
  bool append(std::string_view text, data::ColumnBuilder& out) const;

  /// Whether the format can hold the type at all.
  static bool reads(data::TypeKind kind, bool json);

 private:
  bool append_decimal(std::string_view text, data::ColumnBuilder& out) const;
  bool append_time(std::string_view text, data::ColumnBuilder& out) const;
  bool append_timestamp(std::string_view text, data::ColumnBuilder& out) const;
  bool append_bytes(std::string_view text, data::ColumnBuilder& out) const;

  data::TypeKind kind_;
  int32_t precision_;
  int32_t scale_;
  Rules rules_;
};

/// A text from a message for an error: quoted, cut to 60 bytes.
std::string shown(std::string_view text);

}  // namespace azud::format
