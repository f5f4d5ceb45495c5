#include <functional>

#include "stream/eval/function_table.h"
#include "stream/eval/order.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::Int128;
using data::Storage;
using sql::Function;

template <class Test>
Result<ColumnPtr> compare_nested(Call& call, Test test) {
  Out<int8_t> out(call);
  for (std::size_t i = 0; i < out.rows(); ++i)
    if (!out.skip(i)) out[i] = test(compare_values(call.args[0], i, call.args[1], i)) ? 1 : 0;
  return out.finish();
}

/// `test` sees values, `nested` the sign of their comparison.
template <class Test, class Nested>
Result<ColumnPtr> compare_with(Call& call, Test test, Nested nested) {
  const auto typed = [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
    return map_two<int8_t, T, T>(call, [test](const T& a, const T& b) { return static_cast<int8_t>(test(a, b)); });
  };
  const Storage storage = data::storage_of(call.arg_type(0).kind());
  if (storage != data::storage_of(call.arg_type(1).kind())) return compare_nested(call, nested);
  switch (storage) {
    case Storage::i8: return typed(std::type_identity<int8_t>());
    case Storage::i16: return typed(std::type_identity<int16_t>());
    case Storage::i32: return typed(std::type_identity<int32_t>());
    case Storage::i64: return typed(std::type_identity<int64_t>());
    case Storage::f32: return typed(std::type_identity<float>());
    case Storage::f64: return typed(std::type_identity<double>());
    case Storage::text: return typed(std::type_identity<std::string_view>());
    case Storage::i128:
      if (call.arg_type(0).scale() != call.arg_type(1).scale()) return compare_nested(call, nested);
      return typed(std::type_identity<Int128>());
    default: return compare_nested(call, nested);
  }
}

Result<ColumnPtr> equal(Call& call) {
  return compare_with(call, std::equal_to<>(), [](int sign) { return sign == 0; });
}
Result<ColumnPtr> not_equal(Call& call) {
  return compare_with(call, std::not_equal_to<>(), [](int sign) { return sign != 0; });
}
Result<ColumnPtr> less(Call& call) {
  return compare_with(call, std::less<>(), [](int sign) { return sign < 0; });
}
Result<ColumnPtr> less_equal(Call& call) {
  return compare_with(call, std::less_equal<>(), [](int sign) { return sign <= 0; });
}
Result<ColumnPtr> greater(Call& call) {
  return compare_with(call, std::greater<>(), [](int sign) { return sign > 0; });
}
Result<ColumnPtr> greater_equal(Call& call) {
  return compare_with(call, std::greater_equal<>(), [](int sign) { return sign >= 0; });
}

template <bool distinct>
Result<ColumnPtr> distinct_from(Call& call) {
  Out<int8_t> out(call, {});
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const bool a = is_null(call.args[0], i), b = is_null(call.args[1], i);
    const bool differ = a != b || (!a && compare_values(call.args[0], i, call.args[1], i) != 0);
    out[i] = differ == distinct ? 1 : 0;
  }
  return out.finish();
}

Result<ColumnPtr> between(Call& call) {
  Out<int8_t> out(call, {});
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const bool known = !is_null(call.args[0], i);
    const bool from = known && !is_null(call.args[1], i), to = known && !is_null(call.args[2], i);
    const bool below = from && compare_values(call.args[0], i, call.args[1], i) < 0;
    const bool above = to && compare_values(call.args[0], i, call.args[2], i) > 0;
    if (below || above) continue;  // FALSE, whatever the other bound
    if (from && to)
      out[i] = 1;
    else
      out.set_null(i);
  }
  return out.finish();
}

/// IN: TRUE if one is equal, else NULL if one is NULL, else FALSE.
Result<ColumnPtr> in_list(Call& call) {
  Out<int8_t> out(call, {});
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (is_null(call.args[0], i)) {
      out.set_null(i);
      continue;
    }
    bool found = false, nulls = false;
    for (std::size_t k = 1; k < call.args.size() && !found; ++k) {
      if (is_null(call.args[k], i))
        nulls = true;
      else
        found = compare_values(call.args[0], i, call.args[k], i) == 0;
    }
    if (found)
      out[i] = 1;
    else if (nulls)
      out.set_null(i);
  }
  return out.finish();
}

/// GREATEST and LEAST: NULL if one is.
template <int wanted>
Result<ColumnPtr> extreme(Call& call) {
  std::vector<uint8_t> valid = strict_validity(call);
  std::vector<ColumnPtr> parts;
  std::vector<uint32_t> starts;
  uint32_t next = 0;
  for (const Operand& arg : call.args) {
    starts.push_back(next);
    parts.push_back(arg.column);
    next += static_cast<uint32_t>(arg.column->size());
  }
  std::vector<uint32_t> rows(call.rows);
  for (std::size_t i = 0; i < call.rows; ++i) {
    std::size_t best = 0;
    if (valid.empty() || valid[i] != 0)
      for (std::size_t k = 1; k < call.args.size(); ++k)
        if (compare_values(call.args[k], i, call.args[best], i) * wanted > 0) best = k;
    rows[i] = starts[best] + static_cast<uint32_t>(call.args[best].constant ? 0 : i);
  }
  const ColumnPtr picked = data::take(data::concat(parts), rows);
  return std::make_shared<data::Column>(call.type(), call.rows, picked->raw(), std::move(valid), picked->owners());
}

Result<ColumnPtr> null_if(Call& call) {
  const Operand& value = call.args[0];
  std::vector<uint8_t> valid(call.rows, 1);
  for (std::size_t i = 0; i < call.rows; ++i) {
    const bool null = is_null(value, i);
    if (null || (!is_null(call.args[1], i) && compare_values(value, i, call.args[1], i) == 0)) valid[i] = 0;
  }
  const ColumnPtr whole = value.constant ? data::take(value.column, std::vector<uint32_t>(call.rows, 0)) : value.column;
  return std::make_shared<data::Column>(call.type(), call.rows, whole->raw(), std::move(valid), whole->owners());
}

}  // namespace

void add_comparison_functions(FunctionTable& table) {
  table.add(Function::equal, equal);
  table.add(Function::not_equal, not_equal);
  table.add(Function::less, less);
  table.add(Function::less_equal, less_equal);
  table.add(Function::greater, greater);
  table.add(Function::greater_equal, greater_equal);
  table.add(Function::is_distinct_from, distinct_from<true>, {.strict = false});
  table.add(Function::is_not_distinct_from, distinct_from<false>, {.strict = false});
  table.add(Function::between, between, {.strict = false});
  table.add(Function::in_list, in_list, {.strict = false});
  table.add(Function::greatest, extreme<1>);
  table.add(Function::least, extreme<-1>);
  table.add(Function::null_if, null_if, {.strict = false});
}

}  // namespace azud::stream
