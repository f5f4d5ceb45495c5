#include "stream/op/aggregate/boxed.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace azud::stream {
namespace {

using data::DataType;
using sql::Aggregate;

/// A function with one state of its own.
class State {
 public:
  explicit State(const AggregateFunction& function) : function_(function), bytes_(function.width(), '\0') {}
  State(const State&) = delete;
  ~State() { function_.destroy(bytes_.data()); }

  State& add(std::string_view text) {
    function_.add(bytes_.data(), Scalar::of(text));
    return *this;
  }
  void merge(const State& from) { function_.merge(bytes_.data(), from.bytes_.data()); }
  std::string encoded() const {
    std::string out;
    function_.encode(bytes_.data(), out);
    return out;
  }
  bool decode(ByteView in) { return function_.decode(in, bytes_.data()); }
  std::string result() const {
    std::string scratch;
    const Scalar value = function_.result(bytes_.data(), scratch);
    return value.null ? "null" : std::string(value.text);
  }

 private:
  const AggregateFunction& function_;
  std::string bytes_;
};

AggregateFunctionPtr of_texts(Aggregate function) {
  sql::AggregateCall call;
  call.function = function;
  auto made = make_aggregate_function(call, DataType::string(), false);
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}

struct Expected {
  Aggregate function;
  std::string ab_then_cd, merged_into_empty, merged;
};
const std::vector<Expected> all = {{Aggregate::first_value, "b", "b", "b"},
                                   {Aggregate::last_value, "a", "a", "c"},
                                   {Aggregate::listagg, "b,a", "b,a", "b,a,d,c"},
                                   {Aggregate::min, "a", "a", "a"},
                                   {Aggregate::max, "b", "b", "d"}};

TEST(BoxedBytes, adds_and_merges_in_order) {
  for (const Expected& expected : all) {
    SCOPED_TRACE(static_cast<int>(expected.function));
    const auto function = of_texts(expected.function);
    State empty(*function), one(*function), other(*function);
    EXPECT_EQ(empty.result(), "null");
    EXPECT_EQ(one.add("b").add("a").result(), expected.ab_then_cd);
    one.merge(empty);
    EXPECT_EQ(one.result(), expected.ab_then_cd);
    empty.merge(one);
    EXPECT_EQ(empty.result(), expected.merged_into_empty);
    one.merge(other.add("d").add("c"));
    EXPECT_EQ(one.result(), expected.merged);
  }
}

TEST(BoxedBytes, is_written_and_read) {
  for (const Expected& expected : all) {
    SCOPED_TRACE(static_cast<int>(expected.function));
    const auto function = of_texts(expected.function);
    State one(*function), back(*function), nothing(*function);
    EXPECT_EQ(nothing.encoded(), std::string(1, '\0'));
    ASSERT_TRUE(back.decode(nothing.encoded()));
    EXPECT_EQ(back.result(), "null");
    const std::string written = one.add("b").add("a").encoded();
    ASSERT_TRUE(back.decode(written));
    EXPECT_EQ(back.result(), expected.ab_then_cd);
    EXPECT_EQ(back.encoded(), written);
    for (std::size_t size = 0; size < written.size(); ++size)
      EXPECT_FALSE(State(*function).decode(ByteView(written).substr(0, size))) << size;
  }
}

TEST(BoxedBytes, a_nested_first_value_survives_a_merge) {
  const DataType pair = DataType::row({{"n", DataType::integer()}, {"t", DataType::string()}});
  std::string bytes;
  data::Value row = data::Value::List{7, "x"};
  const auto column = data::Column::constant(pair, row, 1);
  sql::AggregateCall call;
  call.function = Aggregate::last_value;
  const auto function = make_aggregate_function(call, pair, false);
  ASSERT_TRUE(function.has_value());
  const Scalar value = read_scalar(*column, 0, bytes);
  State one(**function), other(**function);
  one.add("\x01").merge(other.add(value.text));
  EXPECT_EQ(one.result(), bytes);
}

}  // namespace
}  // namespace azud::stream
