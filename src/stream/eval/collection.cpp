#include <algorithm>
#include <numeric>

#include <absl/container/btree_set.h>

#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"
#include "stream/eval/order.h"

namespace azud::stream {
namespace {

using data::Column;
using data::ColumnBuilder;
using data::ColumnPtr;
using data::ListValues;
using data::RowValues;
using data::TypeKind;
using sql::Function;

/// A column of the call's rows, whatever the operand.
ColumnPtr spread(const Operand& operand, std::size_t rows) {
  return operand.constant ? data::take(operand.column, std::vector<uint32_t>(rows, 0)) : operand.column;
}

std::size_t row_of(const Operand& operand, std::size_t row) { return operand.constant ? 0 : row; }

/// Appends a value to a builder of the same kind; a bare NULL is NULL of any type.
void append_element(ColumnBuilder& builder, const Operand& operand, std::size_t row) {
  if (is_null(operand, row))
    builder.append_null();
  else
    builder.append_from(*operand.column, row_of(operand, row));
}

Result<ColumnPtr> row_constructor(Call& call) {
  RowValues values;
  for (std::size_t k = 0; k < call.args.size(); ++k) {
    const bool bare = call.args[k].column->type().kind() == TypeKind::null;
    values.children.push_back(bare ? Column::nulls(call.type().fields()[k].type, call.rows)
                                   : spread(call.args[k], call.rows));
  }
  return std::make_shared<Column>(call.type(), call.rows, std::move(values));
}

Result<ColumnPtr> array_constructor(Call& call) {
  ListValues values;
  std::vector<ColumnPtr> parts;
  for (const Operand& arg : call.args)
    parts.push_back(arg.column->type().kind() == TypeKind::null ? Column::nulls(call.type().element(), call.rows)
                                                                : spread(arg, call.rows));
  const auto count = static_cast<uint32_t>(parts.size()), rows = static_cast<uint32_t>(call.rows);
  std::vector<uint32_t> places(static_cast<std::size_t>(count) * rows);
  for (uint32_t i = 0; i < rows; ++i) {
    for (uint32_t k = 0; k < count; ++k) places[i * count + k] = k * rows + i;
    values.offsets.push_back((i + 1) * count);
  }
  values.children.push_back(parts.empty() ? Column::nulls(call.type().element(), 0)
                                          : data::take(data::concat(parts), places));
  return std::make_shared<Column>(call.type(), call.rows, std::move(values));
}

/// Keys and values in turn; a repeated key keeps its last value.
Result<ColumnPtr> map_constructor(Call& call) {
  ColumnBuilder builder(call.type(), call.rows);
  for (std::size_t i = 0; i < call.rows; ++i) {
    for (std::size_t k = 0; k + 1 < call.args.size(); k += 2) {
      bool again = false;
      for (std::size_t later = k + 2; later + 1 < call.args.size() && !again; later += 2)
        again = !is_null(call.args[k], i) && !is_null(call.args[later], i) &&
                compare_values(call.args[k], i, call.args[later], i) == 0;
      if (again) continue;
      append_element(builder.child(0), call.args[k], i);
      append_element(builder.child(1), call.args[k + 1], i);
    }
    builder.finish_row();
  }
  return builder.finish();
}

/// A field of a row; NULL where the row is.
Result<ColumnPtr> field_access(Call& call) {
  const auto field = static_cast<std::size_t>(call.expression.arguments[1]->literal.as_int());
  const ColumnPtr row = spread(call.args[0], call.rows);
  const ColumnPtr& child = row->row_values().children[field];
  if (!row->has_nulls()) return child;
  std::vector<uint8_t> valid(row->valid().begin(), row->valid().end());
  for (std::size_t i = 0; i < valid.size(); ++i)
    if (child->is_null(i)) valid[i] = 0;
  return std::make_shared<Column>(child->type(), child->size(), child->raw(), std::move(valid), child->owners());
}

int64_t index_at(const Call& call, std::size_t arg, std::size_t row) {
  return data::storage_of(call.arg_type(arg).kind()) == data::Storage::i64 ? call.view<int64_t>(arg)[row]
                                                                           : call.view<int32_t>(arg)[row];
}

/// array[index from 1], map[key]: NULL if there is none.
Result<ColumnPtr> element_at(Call& call) {
  const Operand& container = call.args[0];
  const ListValues& list = container.column->list_values();
  const bool map = call.arg_type(0).kind() == TypeKind::map;
  ColumnBuilder builder(call.type(), call.rows);
  for (std::size_t i = 0; i < call.rows; ++i) {
    const std::size_t row = row_of(container, i);
    if (is_null(container, i) || is_null(call.args[1], i)) {
      builder.append_null();
      continue;
    }
    const uint32_t begin = list.offsets[row], end = list.offsets[row + 1];
    uint32_t found = end;
    if (map) {
      for (uint32_t k = begin; k < end && found == end; ++k)
        if (!list.children[0]->is_null(k) &&
            compare_values(*list.children[0], k, *call.args[1].column, row_of(call.args[1], i)) == 0)
          found = k;
    } else if (const int64_t index = index_at(call, 1, i); index >= 1 && index <= end - begin) {
      found = begin + static_cast<uint32_t>(index - 1);
    }
    if (found == end)
      builder.append_null();
    else
      builder.append_from(*list.children[map ? 1 : 0], found);
  }
  return builder.finish();
}

Result<ColumnPtr> cardinality(Call& call) {
  Out<int32_t> out(call);
  const ListValues& list = call.args[0].column->list_values();
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const std::size_t row = row_of(call.args[0], i);
    if (!out.skip(i)) out[i] = static_cast<int32_t>(list.offsets[row + 1] - list.offsets[row]);
  }
  return out.finish();
}

/// ELEMENT: the only element; more than one fails.
Result<ColumnPtr> element(Call& call) {
  ColumnBuilder builder(call.type(), call.rows);
  const ListValues& list = call.args[0].column->list_values();
  for (std::size_t i = 0; i < call.rows; ++i) {
    const std::size_t row = row_of(call.args[0], i);
    const uint32_t count = is_null(call.args[0], i) ? 0 : list.offsets[row + 1] - list.offsets[row];
    if (count > 1) return call.fail_at(i, "ELEMENT of an array of {} elements", count);
    if (count == 0)
      builder.append_null();
    else
      builder.append_from(*list.children[0], list.offsets[row]);
  }
  return builder.finish();
}

/// The place of a value in its array from 1, 0 if it is not there.
int32_t place_in(const Column& elements, uint32_t begin, uint32_t end, const Operand& value, std::size_t row) {
  const bool null = is_null(value, row);
  for (uint32_t k = begin; k < end; ++k) {
    if (elements.is_null(k) != null) continue;
    if (null || compare_values(elements, k, *value.column, row_of(value, row)) == 0)
      return static_cast<int32_t>(k - begin) + 1;
  }
  return 0;
}

template <class T, bool contains>
Result<ColumnPtr> array_position(Call& call) {
  Out<T> out(call, {});
  const ListValues& list = call.args[0].column->list_values();
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const std::size_t row = row_of(call.args[0], i);
    if (is_null(call.args[0], i) || (!contains && is_null(call.args[1], i))) {
      out.set_null(i);
      continue;
    }
    const int32_t place = place_in(*list.children[0], list.offsets[row], list.offsets[row + 1], call.args[1], i);
    out[i] = static_cast<T>(contains ? (place > 0 ? 1 : 0) : place);
  }
  return out.finish();
}

/// A new array a row, made of places in the old arrays' elements.
template <class F>
Result<ColumnPtr> rearranged(Call& call, F f) {
  const ListValues& list = call.args[0].column->list_values();
  ListValues values;
  std::vector<uint32_t> places, mine;
  std::vector<uint8_t> valid = strict_validity(call);
  for (std::size_t i = 0; i < call.rows; ++i) {
    const std::size_t row = row_of(call.args[0], i);
    if (valid.empty() || valid[i] != 0) {
      mine.resize(list.offsets[row + 1] - list.offsets[row]);
      std::iota(mine.begin(), mine.end(), list.offsets[row]);
      f(i, *list.children[0], mine);
      places.insert(places.end(), mine.begin(), mine.end());
    }
    values.offsets.push_back(static_cast<uint32_t>(places.size()));
  }
  values.children.push_back(data::take(list.children[0], places));
  return std::make_shared<Column>(call.type(), call.rows, std::move(values), std::move(valid));
}

/// In the order of the values, NULL first.
struct Element {
  const Column* column;
  uint32_t place;
  bool operator<(const Element& other) const {
    const bool null = column->is_null(place), other_null = other.column->is_null(other.place);
    if (null || other_null) return null && !other_null;
    return compare_values(*column, place, *other.column, other.place) < 0;
  }
};
/// Elements of one type, perhaps of several arrays, each once; two NULLs are the same.
using ElementSet = absl::btree_set<Element>;

Result<ColumnPtr> array_distinct(Call& call) {
  return rearranged(call, [](std::size_t, const Column& elements, std::vector<uint32_t>& places) {
    ElementSet seen;
    std::erase_if(places, [&](uint32_t place) { return !seen.insert({&elements, place}).second; });
  });
}

Result<ColumnPtr> array_reverse(Call& call) {
  return rearranged(call,
                    [](std::size_t, const Column&, std::vector<uint32_t>& places) { std::ranges::reverse(places); });
}

Result<ColumnPtr> array_remove(Call& call) {
  return rearranged(call, [&call](std::size_t i, const Column& elements, std::vector<uint32_t>& places) {
    std::erase_if(places, [&](uint32_t place) { return place_in(elements, place, place + 1, call.args[1], i) > 0; });
  });
}

/// ARRAY_SLICE(array, from 1 or from the end [, to]).
Result<ColumnPtr> array_slice(Call& call) {
  return rearranged(call, [&call](std::size_t i, const Column&, std::vector<uint32_t>& places) {
    const auto size = static_cast<int64_t>(places.size());
    const auto place = [size](int64_t index) { return index < 0 ? size + index + 1 : std::max<int64_t>(index, 1); };
    const int64_t from = std::max<int64_t>(place(index_at(call, 1, i)), 1);
    const int64_t to = std::min(call.args.size() > 2 ? place(index_at(call, 2, i)) : size, size);
    if (from > to)
      places.clear();
    else
      places = std::vector<uint32_t>(places.begin() + (from - 1), places.begin() + to);
  });
}

/// ARRAY_SORT(array [, ascending [, nulls first]]).
Result<ColumnPtr> array_sort(Call& call) {
  return rearranged(call, [&call](std::size_t i, const Column& elements, std::vector<uint32_t>& places) {
    const bool ascending = call.args.size() < 2 || call.view<int8_t>(1)[i] != 0;
    const bool nulls_first = call.args.size() < 3 ? ascending : call.view<int8_t>(2)[i] != 0;
    std::ranges::stable_sort(places, [&](uint32_t a, uint32_t b) {
      if (elements.is_null(a) || elements.is_null(b))
        return elements.is_null(a) != elements.is_null(b) && elements.is_null(a) == nulls_first;
      const int sign = compare_values(elements, a, elements, b);
      return ascending ? sign < 0 : sign > 0;
    });
  });
}

template <int wanted>
Result<ColumnPtr> array_extreme(Call& call) {
  ColumnBuilder builder(call.type(), call.rows);
  const ListValues& list = call.args[0].column->list_values();
  for (std::size_t i = 0; i < call.rows; ++i) {
    const std::size_t row = row_of(call.args[0], i);
    std::optional<uint32_t> best;
    if (!is_null(call.args[0], i))
      for (uint32_t k = list.offsets[row]; k < list.offsets[row + 1]; ++k)
        if (!list.children[0]->is_null(k) &&
            (!best || compare_values(*list.children[0], k, *list.children[0], *best) * wanted > 0))
          best = k;
    if (best)
      builder.append_from(*list.children[0], *best);
    else
      builder.append_null();
  }
  return builder.finish();
}

/// ARRAY_JOIN(array of text, separator [, text for NULL]).
Result<ColumnPtr> array_join(Call& call) {
  TextOut out(call);
  const ListValues& list = call.args[0].column->list_values();
  GrowingText made(call.frame.made());
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const std::size_t row = row_of(call.args[0], i);
    made.clear();
    bool first = true;
    for (uint32_t k = list.offsets[row]; k < list.offsets[row + 1]; ++k) {
      const bool null = list.children[0]->is_null(k);
      if (null && call.args.size() < 3) continue;
      if (!first) made += call.view<std::string_view>(1)[i];
      first = false;
      made += null ? call.view<std::string_view>(2)[i] : list.children[0]->values<std::string_view>()[k];
    }
    if (!out.copy(i, made)) break;
  }
  return out.finish();
}

template <bool at_end>
Result<ColumnPtr> array_extend(Call& call) {
  ColumnBuilder builder(call.type(), call.rows);
  const ListValues& list = call.args[0].column->list_values();
  for (std::size_t i = 0; i < call.rows; ++i) {
    if (is_null(call.args[0], i)) {
      builder.append_null();
      continue;
    }
    const std::size_t row = row_of(call.args[0], i);
    if (!at_end) append_element(builder.child(0), call.args[1], i);
    for (uint32_t k = list.offsets[row]; k < list.offsets[row + 1]; ++k)
      builder.child(0).append_from(*list.children[0], k);
    if (at_end) append_element(builder.child(0), call.args[1], i);
    builder.finish_row();
  }
  return builder.finish();
}

template <bool distinct>
Result<ColumnPtr> array_concat(Call& call) {
  ColumnBuilder builder(call.type(), call.rows);
  for (std::size_t i = 0; i < call.rows; ++i) {
    if (std::ranges::any_of(call.args, [i](const Operand& arg) { return is_null(arg, i); })) {
      builder.append_null();
      continue;
    }
    ElementSet seen;
    for (const Operand& arg : call.args) {
      const ListValues& list = arg.column->list_values();
      const std::size_t row = row_of(arg, i);
      for (uint32_t k = list.offsets[row]; k < list.offsets[row + 1]; ++k) {
        const Column& elements = *list.children[0];
        if (!distinct || seen.insert({&elements, k}).second) builder.child(0).append_from(elements, k);
      }
    }
    builder.finish_row();
  }
  return builder.finish();
}

/// MAP_KEYS and MAP_VALUES.
template <std::size_t child>
Result<ColumnPtr> map_side(Call& call) {
  const ColumnPtr map = spread(call.args[0], call.rows);
  ListValues values;
  values.offsets = map->list_values().offsets;
  values.children.push_back(map->list_values().children[child]);
  return std::make_shared<Column>(call.type(), call.rows, std::move(values),
                                  std::vector<uint8_t>(map->valid().begin(), map->valid().end()));
}

Result<ColumnPtr> map_entries(Call& call) {
  const ColumnPtr map = spread(call.args[0], call.rows);
  RowValues entries{map->list_values().children};
  const std::size_t count = entries.children.front()->size();
  ListValues values;
  values.offsets = map->list_values().offsets;
  values.children.push_back(std::make_shared<Column>(call.type().element(), count, std::move(entries)));
  return std::make_shared<Column>(call.type(), call.rows, std::move(values),
                                  std::vector<uint8_t>(map->valid().begin(), map->valid().end()));
}

}  // namespace

void add_collection_functions(FunctionTable& table) {
  table.add(Function::row_constructor, row_constructor, {.strict = false, .collects = true});
  table.add(Function::array_constructor, array_constructor, {.strict = false, .collects = true});
  table.add(Function::map_constructor, map_constructor, {.strict = false, .collects = true});
  table.add(Function::field_access, field_access, {.strict = false});
  table.add(Function::element_at, element_at);
  table.add(Function::cardinality, cardinality);
  table.add(Function::element, element, {.strict = false, .fallible = true});
  table.add(Function::array_contains, array_position<int8_t, true>, {.strict = false});
  table.add(Function::array_position, array_position<int32_t, false>, {.strict = false});
  table.add(Function::array_distinct, array_distinct);
  table.add(Function::array_reverse, array_reverse);
  table.add(Function::array_remove, array_remove, {.strict = false});
  table.add(Function::array_slice, array_slice);
  table.add(Function::array_sort, array_sort);
  table.add(Function::array_max, array_extreme<1>, {.strict = false});
  table.add(Function::array_min, array_extreme<-1>, {.strict = false});
  table.add(Function::array_join, array_join);
  table.add(Function::array_append, array_extend<true>, {.strict = false, .collects = true});
  table.add(Function::array_prepend, array_extend<false>, {.strict = false, .collects = true});
  table.add(Function::array_concat, array_concat<false>, {.strict = false, .collects = true});
  table.add(Function::array_union, array_concat<true>, {.strict = false, .collects = true});
  table.add(Function::map_keys, map_side<0>);
  table.add(Function::map_values, map_side<1>);
  table.add(Function::map_entries, map_entries);
}

}  // namespace azud::stream
