// The operators that keep no state: calc, correlate, limit, values.

#include <gtest/gtest.h>

#include "sql/plan/physical_io.h"
#include "sql/plan/physical_rows.h"
#include "stream/op/testing/operator_rig.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::Value;
using sql::Expression;
using sql::Function;
using testing::input_of;
using testing::OperatorRig;

const DataType int_type = DataType::integer(), text_type = DataType::string(), bool_type = DataType::boolean();

TEST(Calc, filters_then_projects_and_keeps_kinds) {
  auto node = std::make_shared<sql::CalcNode>();
  node->id = "calc";
  node->inputs = {input_of({{"a", int_type}, {"b", text_type}})};
  const auto a = Expression::column(0, int_type);
  node->condition = Expression::call(Function::greater, {a, Expression::constant(1, int_type)}, bool_type);
  node->projections = {Expression::column(1, text_type),
                       Expression::call(Function::divide, {Expression::constant(6, int_type), a}, int_type)};
  OperatorRig rig(node);
  rig.rows({{"+I", {0, "zero"}}, {"-U", {2, "two"}}, {"+U", {3, "three"}}, {"-D", {1, "one"}}});
  EXPECT_EQ(rig.take(), "-U[two, 3]\n+U[three, 2]\n");
}

TEST(Correlate, constructed_rows_become_rows) {
  const DataType pair = DataType::row({{"name", text_type}, {"value", int_type}});
  auto node = std::make_shared<sql::CorrelateNode>();
  node->id = "unnest";
  node->inputs = {input_of({{"a", int_type}})};
  const auto element = [&](const char* name, int plus) {
    const auto sum = Expression::call(
        Function::plus, {Expression::column(0, int_type), Expression::constant(plus, int_type)}, int_type);
    return Expression::call(Function::row_constructor, {Expression::constant(name, text_type), sum}, pair);
  };
  node->collection =
      Expression::call(Function::array_constructor, {element("x", 10), element("y", 20)}, DataType::array(pair));
  OperatorRig rig(node);
  rig.rows({{"+I", {1}}, {"-D", {2}}});
  EXPECT_EQ(rig.take(), "+I[1, x, 11]\n+I[1, y, 21]\n-D[2, x, 12]\n-D[2, y, 22]\n");
}

std::string unnested(const DataType& type, const std::vector<testing::Row>& rows, bool outer, bool ordinality = false) {
  auto node = std::make_shared<sql::CorrelateNode>();
  node->id = "unnest";
  node->inputs = {input_of({{"a", int_type}, {"list", type}})};
  node->collection = Expression::column(1, type);
  node->outer = outer;
  node->with_ordinality = ordinality;
  OperatorRig rig(node);
  rig.rows(rows);
  return rig.take();
}

TEST(Correlate, columns_of_arrays_maps_and_rows) {
  const DataType numbers = DataType::array(int_type);
  const std::vector<testing::Row> rows = {
      {"+I", {1, Value::List{5, 6}}}, {"+I", {2, Value::List{}}}, {"+I", {3, {}}}, {"+I", {4, Value::List{Value()}}}};
  EXPECT_EQ(unnested(numbers, rows, false), "+I[1, [5, 6], 5]\n+I[1, [5, 6], 6]\n+I[4, [null], null]\n");
  EXPECT_EQ(unnested(numbers, rows, true, true),
            "+I[1, [5, 6], 5, 1]\n+I[1, [5, 6], 6, 2]\n+I[2, [], null, null]\n+I[3, null, null, null]\n+I[4, [null], "
            "null, 1]\n");
  EXPECT_EQ(unnested(DataType::map(text_type, int_type), {{"+I", {1, Value::List{"k", 2}}}}, false),
            "+I[1, {k=2}, k, 2]\n");
  const DataType rows_type = DataType::array(DataType::row({{"x", int_type}}));
  EXPECT_EQ(unnested(rows_type, {{"+I", {1, Value::List{Value::List{7}, Value()}}}}, false),
            "+I[1, [+I[7], null], 7]\n");
}

TEST(Limit, counts_over_batches_and_restarts) {
  auto node = std::make_shared<sql::LimitNode>();
  node->id = "limit";
  node->inputs = {input_of({{"a", int_type}})};
  node->offset = 1;
  node->count = 3;
  OperatorRig rig(node);
  rig.rows({{"+I", {1}}, {"+I", {2}}});
  EXPECT_EQ(rig.take(), "+I[2]\n");
  rig.restart();
  rig.rows({{"+I", {3}}, {"+I", {4}}, {"+I", {5}}});
  EXPECT_EQ(rig.take(), "+I[3]\n+I[4]\n");
  EXPECT_EQ(rig.commit(), 1U);
  rig.rows({{"+I", {6}}});
  EXPECT_EQ(rig.take(), "");
  EXPECT_EQ(rig.commit(), 0U);
}

TEST(Values, come_once) {
  auto node = std::make_shared<sql::ValuesNode>();
  node->id = "values";
  node->output = {{"a", int_type}, {"b", text_type}};
  node->rows = {{1, "x"}, {Value(), "y"}};
  OperatorRig rig(node);
  EXPECT_EQ(rig.take(), "+I[1, x]\n+I[null, y]\n");
  EXPECT_EQ(rig.take(), "");
  rig.restart();
  EXPECT_EQ(rig.take(), "");
  rig.restart(true);
  EXPECT_EQ(rig.take(), "");
}

}  // namespace
}  // namespace azud::stream
