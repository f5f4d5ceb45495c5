#include "data/column.h"

#include <gtest/gtest.h>

#include "data/batch.h"
#include "data/builder.h"
#include "data/text.h"

namespace azud::data {
namespace {

ColumnPtr column_of(const DataType& type, const std::vector<Value>& values) {
  ColumnBuilder builder(type);
  for (const Value& value : values) builder.append_value(value);
  return builder.finish();
}

std::string shown(const Column& column) {
  std::string out;
  for (std::size_t i = 0; i < column.size(); ++i) out += (i == 0 ? "" : " ") + to_text(column, i);
  return out;
}

TEST(column, builds_with_and_without_nulls) {
  const ColumnPtr whole = column_of(DataType::integer(), {1, 2, 3});
  EXPECT_FALSE(whole->has_nulls());
  EXPECT_EQ(whole->values<int32_t>()[2], 3);
  const ColumnPtr holes = column_of(DataType::integer(), {1, Value(), 3});
  EXPECT_TRUE(holes->is_null(1));
  EXPECT_FALSE(holes->is_null(0));
  EXPECT_EQ(shown(*holes), "1 null 3");
}

TEST(column, finished_builder_starts_anew) {
  ColumnBuilder builder(DataType::string());
  builder.append_text("a");
  builder.append_null();
  const ColumnPtr first = builder.finish();
  builder.append_text("b");
  const ColumnPtr second = builder.finish();
  EXPECT_EQ(shown(*first), "a null");
  EXPECT_EQ(shown(*second), "b");
}

TEST(column, text_outlives_its_builder_and_its_column) {
  ColumnPtr taken;
  {
    ColumnBuilder builder(DataType::string());
    for (int i = 0; i < 1000; ++i) builder.append_text("row number " + std::to_string(i));
    const ColumnPtr all = builder.finish();
    taken = take(all, std::vector<uint32_t>{999, 0, 999});
  }
  EXPECT_EQ(shown(*taken), "row number 999 row number 0 row number 999");
}

TEST(column, takes_slices_and_concatenates_nested_values) {
  const DataType pairs = DataType::array(DataType::row({{"a", DataType::integer()}, {"b", DataType::string()}}));
  const ColumnPtr column = column_of(
      pairs, {Value::List{Value::List{1, "x"}, Value::List{2, Value()}}, Value(), Value::List{}, Value::List{Value()}});
  const std::string all = "[+I[1, x], +I[2, null]] null [] [null]";
  EXPECT_EQ(shown(*column), all);
  EXPECT_EQ(shown(*take(column, std::vector<uint32_t>{3, 0, 0})),
            "[null] [+I[1, x], +I[2, null]] [+I[1, x], +I[2, null]]");
  EXPECT_EQ(shown(*concat(std::vector<ColumnPtr>{slice(column, 0, 1), slice(column, 1, 3)})), all);
  EXPECT_EQ(column->value(0), Value(Value::List{Value::List{1, "x"}, Value::List{2, Value()}}));
}

TEST(column, constant_repeats_a_value) {
  EXPECT_EQ(shown(*Column::constant(DataType::string(), "ab", 3)), "ab ab ab");
  EXPECT_EQ(shown(*Column::nulls(DataType::bigint(), 2)), "null null");
  EXPECT_EQ(shown(*Column::nulls(DataType(), 2)), "null null");
  EXPECT_EQ(Column::constant(DataType::string(), "ab", 0)->size(), 0U);
}

TEST(column, concatenation_keeps_nulls_in_place) {
  const ColumnPtr a = column_of(DataType::bigint(), {1, 2});
  const ColumnPtr b = column_of(DataType::bigint(), {Value(), 4});
  EXPECT_EQ(shown(*concat(std::vector<ColumnPtr>{a, b, a})), "1 2 null 4 1 2");
}

TEST(batch, kinds_follow_their_rows) {
  Batch inserts{.rows = 2, .columns = {column_of(DataType::integer(), {1, 2})}};
  Batch changes{.rows = 2,
                .columns = {column_of(DataType::integer(), {3, 4})},
                .kinds = {RowKind::update_before, RowKind::update_after}};
  const Batch both = concat(std::vector<Batch>{inserts, changes});
  ASSERT_EQ(both.rows, 4U);
  EXPECT_EQ(to_text(both, 0), "+I[1]");
  EXPECT_EQ(to_text(both, 2), "-U[3]");
  EXPECT_EQ(to_text(take(both, std::vector<uint32_t>{3}), 0), "+U[4]");
  EXPECT_EQ(to_text(slice(both, 1, 2), 1), "-U[3]");
}

TEST(ColumnBuilder, truncate_takes_back_half_built_rows) {
  const DataType type = DataType::row({{"a", DataType::integer()}, {"b", DataType::array(DataType::string())}});
  ColumnBuilder builder(type);
  builder.append_value(Value::List{1, Value::List{"x", "y"}});
  builder.append_null();
  builder.child(0).append<int32_t>(7);
  builder.child(1).child(0).append_text("half");
  builder.truncate(2);
  builder.append_value(Value::List{2, Value::List{"z"}});
  builder.truncate(3);
  builder.append_value(Value::List{3, Value()});
  const ColumnPtr column = builder.finish();
  EXPECT_EQ(to_text(*column, 0), "+I[1, [x, y]]");
  EXPECT_TRUE(column->is_null(1));
  EXPECT_EQ(to_text(*column, 2), "+I[2, [z]]");
  EXPECT_EQ(to_text(*column, 3), "+I[3, null]");
}

}  // namespace
}  // namespace azud::data
