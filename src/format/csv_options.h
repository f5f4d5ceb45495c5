#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/type.h"
#include "format/options.h"

namespace azud::format {

/// The options of format csv, with Flink's defaults.
struct CsvOptions {
  std::string delimiter = ",";  ///< one character, as UTF-8
  char quote = '"';             ///< 0: no quoting
  char escape = 0;              ///< 0: none
  std::string element_delimiter = ";";
  std::optional<std::string> null_literal;
  bool allow_comments = false;
  bool allow_trailing_comma = true;
  bool ignore_trailing_unmappable = false;
  bool fail_on_missing_columns = false;
  bool ignore_parse_errors = false;
  bool empty_string_as_null = false;
  bool trim_spaces = false;
  bool scientific_decimals = false;

  static Result<CsvOptions> parse(const Options& options);

  static constexpr auto keys = std::to_array<std::string_view>(
      {"allow-comments", "allow-trailing-comma", "array-element-delimiter", "disable-quote-character",
       "empty-string-as-null", "escape-character", "fail-on-missing-columns", "field-delimiter", "ignore-parse-errors",
       "ignore-trailing-unmappable", "null-literal", "quote-character", "trim-spaces",
       "write-bigdecimal-in-scientific-notation"});
};

/// csv holds scalars, and ARRAY and ROW of scalars; `unsupported` for the rest.
Status check_csv_type(const data::FieldType& field);

}  // namespace azud::format
