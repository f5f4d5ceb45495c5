#include "stream/eval/evaluator.h"

#include <gtest/gtest.h>

#include "data/builder.h"
#include "data/text.h"
#include "data/time_text.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::TypeKind;
using data::Value;
using sql::Expression;
using sql::ExpressionPtr;
using sql::Function;

const DataType int_type = DataType::integer();
const DataType bigint_type = DataType::bigint();
const DataType double_type = DataType::double_precision();
const DataType bool_type = DataType::boolean();
const DataType text_type = DataType::string();

ExpressionPtr in(int32_t index, DataType type) { return Expression::column(index, std::move(type)); }
ExpressionPtr lit(Value value, DataType type) { return Expression::constant(std::move(value), std::move(type)); }
ExpressionPtr lit(int value) { return lit(Value(value), int_type); }
ExpressionPtr lit(const char* text) { return lit(Value(text), text_type); }
ExpressionPtr call(Function function, std::vector<ExpressionPtr> arguments, DataType type,
                   std::vector<std::string> options = {}) {
  return Expression::call(function, std::move(arguments), std::move(type), std::move(options));
}

data::ColumnPtr column(const DataType& type, const std::vector<Value>& values) {
  data::ColumnBuilder builder(type);
  for (const Value& value : values) builder.append_value(value);
  return builder.finish();
}

data::Batch batch_of(std::vector<data::ColumnPtr> columns) {
  const std::size_t rows = columns.front()->size();
  return {.rows = rows, .columns = std::move(columns)};
}

EvalSettings settings_in(std::string_view name) {
  const auto zone = Zone::find(name);
  EXPECT_TRUE(zone);
  return {.zone = zone.value()};
}

/// The values one after another, or the error.
std::string shown(const ExpressionPtr& expression, const data::Batch& batch, const EvalSettings& settings = {}) {
  auto evaluator = Evaluator::compile(expression, settings);
  if (!evaluator) return "not compiled: " + evaluator.error().message();
  auto values = evaluator->evaluate({.batch = batch});
  if (!values) return "error: " + values.error().message();
  std::string out;
  for (std::size_t i = 0; i < batch.rows; ++i) out += (i == 0 ? "" : " ") + data::to_text(**values, i);
  return out;
}

/// A call of literals.
std::string shown(const ExpressionPtr& expression, const EvalSettings& settings = {}) {
  return shown(expression, data::Batch{.rows = 1}, settings);
}

std::string cast(const ExpressionPtr& value, const DataType& to, const EvalSettings& settings = {}) {
  return shown(call(Function::cast, {value}, to), settings);
}

ExpressionPtr decimal(std::string_view digits, int precision, int scale) {
  data::Int128 value = 0;
  for (const char c : digits)
    if (c != '-') value = value * 10 + (c - '0');
  return lit(Value(digits.front() == '-' ? -value : value), DataType::decimal(precision, scale));
}

TEST(Evaluator, logic_has_three_values) {
  const auto batch = batch_of({column(bool_type, {true, true, true, false, false, false, {}, {}, {}}),
                               column(bool_type, {true, false, {}, true, false, {}, true, false, {}})});
  const auto a = in(0, bool_type), b = in(1, bool_type);
  EXPECT_EQ(shown(call(Function::logical_and, {a, b}, bool_type), batch),
            "true false null false false false null false null");
  EXPECT_EQ(shown(call(Function::logical_or, {a, b}, bool_type), batch),
            "true true true true false null true null null");
  EXPECT_EQ(shown(call(Function::logical_not, {b}, bool_type), batch),
            "false true null false true null false true null");
  EXPECT_EQ(shown(call(Function::is_not_true, {b}, bool_type), batch),
            "false true true false true true false true true");
  EXPECT_EQ(shown(call(Function::is_distinct_from, {a, b}, bool_type), batch),
            "false true true true false true true true false");
}

TEST(Evaluator, branches_not_taken_cannot_fail) {
  const auto batch = batch_of({column(int_type, {0, 2, {}})});
  const auto x = in(0, int_type);
  const auto quotient = call(Function::divide, {lit(10), x}, int_type);
  const auto zero = call(Function::equal, {x, lit(0)}, bool_type);
  EXPECT_EQ(shown(quotient, batch), "error: division by zero in row +I[0]");
  EXPECT_EQ(shown(call(Function::case_when, {zero, lit(-1), quotient}, int_type), batch), "-1 5 null");
  EXPECT_EQ(shown(call(Function::logical_and,
                       {call(Function::not_equal, {x, lit(0)}, bool_type),
                        call(Function::greater, {quotient, lit(4)}, bool_type)},
                       bool_type),
                  batch),
            "false true null");
  EXPECT_EQ(shown(call(Function::coalesce, {x, quotient}, int_type), batch), "0 2 null");
}

TEST(Evaluator, nested_branches_keep_their_rows) {
  const auto batch =
      batch_of({column(int_type, {1, 2, 3, 4, 5, 6}), column(text_type, {"a", "7", "b", "8", "c", "9"})});
  const auto even =
      call(Function::equal, {call(Function::modulo, {in(0, int_type), lit(2)}, int_type), lit(0)}, bool_type);
  const auto number = call(Function::cast, {in(1, text_type)}, int_type);
  const auto big = call(Function::greater, {number, lit(7)}, bool_type);
  const auto inner = call(Function::case_when, {big, number, lit(0)}, int_type);
  EXPECT_EQ(shown(call(Function::case_when, {even, inner, in(0, int_type)}, int_type), batch), "1 0 3 8 5 9");
}

TEST(Evaluator, case_without_else_is_null) {
  const auto batch = batch_of({column(bool_type, {true, false, {}})});
  EXPECT_EQ(shown(call(Function::case_when, {in(0, bool_type), lit("yes")}, text_type), batch), "yes null null");
  EXPECT_EQ(shown(call(Function::case_when, {in(0, bool_type), lit(Value(true), bool_type)}, bool_type), batch),
            "true null null");
}

TEST(Evaluator, integers_wrap_and_truncate) {
  EXPECT_EQ(shown(call(Function::plus, {lit(2147483647), lit(1)}, int_type)), "-2147483648");
  EXPECT_EQ(shown(call(Function::divide, {lit(-7), lit(2)}, int_type)), "-3");
  EXPECT_EQ(shown(call(Function::modulo, {lit(-7), lit(2)}, int_type)), "-1");
  EXPECT_EQ(shown(call(Function::divide, {lit(INT32_MIN), lit(-1)}, int_type)), "-2147483648");
  EXPECT_EQ(shown(call(Function::divide, {lit(1), lit(0)}, int_type)), "error: division by zero");
}

TEST(Evaluator, decimals_are_exact) {
  EXPECT_EQ(
      shown(call(Function::multiply, {decimal("908", 3, 3), decimal("1000000", 19, 0)}, DataType::decimal(23, 3))),
      "908000.000");
  EXPECT_EQ(shown(call(Function::divide, {decimal("1", 1, 0), decimal("3", 1, 0)}, DataType::decimal(7, 6))),
            "0.333333");
  EXPECT_EQ(shown(call(Function::plus, {decimal("150", 3, 1), decimal("5", 1, 0)}, DataType::decimal(4, 1))), "20.0");
  const std::string nines(38, '9');
  EXPECT_EQ(shown(call(Function::plus, {decimal(nines, 38, 0), decimal("1", 1, 0)}, DataType::decimal(38, 0))), "null");
  EXPECT_EQ(shown(call(Function::multiply, {decimal(nines, 38, 0), decimal("1000", 4, 4)}, DataType::decimal(38, 0))),
            "10000000000000000000000000000000000000");
}

TEST(Evaluator, casts_follow_flink) {
  EXPECT_EQ(cast(lit(300), DataType::of(TypeKind::tinyint)), "44");
  EXPECT_EQ(cast(lit(Value(int64_t{3000000000}), bigint_type), int_type), "-1294967296");
  EXPECT_EQ(cast(lit(Value(-2.5), double_type), int_type), "-2");
  EXPECT_EQ(cast(decimal("-25", 2, 1), int_type), "-2");
  EXPECT_EQ(cast(decimal("25", 2, 1), DataType::decimal(1, 0)), "3");
  EXPECT_EQ(cast(decimal("1995", 4, 3), DataType::decimal(3, 2)), "2.00");
  EXPECT_EQ(cast(lit(Value(1e10), double_type), text_type), "1.0E10");
  EXPECT_EQ(cast(lit(Value(true), bool_type), text_type), "TRUE");
  EXPECT_EQ(cast(lit(Value(int64_t{1577836800120000}), DataType::timestamp(3)), text_type), "2020-01-01 00:00:00.120");
  EXPECT_EQ(cast(lit("abc"), int_type), "error: 'abc' cannot be cast to INT (TRY_CAST gives NULL instead)");
  EXPECT_EQ(shown(call(Function::try_cast, {lit("abc")}, int_type)), "null");
  EXPECT_EQ(cast(lit("12345"), DataType::varchar(3)), "123");
  EXPECT_EQ(cast(lit("ab"), DataType::character(4)), "ab  ");
  EXPECT_EQ(cast(lit("2024-02-30"), DataType::of(TypeKind::date)),
            "error: '2024-02-30' cannot be cast to DATE (TRY_CAST gives NULL instead)");
  EXPECT_EQ(cast(lit(" yes "), bool_type), "true");
}

TEST(Evaluator, casts_between_times_mind_the_zone) {
  const EvalSettings madrid = settings_in("Europe/Madrid");
  const auto instant = lit(Value(*data::parse_timestamp("2024-07-01 22:30:00")), DataType::timestamp_ltz(3));
  EXPECT_EQ(cast(instant, DataType::timestamp(3), madrid), "2024-07-02T00:30");
  EXPECT_EQ(cast(instant, DataType::of(TypeKind::date), madrid), "2024-07-02");
  EXPECT_EQ(cast(instant, text_type, madrid), "2024-07-02 00:30:00.000");
  EXPECT_EQ(cast(lit("2024-07-02 00:30:00"), DataType::timestamp_ltz(3), madrid), "2024-07-01T22:30:00Z");
  EXPECT_EQ(cast(lit("2024-07-02 00:30:00.1239"), DataType::timestamp(3)), "2024-07-02T00:30:00.123");
}

TEST(Evaluator, text_functions_count_characters) {
  EXPECT_EQ(shown(call(Function::substring, {lit("hello"), lit(0), lit(2)}, text_type)), "he");
  EXPECT_EQ(shown(call(Function::substring, {lit("hello"), lit(-3)}, text_type)), "llo");
  EXPECT_EQ(shown(call(Function::substring, {lit("añb"), lit(2), lit(1)}, text_type)), "ñ");
  EXPECT_EQ(shown(call(Function::char_length, {lit("añb")}, int_type)), "3");
  EXPECT_EQ(shown(call(Function::upper, {lit("añb straße")}, text_type)), "AÑB STRASSE");
  EXPECT_EQ(shown(call(Function::split_index, {lit("a b c"), lit(" "), lit(2)}, text_type)), "c");
  EXPECT_EQ(shown(call(Function::split_index, {lit("a b c"), lit(" "), lit(5)}, text_type)), "null");
  EXPECT_EQ(shown(call(Function::position, {lit("b"), lit("ñb")}, int_type)), "2");
  EXPECT_EQ(shown(call(Function::lpad, {lit("7"), lit(3), lit("0")}, text_type)), "007");
  EXPECT_EQ(shown(call(Function::concat_ws, {lit(","), lit("a"), lit(Value(), text_type), lit("b")}, text_type)),
            "a,b");
  EXPECT_EQ(shown(call(Function::replace, {lit("aXbX"), lit("X"), lit("--")}, text_type)), "a--b--");
  EXPECT_EQ(shown(call(Function::reverse, {lit("añb")}, text_type)), "bña");
}

TEST(Evaluator, patterns) {
  const auto batch = batch_of({column(text_type, {"abc", "a_c", "xabcx", {}})});
  const auto s = in(0, text_type);
  EXPECT_EQ(shown(call(Function::like, {s, lit("a%")}, bool_type), batch), "true true false null");
  EXPECT_EQ(shown(call(Function::like, {s, lit("a_c")}, bool_type), batch), "true true false null");
  EXPECT_EQ(shown(call(Function::like, {s, lit("a!_c"), lit("!")}, bool_type), batch), "false true false null");
  EXPECT_EQ(shown(call(Function::not_like, {s, lit("%b%")}, bool_type), batch), "false true false null");
  EXPECT_EQ(shown(call(Function::regexp_extract, {s, lit("(a)(.)c"), lit(2)}, text_type), batch), "b _ b null");
  EXPECT_EQ(shown(call(Function::regexp_replace, {s, lit("[ab]"), lit("<$0>")}, text_type), batch),
            "<$0><$0>c <$0>_c x<$0><$0>cx null");
  EXPECT_EQ(shown(call(Function::regexp, {s, lit("(?=a)b")}, bool_type), batch).substr(0, 12), "not compiled");
}

TEST(Evaluator, time_functions) {
  const auto at = lit(Value(*data::parse_timestamp("2024-05-05 13:14:15.5")), DataType::timestamp(3));
  const auto field = [&](const char* unit) { return shown(call(Function::extract, {lit(unit), at}, bigint_type)); };
  EXPECT_EQ(field("DOW"), "1");
  EXPECT_EQ(field("WEEK"), "18");
  EXPECT_EQ(field("QUARTER"), "2");
  EXPECT_EQ(field("DOY"), "126");
  EXPECT_EQ(field("MILLISECOND"), "500");
  EXPECT_EQ(shown(call(Function::floor_time, {at, lit("HOUR")}, DataType::timestamp(3))), "2024-05-05T13:00");
  EXPECT_EQ(shown(call(Function::ceil_time, {at, lit("MONTH")}, DataType::timestamp(3))), "2024-06-01T00:00");
  EXPECT_EQ(shown(call(Function::date_format, {at, lit("yyyy/MM/dd h:mm a")}, text_type)), "2024/05/05 1:14 PM");
  EXPECT_EQ(
      shown(call(Function::to_timestamp, {lit("05.02.2024 7:08"), lit("dd.MM.yyyy H:mm")}, DataType::timestamp(3))),
      "2024-02-05T07:08");
  EXPECT_EQ(shown(call(Function::to_timestamp, {lit("nonsense")}, DataType::timestamp(3))), "null");
  const auto month = lit(Value(1), DataType::of(TypeKind::interval_months));
  const auto last = lit(Value(*data::parse_timestamp("2024-01-31")), DataType::timestamp(3));
  EXPECT_EQ(shown(call(Function::plus_interval, {last, month}, DataType::timestamp(3))), "2024-02-29T00:00");
  EXPECT_EQ(shown(call(Function::timestamp_diff, {lit("MONTH"), last, at}, int_type)), "3");
  EXPECT_EQ(shown(call(Function::timestamp_add, {lit("DAY"), lit(Value(int64_t{-1}), bigint_type), last},
                       DataType::timestamp(3))),
            "2024-01-30T00:00");
}

TEST(Evaluator, collections) {
  const DataType numbers = DataType::array(int_type);
  const auto array = call(Function::array_constructor, {in(0, int_type), lit(9), lit(Value(), int_type)}, numbers);
  const auto batch = batch_of({column(int_type, {1, 2})});
  EXPECT_EQ(shown(array, batch), "[1, 9, null] [2, 9, null]");
  EXPECT_EQ(shown(call(Function::element_at, {array, lit(1)}, int_type), batch), "1 2");
  EXPECT_EQ(shown(call(Function::element_at, {array, lit(4)}, int_type), batch), "null null");
  EXPECT_EQ(shown(call(Function::cardinality, {array}, int_type), batch), "3 3");
  EXPECT_EQ(shown(call(Function::array_contains, {array, lit(2)}, bool_type), batch), "false true");
  const DataType pair = DataType::row({{"a", int_type}, {"b", text_type}});
  const auto row = call(Function::row_constructor, {in(0, int_type), lit("x")}, pair);
  EXPECT_EQ(shown(row, batch), "+I[1, x] +I[2, x]");
  EXPECT_EQ(shown(call(Function::field_access, {row, lit(1)}, text_type), batch), "x x");
  const DataType map = DataType::map(text_type, int_type);
  const auto pairs = call(Function::map_constructor, {lit("k"), in(0, int_type), lit("k"), lit(5)}, map);
  EXPECT_EQ(shown(pairs, batch), "{k=5} {k=5}");
  EXPECT_EQ(shown(call(Function::array_sort, {array}, numbers), batch), "[null, 1, 9] [null, 2, 9]");
}

TEST(Evaluator, json) {
  const auto batch = batch_of({column(text_type, {R"({"a":{"b":[1,2.5,"x"]},"n":null})", "{broken", "{}", {}})});
  const auto json = in(0, text_type);
  const auto value = [&](const char* path, DataType type, std::vector<std::string> options = {}) {
    return shown(call(Function::json_value, {json, lit(path)}, std::move(type), std::move(options)), batch);
  };
  EXPECT_EQ(value("$.a.b[1]", text_type), "2.5 null null null");
  EXPECT_EQ(value("lax $.a['b'][0]", int_type), "1 null null null");
  EXPECT_EQ(value("$.n", text_type), "null null null null");
  EXPECT_EQ(value("$.a.b", text_type), "null null null null");
  EXPECT_EQ(shown(call(Function::json_value, {json, lit("$.a.b[2]"), lit("none"), lit("bad")}, text_type,
                       {"ON EMPTY DEFAULT", "ON ERROR DEFAULT"}),
                  batch),
            "x bad bad null");
  EXPECT_EQ(shown(call(Function::json_query, {json, lit("$.a.b")}, text_type, {"WRAPPER WITHOUT"}), batch),
            R"([1,2.5,"x"] null null null)");
  EXPECT_EQ(shown(call(Function::json_exists, {json, lit("$.n")}, bool_type), batch), "false false false null");
  EXPECT_EQ(value("$..a", text_type).substr(0, 12), "not compiled");
}

TEST(Evaluator, conditions_select_rows) {
  const auto batch = batch_of({column(int_type, {5, {}, 7, 1})});
  auto evaluator = Evaluator::compile(call(Function::greater, {in(0, int_type), lit(4)}, bool_type), {});
  ASSERT_TRUE(evaluator);
  EXPECT_EQ(evaluator->select({.batch = batch}), (std::vector<uint32_t>{0, 2}));
}

TEST(Evaluator, comparisons_of_nulls_and_lists) {
  const auto batch = batch_of({column(int_type, {1, 2, {}})});
  const auto x = in(0, int_type);
  const auto null = lit(Value(), int_type);
  EXPECT_EQ(shown(call(Function::in_list, {x, lit(1), null}, bool_type), batch), "true null null");
  EXPECT_EQ(shown(call(Function::between, {x, lit(2), null}, bool_type), batch), "false null null");
  EXPECT_EQ(shown(call(Function::greatest, {x, lit(1)}, int_type), batch), "1 2 null");
  EXPECT_EQ(shown(call(Function::equal, {x, null}, bool_type), batch), "null null null");
}

TEST(Evaluator, texts_without_measure_are_an_error) {
  const auto many = lit(2'000'000'000);
  const auto text = in(0, text_type);
  const data::Batch batch = batch_of({column(text_type, {Value(std::string(1'000'000, 'a'))})});
  const std::vector<ExpressionPtr> parts(200, text);
  const auto texts = call(Function::array_constructor, parts, DataType::array(text_type));
  const auto expect_too_much = [&](const ExpressionPtr& expression) {
    EXPECT_EQ(shown(expression, batch), fmt::format("error: {} makes more than 128 MiB for one batch of rows",
                                                    sql::to_string(expression->function)));
  };
  expect_too_much(call(Function::repeat, {lit("ab"), many}, text_type));
  expect_too_much(call(Function::lpad, {lit("a"), many, lit("é")}, text_type));
  expect_too_much(call(Function::rpad, {lit("a"), many, lit("b")}, text_type));
  for (const char* from : {"a", ""}) {
    expect_too_much(call(Function::replace, {text, lit(from), text}, text_type));
    expect_too_much(call(Function::regexp_replace, {text, lit(from), text}, text_type));
  }
  expect_too_much(call(Function::concat, parts, text_type));
  expect_too_much(call(Function::concat_ws, parts, text_type));
  expect_too_much(call(Function::json_array, parts, text_type));
  expect_too_much(texts);
  expect_too_much(
      call(Function::printf, {call(Function::repeat, {lit("%1$65536d"), lit(10'000)}, text_type), lit(1)}, text_type));
  const std::vector<ExpressionPtr> few(100, text);
  expect_too_much(call(Function::array_join, {call(Function::array_constructor, few, DataType::array(text_type)), text},
                       text_type));
  for (const auto& type : {DataType::character(2'000'000'000), DataType::binary(2'000'000'000)}) {
    expect_too_much(call(Function::cast, {lit("a")}, type));
    expect_too_much(call(Function::try_cast, {lit("a")}, type));
  }
  expect_too_much(call(Function::cast, {lit(1)}, DataType::character(2'000'000'000)));
  const auto list = call(Function::repeat, {lit(","), lit(20'000'000)}, text_type);
  for (const char* separator : {",", ""})
    expect_too_much(call(Function::split, {list, lit(separator)}, DataType::array(text_type)));
}

TEST(Evaluator, long_texts_within_measure_are_made) {
  const auto text = call(Function::repeat, {lit("a"), lit(1'000'000)}, text_type);
  const auto length = [](const ExpressionPtr& made) { return shown(call(Function::char_length, {made}, int_type)); };
  EXPECT_EQ(length(call(Function::replace, {text, lit("a"), lit("bc")}, text_type)), "2000000");
  EXPECT_EQ(length(call(Function::lpad, {lit("a"), lit(1'000'001), lit("éö")}, text_type)), "1000001");
  EXPECT_EQ(length(call(Function::cast, {lit("a")}, DataType::character(1'000'000))), "1000000");
  EXPECT_EQ(shown(call(Function::repeat, {lit("ab"), lit(-1)}, text_type)), "");
  EXPECT_EQ(shown(call(Function::rpad, {lit("ab"), lit(7), lit("éö")}, text_type)), "abéöéöé");
  EXPECT_EQ(shown(call(Function::lpad, {lit("ab"), lit(7), lit("\x80")}, text_type)), "null");
}

TEST(Evaluator, occurrences_are_found_one_after_another) {
  const auto place = [](const char* text, const char* part, int from, int occurrence) {
    return shown(call(Function::instr, {lit(text), lit(part), lit(from), lit(occurrence)}, int_type));
  };
  EXPECT_EQ(place("abc", "", 1, 2'000'000'000), "1");
  EXPECT_EQ(place("abc", "", -1, 2'000'000'000), "0");
  EXPECT_EQ(place("éaaa", "aa", 1, 2), "3");
  EXPECT_EQ(place("éaaa", "aa", 3, 2), "0");
  EXPECT_EQ(place("éaaa", "aa", -1, 2), "2");
  EXPECT_EQ(place("aaa", "a", INT32_MIN, 1), "0");
}

TEST(Evaluator, patterns_are_replaced_as_in_java) {
  const auto replaced = [](const char* text, const char* pattern) {
    return shown(call(Function::regexp_replace, {lit(text), lit(pattern), lit("-")}, text_type));
  };
  EXPECT_EQ(replaced("abc", "b*"), "-a--c-");
  EXPECT_EQ(replaced("éx", "y*"), "-é-x-");
  EXPECT_EQ(replaced("", "^"), "-");
  EXPECT_EQ(replaced("aba", "^a"), "-ba");
  EXPECT_EQ(shown(call(Function::regexp_count, {lit("éx"), lit("y*")}, int_type)), "3");
}

TEST(Evaluator, unknown_functions_are_named) {
  EXPECT_EQ(shown(call(Function::space, {lit(1)}, text_type)).substr(0, 32), "not compiled: azud cannot comput");
}

}  // namespace
}  // namespace azud::stream
