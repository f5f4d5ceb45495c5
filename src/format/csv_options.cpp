#include "format/csv_options.h"

#include "format/cell_reader.h"

namespace azud::format {
namespace {

/// Java's escapes in an option: '\t' written as two characters is a tab.
std::string unescaped(std::string_view text) {
  if (text.size() != 2 || text[0] != '\\') return std::string(text);
  switch (text[1]) {
    case 't': return "\t";
    case 'n': return "\n";
    case 'r': return "\r";
    case 'b': return "\b";
    case 'f': return "\f";
    case '\\': return "\\";
    default: return std::string(text);
  }
}

Result<char> ascii_character(const Options& options, std::string_view key, char fallback) {
  TRY_ASSIGN(const std::optional<std::string> given, options.character(key));
  if (!given) return fallback;
  if (given->size() != 1)
    return fail(Code::unsupported, "option '{}' must be an ASCII character here, but was: {}", options.full_key(key),
                *given);
  return given->front();
}

Result<std::string> read_delimiter(const Options& options) {
  const std::string given = unescaped(options.text("field-delimiter", ","));
  const Options one(Options::Map{{"field-delimiter", given}}, options.full_key(""));
  TRY(one.character("field-delimiter"));
  return given;
}

}  // namespace

Result<CsvOptions> CsvOptions::parse(const Options& options) {
  CsvOptions out;
  TRY_ASSIGN(out.delimiter, read_delimiter(options));
  TRY_ASSIGN(const bool no_quotes, options.boolean("disable-quote-character", false));
  if (no_quotes && options.has("quote-character"))
    return fail(Code::invalid, "Format cannot define a quote character and disabled quote character at the same time");
  TRY_ASSIGN(out.quote, ascii_character(options, "quote-character", '"'));
  if (no_quotes) out.quote = 0;
  TRY_ASSIGN(out.escape, ascii_character(options, "escape-character", 0));
  TRY_ASSIGN(std::optional<std::string> element, options.character("array-element-delimiter"));
  if (element) out.element_delimiter = std::move(*element);
  if (const auto literal = options.find("null-literal")) out.null_literal = std::string(*literal);
  TRY_ASSIGN(out.allow_comments, options.boolean("allow-comments", false));
  TRY_ASSIGN(out.allow_trailing_comma, options.boolean("allow-trailing-comma", true));
  TRY_ASSIGN(out.ignore_trailing_unmappable, options.boolean("ignore-trailing-unmappable", false));
  TRY_ASSIGN(out.fail_on_missing_columns, options.boolean("fail-on-missing-columns", false));
  TRY_ASSIGN(out.ignore_parse_errors, options.boolean("ignore-parse-errors", false));
  TRY_ASSIGN(out.empty_string_as_null, options.boolean("empty-string-as-null", false));
  TRY_ASSIGN(out.trim_spaces, options.boolean("trim-spaces", false));
  TRY_ASSIGN(out.scientific_decimals, options.boolean("write-bigdecimal-in-scientific-notation", false));
  return out;
}

Status check_csv_type(const data::FieldType& field) {
  const data::TypeKind kind = field.type.kind();
  if (kind == data::TypeKind::time && field.type.precision() > 3)
    return fail(Code::unsupported,
                "Csv does not support TIME type with precision: {}, it only supports precision 0 ~ 3",
                field.type.precision());
  if (kind == data::TypeKind::array || kind == data::TypeKind::row) {
    for (const data::FieldType& inner : field.type.fields())
      if (!CellReader::reads(inner.type.kind(), false))
        return fail(Code::unsupported,
                    "Only simple types are supported in the second level nesting of fields '{}' but was: {}",
                    field.name, inner.type.to_sql());
    return {};
  }
  if (!CellReader::reads(kind, false))
    return fail(Code::unsupported, "Unsupported type '{}' for field '{}' of format csv", field.type.to_sql(),
                field.name);
  return {};
}

}  // namespace azud::format
