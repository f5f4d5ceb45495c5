#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/type.h"
#include "format/options.h"
#include "format/time_fields.h"

namespace azud::format {

/// The options of format json, with Flink's defaults.
struct JsonOptions {
  bool fail_on_missing_field = false;
  bool ignore_parse_errors = false;
  TimestampForm timestamps = TimestampForm::sql;
  enum class MapNullKey : uint8_t { fail, drop, literal };
  MapNullKey map_null_key = MapNullKey::fail;
  std::string map_null_key_literal = "null";
  bool plain_decimals = false;
  bool ignore_null_fields = false;

  static Result<JsonOptions> parse(const Options& options);

  static constexpr auto keys =
      std::to_array<std::string_view>({"decode.json-parser.enabled", "encode.decimal-as-plain-number",
                                       "encode.ignore-null-fields", "fail-on-missing-field", "ignore-parse-errors",
                                       "map-null-key.literal", "map-null-key.mode", "timestamp-format.standard"});
};

/// `unsupported` for a type that json cannot hold: a MAP or MULTISET whose key is no text.
Status check_json_type(const data::DataType& type);

}  // namespace azud::format
