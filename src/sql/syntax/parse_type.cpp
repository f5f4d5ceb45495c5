#include <algorithm>
#include <array>

#include "sql/syntax/grammar.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using ast::TypeName;

struct TypeWord {
  std::string_view word;
  std::string_view kind;
};
/// Names that Flink takes for one type.
constexpr std::array<TypeWord, 21> type_words = {
    {{"BOOLEAN", "BOOLEAN"},     {"TINYINT", "TINYINT"}, {"SMALLINT", "SMALLINT"}, {"INT", "INT"},
     {"INTEGER", "INT"},         {"BIGINT", "BIGINT"},   {"FLOAT", "FLOAT"},       {"DOUBLE", "DOUBLE"},
     {"DECIMAL", "DECIMAL"},     {"DEC", "DECIMAL"},     {"NUMERIC", "DECIMAL"},   {"CHAR", "CHAR"},
     {"CHARACTER", "CHAR"},      {"VARCHAR", "VARCHAR"}, {"STRING", "STRING"},     {"BINARY", "BINARY"},
     {"VARBINARY", "VARBINARY"}, {"BYTES", "BYTES"},     {"DATE", "DATE"},         {"TIME", "TIME"},
     {"TIMESTAMP", "TIMESTAMP"}}};

/// ( n ) or ( n, m ) behind a type's name.
Status parse_numbers(TokenStream& in, TypeName& type) {
  if (!in.accept("(")) return {};
  do {
    TRY_ASSIGN(type.numbers.emplace_back(), in.expect_integer("a number"));
  } while (in.accept(","));
  return in.expect(")");
}

Status parse_row_field(TokenStream& in, TypeName& row) {
  TRY_ASSIGN(row.field_names.emplace_back(), in.expect_name("a field name"));
  TRY_ASSIGN(row.arguments.emplace_back(), parse_type(in));
  if (in.peek().kind == TokenKind::text) in.take();  // a comment on the field
  return {};
}

/// ROW<a INT, b STRING> or ROW(a INT, b STRING).
Status parse_row_fields(TokenStream& in, TypeName& type) {
  // "<>" is one token: a row without fields.
  if (in.accept("<>")) return {};
  const bool angled = in.accept("<");
  if (!angled) TRY(in.expect("("));
  const std::string_view close = angled ? ">" : ")";
  if (in.accept(close)) return {};
  do {
    TRY(parse_row_field(in, type));
  } while (in.accept(","));
  return in.expect(close);
}

Status parse_type_arguments(TokenStream& in, TypeName& type, std::size_t count) {
  TRY(in.expect("<"));
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) TRY(in.expect(","));
    TRY_ASSIGN(type.arguments.emplace_back(), parse_type(in));
  }
  return in.expect(">");
}

Status parse_zone(TokenStream& in, TypeName& type) {
  if (in.accept_words({"WITHOUT", "TIME", "ZONE"})) return {};
  if (!in.accept_word("WITH")) return {};
  if (in.accept_words({"LOCAL", "TIME", "ZONE"})) {
    if (type.kind == "TIMESTAMP") type.kind = "TIMESTAMP_LTZ";
    return {};
  }
  return in.fail_at(in.here(), Code::unsupported, "TIMESTAMP WITH TIME ZONE is not a type of Flink SQL tables",
                    "use TIMESTAMP_LTZ, an instant shown in table.local-time-zone");
}

Status parse_interval_type(TokenStream& in, TypeName& type) {
  TRY_ASSIGN(type.from_unit, parse_time_unit(in));
  TRY(parse_numbers(in, type));
  if (in.accept_word("TO")) {
    TRY_ASSIGN(type.to_unit, parse_time_unit(in));
    TRY(parse_numbers(in, type));
  }
  return {};
}

/// The type's name and what belongs to it, without NOT NULL and ARRAY behind it.
Status parse_base(TokenStream& in, TypeName& type) {
  if (in.peek().kind != TokenKind::word) return in.fail_expected("a type");
  if (in.accept_word("ROW")) {
    type.kind = "ROW";
    return parse_row_fields(in, type);
  }
  if (in.accept_word("ARRAY") || in.accept_word("MULTISET")) {
    type.kind = to_upper(in.source().text(in.since(type.place)));
    return parse_type_arguments(in, type, 1);
  }
  if (in.accept_word("MAP")) {
    type.kind = "MAP";
    return parse_type_arguments(in, type, 2);
  }
  if (in.accept_word("INTERVAL")) {
    type.kind = "INTERVAL";
    return parse_interval_type(in, type);
  }
  if (in.accept_word("TIMESTAMP_LTZ")) {
    type.kind = "TIMESTAMP_LTZ";
    return parse_numbers(in, type);
  }
  const std::string_view word = in.peek().text;
  const auto* known = std::ranges::find_if(type_words, [&](const TypeWord& w) { return same_word(w.word, word); });
  if (known == type_words.end()) {
    for (const std::string_view other : {"RAW", "VARIANT", "BITMAP", "BLOB", "CLOB", "REAL", "STRUCTURED"})
      if (same_word(word, other))
        return in.fail_at(in.here(), Code::unsupported, fmt::format("the type {} is not supported", word));
    return in.fail_expected("a type");
  }
  in.take();
  type.kind = known->kind;
  if (type.kind == "DOUBLE") in.accept_word("PRECISION");
  if (type.kind == "CHAR" && in.accept_word("VARYING")) type.kind = "VARCHAR";
  TRY(parse_numbers(in, type));
  if (type.kind == "TIME" || type.kind == "TIMESTAMP") TRY(parse_zone(in, type));
  return {};
}

}  // namespace

Result<TypeName> parse_type(TokenStream& in) {
  const TokenStream::Nesting nesting(in);
  TRY(nesting.check());
  TypeName type;
  type.place = in.here();
  TRY(parse_base(in, type));
  while (true) {
    if (in.accept_words({"NOT", "NULL"})) {
      type.not_null = true;
    } else if (in.at_word("NULL") && !in.at_word("ON", 1)) {  // NULL ON EMPTY belongs to JSON_VALUE
      in.take();
    } else if (in.accept_word("ARRAY")) {  // the older form: INT ARRAY
      type.place = in.since(type.place);
      TypeName array;
      array.kind = "ARRAY";
      array.place = type.place;
      array.arguments.push_back(std::move(type));
      type = std::move(array);
    } else if (in.accept_word("MULTISET")) {
      type.place = in.since(type.place);
      TypeName multiset;
      multiset.kind = "MULTISET";
      multiset.place = type.place;
      multiset.arguments.push_back(std::move(type));
      type = std::move(multiset);
    } else {
      break;
    }
  }
  type.place = in.since(type.place);
  return type;
}

}  // namespace azud::sql
