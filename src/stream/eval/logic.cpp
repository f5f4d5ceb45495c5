#include "stream/eval/function_table.h"
#include "stream/eval/order.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Function;

Result<ColumnPtr> logical_not(Call& call) {
  return map_one<int8_t, int8_t>(call, [](int8_t value) { return static_cast<int8_t>(value == 0); });
}

/// IS [NOT] NULL.
template <bool wanted>
Result<ColumnPtr> null_test(Call& call) {
  Out<int8_t> out(call, {});
  for (std::size_t i = 0; i < out.rows(); ++i) out[i] = is_null(call.args[0], i) == wanted ? 1 : 0;
  return out.finish();
}

/// IS [NOT] TRUE, IS [NOT] FALSE.
template <bool value, bool negated>
Result<ColumnPtr> truth_test(Call& call) {
  Out<int8_t> out(call, {});
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const bool is = !is_null(call.args[0], i) && (call.view<int8_t>(0)[i] != 0) == value;
    out[i] = is != negated ? 1 : 0;
  }
  return out.finish();
}

}  // namespace

void add_logic_functions(FunctionTable& table) {
  table.add(Function::logical_not, logical_not);
  table.add(Function::is_null, null_test<true>, {.strict = false});
  table.add(Function::is_not_null, null_test<false>, {.strict = false});
  table.add(Function::is_true, truth_test<true, false>, {.strict = false});
  table.add(Function::is_not_true, truth_test<true, true>, {.strict = false});
  table.add(Function::is_false, truth_test<false, false>, {.strict = false});
  table.add(Function::is_not_false, truth_test<false, true>, {.strict = false});
}

}  // namespace azud::stream
