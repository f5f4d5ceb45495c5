#include "format/json_options.h"

namespace azud::format {

Result<JsonOptions> JsonOptions::parse(const Options& options) {
  JsonOptions out;
  TRY_ASSIGN(out.fail_on_missing_field, options.boolean("fail-on-missing-field", false));
  TRY_ASSIGN(out.ignore_parse_errors, options.boolean("ignore-parse-errors", false));
  if (out.fail_on_missing_field && out.ignore_parse_errors)
    return fail(Code::invalid, "{} and {} shouldn't both be true", options.full_key("fail-on-missing-field"),
                options.full_key("ignore-parse-errors"));
  const std::string_view standard = options.text("timestamp-format.standard", "SQL");
  if (standard != "SQL" && standard != "ISO-8601")
    return fail(Code::invalid, "Unsupported value '{}' for {}. Supported values are [SQL, ISO-8601]", standard,
                options.full_key("timestamp-format.standard"));
  out.timestamps = standard == "SQL" ? TimestampForm::sql : TimestampForm::iso;
  const std::string_view mode = options.text("map-null-key.mode", "FAIL");
  if (mode == "FAIL")
    out.map_null_key = MapNullKey::fail;
  else if (mode == "DROP")
    out.map_null_key = MapNullKey::drop;
  else if (mode == "LITERAL")
    out.map_null_key = MapNullKey::literal;
  else
    return fail(Code::invalid, "Unsupported value '{}' for option {}. Supported values are [LITERAL, FAIL, DROP]", mode,
                options.full_key("map-null-key.mode"));
  out.map_null_key_literal = options.text("map-null-key.literal", "null");
  TRY_ASSIGN(out.plain_decimals, options.boolean("encode.decimal-as-plain-number", false));
  TRY_ASSIGN(out.ignore_null_fields, options.boolean("encode.ignore-null-fields", false));
  TRY_ASSIGN(const bool parser, options.boolean("decode.json-parser.enabled", true));
  if (!parser)
    return fail(Code::unsupported, "'{}' = 'false' is not offered: azud always reads JSON straight into columns",
                options.full_key("decode.json-parser.enabled"));
  return out;
}

Status check_json_type(const data::DataType& type) {
  if ((type.kind() == data::TypeKind::map || type.kind() == data::TypeKind::multiset) &&
      !data::is_text(type.fields().front().type.kind()))
    return fail(Code::unsupported, "JSON format doesn't support non-string as key type of map. The type is: {}",
                type.to_sql());
  for (const data::FieldType& field : type.fields()) TRY(check_json_type(field.type));
  return {};
}

}  // namespace azud::format
