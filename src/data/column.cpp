#include "data/column.h"

#include <algorithm>

#include "data/builder.h"

namespace azud::data {
namespace {

template <class T>
std::vector<T> taken(const std::vector<T>& from, std::span<const uint32_t> rows) {
  std::vector<T> out(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = from[rows[i]];
  return out;
}

std::size_t length_of(const Column::Values& values, std::size_t size) {
  return std::visit(
      [size](const auto& held) -> std::size_t {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>)
          return size;
        else if constexpr (std::is_same_v<Held, RowValues>)
          return held.children.empty() ? size : held.children.front()->size();
        else if constexpr (std::is_same_v<Held, ListValues>)
          return held.offsets.size() - 1;
        else
          return held.size();
      },
      values);
}

/// The children's rows that the rows of a list column cover, in order.
std::vector<uint32_t> element_rows(const ListValues& list, std::span<const uint32_t> rows) {
  std::vector<uint32_t> elements;
  for (const uint32_t row : rows)
    for (uint32_t i = list.offsets[row]; i < list.offsets[row + 1]; ++i) elements.push_back(i);
  return elements;
}

Column::Values taken_values(const Column& column, std::span<const uint32_t> rows) {
  return std::visit(
      [&](const auto& held) -> Column::Values {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return held;
        } else if constexpr (std::is_same_v<Held, RowValues>) {
          RowValues out;
          for (const ColumnPtr& child : held.children) out.children.push_back(take(child, rows));
          return out;
        } else if constexpr (std::is_same_v<Held, ListValues>) {
          ListValues out;
          out.offsets.reserve(rows.size() + 1);
          for (const uint32_t row : rows)
            out.offsets.push_back(out.offsets.back() + held.offsets[row + 1] - held.offsets[row]);
          const std::vector<uint32_t> elements = element_rows(held, rows);
          for (const ColumnPtr& child : held.children) out.children.push_back(take(child, elements));
          return out;
        } else {
          return taken(held, rows);
        }
      },
      column.raw());
}

template <class T>
Column::Values concatenated(std::span<const ColumnPtr> columns, std::size_t size) {
  std::vector<T> out;
  out.reserve(size);
  for (const ColumnPtr& column : columns) {
    const std::span<const T> part = column->values<T>();
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

/// Field `field` of ROW columns, or element column `field` of list columns, one after another.
template <class Nested>
ColumnPtr concatenated_child(std::span<const ColumnPtr> columns, std::size_t field) {
  std::vector<ColumnPtr> parts;
  for (const ColumnPtr& column : columns) parts.push_back(std::get<Nested>(column->raw()).children[field]);
  return concat(parts);
}

Column::Values concatenated_rows(std::span<const ColumnPtr> columns) {
  RowValues out;
  for (std::size_t i = 0; i < columns.front()->type().fields().size(); ++i)
    out.children.push_back(concatenated_child<RowValues>(columns, i));
  return out;
}

Column::Values concatenated_lists(std::span<const ColumnPtr> columns) {
  ListValues out;
  for (std::size_t i = 0; i < columns.front()->type().fields().size(); ++i)
    out.children.push_back(concatenated_child<ListValues>(columns, i));
  for (const ColumnPtr& column : columns) {
    const uint32_t base = out.offsets.back();
    const std::vector<uint32_t>& offsets = column->list_values().offsets;
    for (std::size_t i = 1; i < offsets.size(); ++i) out.offsets.push_back(base + offsets[i]);
  }
  return out;
}

void add_owners(Column::Owners& out, const Column::Owners& more) {
  for (const auto& owner : more)
    if (std::find(out.begin(), out.end(), owner) == out.end()) out.push_back(owner);
}

}  // namespace

Column::Column(DataType type, std::size_t size, Values values, std::vector<uint8_t> valid, Owners owners)
    : type_(std::move(type)),
      size_(size),
      values_(std::move(values)),
      valid_(std::move(valid)),
      owners_(std::move(owners)) {
  AZUD_ASSERT(valid_.empty() || valid_.size() == size_, "a column has one validity byte a row");
  AZUD_ASSERT(length_of(values_, size_) == size_, "a column has one value a row");
}

ColumnPtr Column::constant(const DataType& type, const Value& value, std::size_t size) {
  if (type.kind() == TypeKind::null) return std::make_shared<Column>(type, size, std::monostate());
  ColumnBuilder one(type, 1);
  one.append_value(value);
  const ColumnPtr column = one.finish();
  return size == 1 ? column : take(column, std::vector<uint32_t>(size, 0));
}

Value Column::value(std::size_t row) const {
  AZUD_ASSERT(row < size_, "a column was read past its end");
  if (is_null(row)) return {};
  return std::visit(
      [&](const auto& held) -> Value {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return {};
        } else if constexpr (std::is_same_v<Held, RowValues>) {
          Value::List list;
          for (const ColumnPtr& child : held.children) list.push_back(child->value(row));
          return list;
        } else if constexpr (std::is_same_v<Held, ListValues>) {
          Value::List list;
          for (uint32_t i = held.offsets[row]; i < held.offsets[row + 1]; ++i)
            for (const ColumnPtr& child : held.children) list.push_back(child->value(i));
          return list;
        } else if constexpr (std::is_same_v<Held, std::vector<std::string_view>>) {
          return std::string(held[row]);
        } else if constexpr (std::is_same_v<Held, std::vector<Int128>>) {
          return held[row];
        } else if constexpr (std::is_floating_point_v<typename Held::value_type>) {
          return static_cast<double>(held[row]);
        } else {
          return static_cast<int64_t>(held[row]);
        }
      },
      values_);
}

ColumnPtr take(const ColumnPtr& column, std::span<const uint32_t> rows) {
  std::vector<uint8_t> valid;
  if (column->has_nulls()) {
    valid.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) valid[i] = column->valid()[rows[i]];
  }
  return std::make_shared<Column>(column->type(), rows.size(), taken_values(*column, rows), std::move(valid),
                                  column->owners());
}

ColumnPtr slice(const ColumnPtr& column, std::size_t from, std::size_t count) {
  AZUD_ASSERT(from + count <= column->size(), "a slice ends with its column at the latest");
  if (count == column->size()) return column;
  std::vector<uint32_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = static_cast<uint32_t>(from + i);
  return take(column, rows);
}

ColumnPtr concat(std::span<const ColumnPtr> columns) {
  AZUD_ASSERT(!columns.empty(), "there is something to concatenate");
  if (columns.size() == 1) return columns.front();
  std::size_t size = 0;
  bool nulls = false;
  Column::Owners owners;
  for (const ColumnPtr& column : columns) {
    AZUD_ASSERT(storage_of(column->type().kind()) == storage_of(columns.front()->type().kind()),
                "columns of one storage are concatenated");
    size += column->size();
    nulls |= column->has_nulls();
    add_owners(owners, column->owners());
  }
  std::vector<uint8_t> valid;
  if (nulls) {
    valid.reserve(size);
    for (const ColumnPtr& column : columns) {
      if (column->has_nulls())
        valid.insert(valid.end(), column->valid().begin(), column->valid().end());
      else
        valid.insert(valid.end(), column->size(), 1);
    }
  }
  Column::Values values;
  switch (storage_of(columns.front()->type().kind())) {
    case Storage::i8: values = concatenated<int8_t>(columns, size); break;
    case Storage::i16: values = concatenated<int16_t>(columns, size); break;
    case Storage::i32: values = concatenated<int32_t>(columns, size); break;
    case Storage::i64: values = concatenated<int64_t>(columns, size); break;
    case Storage::f32: values = concatenated<float>(columns, size); break;
    case Storage::f64: values = concatenated<double>(columns, size); break;
    case Storage::i128: values = concatenated<Int128>(columns, size); break;
    case Storage::text: values = concatenated<std::string_view>(columns, size); break;
    case Storage::row: values = concatenated_rows(columns); break;
    case Storage::list: values = concatenated_lists(columns); break;
    case Storage::nothing: break;
  }
  return std::make_shared<Column>(columns.front()->type(), size, std::move(values), std::move(valid),
                                  std::move(owners));
}

std::size_t memory_bytes(const Column& column) {
  const std::size_t values = std::visit(
      [](const auto& held) -> std::size_t {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return 0;
        } else if constexpr (std::is_same_v<Held, RowValues> || std::is_same_v<Held, ListValues>) {
          std::size_t sum = 0;
          for (const ColumnPtr& child : held.children) sum += memory_bytes(*child);
          if constexpr (std::is_same_v<Held, ListValues>) sum += held.offsets.capacity() * sizeof(uint32_t);
          return sum;
        } else {
          return held.capacity() * sizeof(typename Held::value_type);
        }
      },
      column.raw());
  return sizeof(Column) + values + column.valid().size();
}

}  // namespace azud::data
