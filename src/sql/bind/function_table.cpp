#include <algorithm>

#include "sql/bind/signature.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;
using Types = std::span<const DataType>;

DataType boolean(Types) { return DataType::boolean(); }
DataType integer(Types) { return DataType::integer(); }
DataType bigint(Types) { return DataType::bigint(); }
DataType as_double(Types) { return DataType::double_precision(); }
DataType string(Types) { return DataType::string(); }
DataType bytes(Types) { return DataType::bytes(); }
DataType date(Types) { return DataType::of(TypeKind::date); }
DataType time(Types) { return DataType::time(0); }
DataType timestamp(Types) { return DataType::timestamp(3); }
DataType timestamp_ltz(Types) { return DataType::timestamp_ltz(3); }
DataType first(Types types) { return types[0]; }
DataType first_as_varchar(Types types) { return DataType::varchar(types[0].length()); }
template <int n>
DataType fixed_text(Types) {
  return DataType::character(n);
}
DataType sha2_text(Types) { return DataType::varchar(128); }
DataType overlaid(Types types) {
  const int64_t length = int64_t{types[0].length()} + types[1].length();
  return DataType::varchar(static_cast<int32_t>(std::min<int64_t>(length, DataType::length_max)));
}
/// The type that all arguments but the first have, or the longest of them as VARCHAR.
DataType one_of_texts(Types types) {
  DataType type = types[1];
  for (const DataType& other : types.subspan(2))
    if (!other.same_kind_as(type)) type = DataType::varchar(std::max(type.length(), other.length()));
  return type;
}
DataType element_of_first(Types types) { return types[0].element(); }
DataType nullable_array(Types types) { return DataType::array(types[0].element().with_nullable(true)); }
DataType array_of_strings(Types) { return DataType::array(DataType::string()); }
DataType map_of_strings(Types) { return DataType::map(DataType::string(), DataType::string()); }
DataType keys_of_first(Types types) { return DataType::array(types[0].fields()[0].type); }
DataType values_of_first(Types types) { return DataType::array(types[0].fields()[1].type); }
DataType entries_of_first(Types types) { return DataType::array(DataType::row(types[0].fields())); }
DataType map_of_arrays(Types types) { return DataType::map(types[0].element(), types[1].element()); }

using A = ArgumentRule;
using F = Function;
using N = NullRule;

/// In the order of their names. Functions with a syntax or a type rule of their own (CAST, COALESCE, ROUND, EXTRACT …)
/// are not here but in special_call.cpp.
// clang-format off
const Signature signatures[] = {
    {"ACOS", F::acos, {A::as_double}, 1, 1, as_double},
    {"ARRAY_APPEND", F::array_append, {A::array, A::element}, 2, 2, nullable_array},
    {"ARRAY_CONCAT", F::array_concat, {A::array, A::same_as_first}, 2, any_number, first},
    {"ARRAY_CONTAINS", F::array_contains, {A::array, A::element}, 2, 2, boolean},
    {"ARRAY_DISTINCT", F::array_distinct, {A::array}, 1, 1, first},
    {"ARRAY_JOIN", F::array_join, {A::text_array, A::text, A::text}, 2, 3, string},
    {"ARRAY_MAX", F::array_max, {A::array}, 1, 1, element_of_first, N::may_be},
    {"ARRAY_MIN", F::array_min, {A::array}, 1, 1, element_of_first, N::may_be},
    {"ARRAY_POSITION", F::array_position, {A::array, A::element}, 2, 2, integer},
    {"ARRAY_PREPEND", F::array_prepend, {A::array, A::element}, 2, 2, nullable_array},
    {"ARRAY_REMOVE", F::array_remove, {A::array, A::element}, 2, 2, first},
    {"ARRAY_REVERSE", F::array_reverse, {A::array}, 1, 1, first},
    {"ARRAY_SLICE", F::array_slice, {A::array, A::integer, A::integer}, 2, 3, first},
    {"ARRAY_SORT", F::array_sort, {A::array, A::boolean, A::boolean}, 1, 3, first},
    {"ARRAY_UNION", F::array_union, {A::array, A::same_as_first}, 2, 2, first},
    {"ASCII", F::ascii, {A::text}, 1, 1, integer},
    {"ASIN", F::asin, {A::as_double}, 1, 1, as_double},
    {"ATAN", F::atan, {A::as_double}, 1, 1, as_double},
    {"ATAN2", F::atan2, {A::as_double, A::as_double}, 2, 2, as_double},
    {"BIN", F::bin, {A::bigint}, 1, 1, string},
    {"BTRIM", F::btrim, {A::text, A::text}, 1, 2, string},
    {"CARDINALITY", F::cardinality, {A::collection}, 1, 1, integer},
    {"CHARACTER_LENGTH", F::char_length, {A::text}, 1, 1, integer},
    {"CHAR_LENGTH", F::char_length, {A::text}, 1, 1, integer},
    {"CHR", F::chr, {A::bigint}, 1, 1, string},
    {"CONCAT", F::concat, {A::text, A::text}, 1, any_number, string},
    {"CONCAT_WS", F::concat_ws, {A::text, A::text}, 1, any_number, string},
    {"CONVERT_TZ", F::convert_tz, {A::text, A::text, A::text}, 3, 3, string, N::may_be},
    {"COS", F::cos, {A::as_double}, 1, 1, as_double},
    {"COSH", F::cosh, {A::as_double}, 1, 1, as_double},
    {"COT", F::cot, {A::as_double}, 1, 1, as_double},
    {"CURRENT_DATE", F::current_date, {}, 0, 0, date, N::never},
    {"CURRENT_ROW_TIMESTAMP", F::current_row_timestamp, {}, 0, 0, timestamp_ltz, N::never},
    {"CURRENT_TIME", F::current_time, {}, 0, 0, time, N::never},
    {"CURRENT_TIMESTAMP", F::current_timestamp, {}, 0, 0, timestamp_ltz, N::never},
    {"DATE_FORMAT", F::date_format, {A::timestamp, A::text}, 2, 2, string, N::may_be},
    {"DATE_FORMAT", F::date_format, {A::text, A::text}, 2, 2, string, N::may_be},
    {"DECODE", F::decode, {A::bytes, A::text}, 2, 2, string},
    {"DEGREES", F::degrees, {A::as_double}, 1, 1, as_double},
    {"E", F::e, {}, 0, 0, as_double, N::never},
    {"ELEMENT", F::element, {A::array}, 1, 1, element_of_first, N::may_be},
    {"ELT", F::elt, {A::integer, A::text}, 2, any_number, one_of_texts, N::may_be},
    {"ENCODE", F::encode, {A::text, A::text}, 2, 2, bytes},
    {"ENDSWITH", F::ends_with, {A::text, A::text}, 2, 2, boolean},
    {"ENDSWITH", F::ends_with, {A::bytes, A::bytes}, 2, 2, boolean},
    {"EXP", F::exp, {A::as_double}, 1, 1, as_double},
    {"FROM_BASE64", F::from_base64, {A::text}, 1, 1, string, N::may_be},
    {"FROM_UNIXTIME", F::from_unixtime, {A::bigint, A::text}, 1, 2, string},
    {"HEX", F::hex, {A::bigint}, 1, 1, string},
    {"HEX", F::hex, {A::text}, 1, 1, string},
    {"INITCAP", F::initcap, {A::text}, 1, 1, first},
    {"INSTR", F::instr, {A::text, A::text, A::integer, A::integer}, 2, 4, integer},
    {"IS_ALPHA", F::is_alpha, {A::text}, 1, 1, boolean, N::never},
    {"IS_ALPHA", F::is_alpha, {A::number}, 1, 1, boolean, N::never},
    {"IS_DECIMAL", F::is_decimal, {A::text}, 1, 1, boolean, N::never},
    {"IS_DECIMAL", F::is_decimal, {A::number}, 1, 1, boolean, N::never},
    {"IS_DIGIT", F::is_digit, {A::text}, 1, 1, boolean, N::never},
    {"IS_DIGIT", F::is_digit, {A::number}, 1, 1, boolean, N::never},
    {"JSON_QUOTE", F::json_quote, {A::text}, 1, 1, string},
    {"JSON_UNQUOTE", F::json_unquote, {A::text}, 1, 1, string},
    {"LEFT", F::left, {A::text, A::integer}, 2, 2, first_as_varchar},
    {"LN", F::ln, {A::as_double}, 1, 1, as_double},
    {"LOCALTIME", F::local_time, {}, 0, 0, time, N::never},
    {"LOCALTIMESTAMP", F::local_timestamp, {}, 0, 0, timestamp, N::never},
    {"LOCATE", F::locate, {A::text, A::text, A::integer}, 2, 3, integer},
    {"LOG", F::log, {A::as_double, A::as_double}, 1, 2, as_double},
    {"LOG10", F::log10, {A::as_double}, 1, 1, as_double},
    {"LOG2", F::log2, {A::as_double}, 1, 1, as_double},
    {"LOWER", F::lower, {A::text}, 1, 1, first},
    {"LPAD", F::lpad, {A::text, A::integer, A::text}, 3, 3, string, N::may_be},
    {"LTRIM", F::ltrim, {A::text, A::text}, 1, 2, first_as_varchar},
    {"MAP_ENTRIES", F::map_entries, {A::map}, 1, 1, entries_of_first},
    {"MAP_FROM_ARRAYS", F::map_from_arrays, {A::array, A::array}, 2, 2, map_of_arrays},
    {"MAP_KEYS", F::map_keys, {A::map}, 1, 1, keys_of_first},
    {"MAP_UNION", F::map_union, {A::map, A::same_as_first}, 1, any_number, first},
    {"MAP_VALUES", F::map_values, {A::map}, 1, 1, values_of_first},
    {"MD5", F::md5, {A::text_or_bytes}, 1, 1, fixed_text<32>},
    {"NOW", F::now, {}, 0, 0, timestamp_ltz, N::never},
    {"OVERLAY", F::overlay, {A::text, A::text, A::integer, A::integer}, 3, 4, overlaid},
    {"PARSE_URL", F::parse_url, {A::text, A::text, A::text}, 2, 3, string, N::may_be},
    {"PI", F::pi, {}, 0, 0, as_double, N::never},
    {"POSITION", F::position, {A::text, A::text}, 2, 2, integer},
    {"POWER", F::power, {A::as_double, A::as_double}, 2, 2, as_double},
    {"PRINTF", F::printf, {A::text, A::any}, 1, any_number, string, N::may_be},
    {"PROCTIME", F::proctime, {}, 0, 0, timestamp_ltz, N::never},
    {"RADIANS", F::radians, {A::as_double}, 1, 1, as_double},
    {"RAND", F::rand, {A::integer}, 0, 1, as_double, N::never},
    {"RAND_INTEGER", F::rand_integer, {A::integer, A::integer}, 1, 2, integer, N::never},
    {"REGEXP", F::regexp, {A::text, A::text}, 2, 2, boolean},
    {"REGEXP_COUNT", F::regexp_count, {A::text, A::text}, 2, 2, integer, N::may_be},
    {"REGEXP_EXTRACT", F::regexp_extract, {A::text, A::text, A::integer}, 2, 3, string, N::may_be},
    {"REGEXP_REPLACE", F::regexp_replace, {A::text, A::text, A::text}, 3, 3, string, N::may_be},
    {"REGEXP_SUBSTR", F::regexp_extract, {A::text, A::text}, 2, 2, string, N::may_be},
    {"REPEAT", F::repeat, {A::text, A::integer}, 2, 2, string},
    {"REPLACE", F::replace, {A::text, A::text, A::text}, 3, 3, string},
    {"REVERSE", F::reverse, {A::text}, 1, 1, string},
    {"RIGHT", F::right, {A::text, A::integer}, 2, 2, first_as_varchar},
    {"RPAD", F::rpad, {A::text, A::integer, A::text}, 3, 3, string, N::may_be},
    {"RTRIM", F::rtrim, {A::text, A::text}, 1, 2, first_as_varchar},
    {"SHA1", F::sha1, {A::text_or_bytes}, 1, 1, fixed_text<40>},
    {"SHA2", F::sha2, {A::text_or_bytes, A::integer}, 2, 2, sha2_text, N::may_be},
    {"SHA224", F::sha224, {A::text_or_bytes}, 1, 1, fixed_text<56>},
    {"SHA256", F::sha256, {A::text_or_bytes}, 1, 1, fixed_text<64>},
    {"SHA384", F::sha384, {A::text_or_bytes}, 1, 1, fixed_text<96>},
    {"SHA512", F::sha512, {A::text_or_bytes}, 1, 1, fixed_text<128>},
    {"SIN", F::sin, {A::as_double}, 1, 1, as_double},
    {"SINH", F::sinh, {A::as_double}, 1, 1, as_double},
    {"SPLIT", F::split, {A::text, A::text}, 2, 2, array_of_strings},
    {"SPLIT_INDEX", F::split_index, {A::text, A::text, A::integer}, 3, 3, string, N::may_be},
    {"SPLIT_INDEX", F::split_index, {A::text, A::integer, A::integer}, 3, 3, string, N::may_be},
    {"SQRT", F::sqrt, {A::as_double}, 1, 1, as_double},
    {"STARTSWITH", F::starts_with, {A::text, A::text}, 2, 2, boolean},
    {"STARTSWITH", F::starts_with, {A::bytes, A::bytes}, 2, 2, boolean},
    {"STR_TO_MAP", F::str_to_map, {A::text, A::text, A::text}, 1, 3, map_of_strings},
    {"SUBSTR", F::substring, {A::text, A::integer, A::integer}, 2, 3, first_as_varchar, N::may_be},
    {"SUBSTRING", F::substring, {A::text, A::integer, A::integer}, 2, 3, first_as_varchar, N::may_be},
    {"TAN", F::tan, {A::as_double}, 1, 1, as_double},
    {"TANH", F::tanh, {A::as_double}, 1, 1, as_double},
    {"TO_BASE64", F::to_base64, {A::text}, 1, 1, string},
    {"TO_DATE", F::to_date, {A::text, A::text}, 1, 2, date, N::may_be},
    {"TO_TIMESTAMP", F::to_timestamp, {A::text, A::text}, 1, 2, timestamp, N::may_be},
    {"TO_TIMESTAMP_LTZ", F::to_timestamp_ltz, {A::text, A::text, A::text}, 1, 3, timestamp_ltz, N::may_be},
    {"TRANSLATE", F::translate, {A::text, A::text, A::text}, 3, 3, string},
    {"TRANSLATE3", F::translate, {A::text, A::text, A::text}, 3, 3, string},
    {"UNIX_TIMESTAMP", F::unix_timestamp, {}, 0, 0, bigint, N::never},
    {"UNIX_TIMESTAMP", F::unix_timestamp, {A::text, A::text}, 1, 2, bigint},
    {"UPPER", F::upper, {A::text}, 1, 1, first},
    {"URL_DECODE", F::url_decode, {A::text}, 1, 1, string, N::may_be},
    {"URL_ENCODE", F::url_encode, {A::text}, 1, 1, string, N::may_be},
    {"UUID", F::uuid, {}, 0, 0, fixed_text<36>, N::never},
};
// clang-format on

}  // namespace

std::span<const Signature> find_signatures(std::string_view name) {
  const std::string wanted = to_upper(name);
  const auto found = std::ranges::equal_range(signatures, std::string_view(wanted), {}, &Signature::name);
  return {found.begin(), found.end()};
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Signature& signature : signatures)
    if (names.empty() || names.back() != signature.name) names.emplace_back(signature.name);
  for (const std::string_view special : special_function_names()) names.emplace_back(special);
  std::ranges::sort(names);
  return names;
}

}  // namespace azud::sql
