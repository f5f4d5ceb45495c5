#include "data/row_codec.h"

#include <cmath>

#include <gtest/gtest.h>

#include "data/text.h"

namespace azud::data {
namespace {

struct Table {
  std::vector<DataType> types;
  std::vector<ColumnPtr> columns;
  std::size_t rows;
};

Table flat_table() {
  Table table{{DataType::integer(), DataType::string(), DataType::double_precision(), DataType::decimal(38, 2),
               DataType::boolean(), DataType::of(TypeKind::smallint), DataType::timestamp(3),
               DataType::of(TypeKind::real), DataType()},
              {},
              3};
  const std::vector<std::vector<Value>> values = {{1, Value(), -5},
                                                  {"", std::string(300, 'x'), Value()},
                                                  {0.5, Value(), -1e300},
                                                  {Int128(7), Int128(-7), Value()},
                                                  {true, false, Value()},
                                                  {Value(), 3, -3},
                                                  {int64_t{5}, Value(), int64_t{-5}},
                                                  {1.5, 2.5, Value()},
                                                  {{}, {}, {}}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    ColumnBuilder builder(table.types[i]);
    for (const Value& value : values[i]) builder.append_value(value);
    table.columns.push_back(builder.finish());
  }
  return table;
}

Table nested_table() {
  Table table = flat_table();
  table.types.push_back(DataType::array(DataType::row({{"a", DataType::integer()}, {"b", DataType::string()}})));
  ColumnBuilder builder(table.types.back());
  builder.append_value(Value::List{Value::List{1, "x"}, Value()});
  builder.append_value(Value());
  builder.append_value(Value::List{});
  table.columns.push_back(builder.finish());
  return table;
}

void expect_round_trip(const Table& table) {
  EncodedRows encoded;
  encode_rows(table.columns, table.rows, encoded);
  ASSERT_EQ(encoded.size(), table.rows);
  std::vector<ColumnBuilder> builders;
  for (const DataType& type : table.types) builders.emplace_back(type);
  for (std::size_t row = 0; row < table.rows; ++row) {
    std::string one;
    append_row(one, table.columns, row);
    EXPECT_EQ(one, encoded[row]) << row;
    ByteView in = one;
    ASSERT_TRUE(take_row(in, builders));
    EXPECT_TRUE(in.empty());
  }
  Batch before{.rows = table.rows, .columns = table.columns}, after{.rows = table.rows};
  for (ColumnBuilder& builder : builders) after.columns.push_back(builder.finish());
  for (std::size_t row = 0; row < table.rows; ++row) EXPECT_EQ(to_text(before, row), to_text(after, row));
}

TEST(row_codec, flat_rows_come_back) { expect_round_trip(flat_table()); }
TEST(row_codec, nested_rows_come_back) { expect_round_trip(nested_table()); }

TEST(row_codec, every_cut_is_noticed) {
  const Table table = nested_table();
  std::string bytes;
  append_row(bytes, table.columns, 0);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::vector<ColumnBuilder> builders;
    for (const DataType& type : table.types) builders.emplace_back(type);
    ByteView in = ByteView(bytes).substr(0, size);
    EXPECT_FALSE(take_row(in, builders)) << size;
  }
}

TEST(row_codec, equal_numbers_give_equal_bytes) {
  const auto bytes_of = [](double value) {
    std::string out;
    append_value(out, *Column::constant(DataType::double_precision(), value, 1), 0);
    return out;
  };
  EXPECT_EQ(bytes_of(0.0), bytes_of(-0.0));
  EXPECT_EQ(bytes_of(std::nan("1")), bytes_of(-std::nan("2")));
  EXPECT_NE(bytes_of(1.0), bytes_of(2.0));
}

TEST(row_codec, a_value_is_a_row_of_one) {
  const ColumnPtr column = Column::constant(DataType::string(), "abc", 1);
  std::string value, row;
  append_value(value, *column, 0);
  append_row(row, {&column, 1}, 0);
  EXPECT_EQ(value, row);
  ColumnBuilder builder(DataType::string());
  ByteView in = value;
  ASSERT_TRUE(take_value(in, builder));
  EXPECT_EQ(to_text(*builder.finish(), 0), "abc");
}

}  // namespace
}  // namespace azud::data
