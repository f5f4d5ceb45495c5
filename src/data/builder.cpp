#include "data/builder.h"

#include <algorithm>

namespace azud::data {
namespace {

constexpr std::size_t chunk_bytes_min = 4096;
constexpr std::size_t chunk_bytes_max = 1 << 20;

Column::Values empty_values(Storage storage, std::size_t expected_rows) {
  const auto reserved = [expected_rows]<class T>(std::vector<T> values) -> Column::Values {
    values.reserve(expected_rows);
    return values;
  };
  switch (storage) {
    case Storage::i8: return reserved(std::vector<int8_t>());
    case Storage::i16: return reserved(std::vector<int16_t>());
    case Storage::i32: return reserved(std::vector<int32_t>());
    case Storage::i64: return reserved(std::vector<int64_t>());
    case Storage::f32: return reserved(std::vector<float>());
    case Storage::f64: return reserved(std::vector<double>());
    case Storage::i128: return reserved(std::vector<Int128>());
    case Storage::text: return reserved(std::vector<std::string_view>());
    case Storage::row: return RowValues();
    case Storage::list: return ListValues();
    case Storage::nothing: break;
  }
  return std::monostate();
}

}  // namespace

void TextArena::grow(std::size_t at_least) {
  const std::size_t doubled = chunks_.empty() ? chunk_bytes_min : std::min(last_size_ * 2, chunk_bytes_max);
  last_size_ = std::max(at_least, doubled);
  chunks_.push_back(std::make_unique_for_overwrite<char[]>(last_size_));
  next_ = chunks_.back().get();
  left_ = last_size_;
}

ColumnBuilder::ColumnBuilder(DataType type, std::size_t expected_rows)
    : type_(std::move(type)), values_(empty_values(storage_of(type_.kind()), expected_rows)) {
  const bool nested = storage_of(type_.kind()) == Storage::row || storage_of(type_.kind()) == Storage::list;
  if (!nested) return;
  for (const FieldType& field : type_.fields())
    children_.push_back(std::make_unique<ColumnBuilder>(field.type, expected_rows));
}

TextArena& ColumnBuilder::arena() {
  if (!arena_) {
    arena_ = std::make_shared<TextArena>();
    owners_.push_back(arena_);
  }
  return *arena_;
}

void ColumnBuilder::append_text(std::string_view text) { append<std::string_view>(arena().keep(text)); }

void ColumnBuilder::append_null() {
  if (type_.kind() != TypeKind::null) {
    if (valid_.empty()) valid_.assign(size_, 1);
    valid_.push_back(0);
  }
  ++size_;
  std::visit(
      [this](auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, RowValues>) {
          for (auto& field : children_) field->append_null();
        } else if constexpr (std::is_same_v<Held, ListValues>) {
          held.offsets.push_back(held.offsets.back());
        } else if constexpr (!std::is_same_v<Held, std::monostate>) {
          held.emplace_back();
        }
      },
      values_);
}

void ColumnBuilder::finish_row() {
  if (auto* list = std::get_if<ListValues>(&values_))
    list->offsets.push_back(static_cast<uint32_t>(children_.front()->size()));
  note_valid();
}

void ColumnBuilder::append_value(const Value& value) {
  if (value.is_null()) return append_null();
  std::visit(
      [&](auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          append_null();
        } else if constexpr (std::is_same_v<Held, RowValues> || std::is_same_v<Held, ListValues>) {
          const Value::List& list = value.as_list();
          AZUD_ASSERT(list.size() % std::max<std::size_t>(children_.size(), 1) == 0, "a value has its type's fields");
          for (std::size_t i = 0; i < list.size(); ++i) children_[i % children_.size()]->append_value(list[i]);
          finish_row();
        } else if constexpr (std::is_same_v<Held, std::vector<std::string_view>>) {
          append_text(value.as_text());
        } else if constexpr (std::is_same_v<Held, std::vector<Int128>>) {
          append<Int128>(value.as_decimal());
        } else if constexpr (std::is_floating_point_v<typename Held::value_type>) {
          append(static_cast<typename Held::value_type>(value.as_double()));
        } else {
          append(static_cast<typename Held::value_type>(value.as_int()));
        }
      },
      values_);
}

void ColumnBuilder::append_from(const Column& column, std::size_t row) {
  if (column.is_null(row)) return append_null();
  std::visit(
      [&](auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          append_null();
        } else if constexpr (std::is_same_v<Held, RowValues>) {
          for (std::size_t i = 0; i < children_.size(); ++i)
            children_[i]->append_from(*column.row_values().children[i], row);
          finish_row();
        } else if constexpr (std::is_same_v<Held, ListValues>) {
          const ListValues& list = column.list_values();
          for (uint32_t at = list.offsets[row]; at < list.offsets[row + 1]; ++at)
            for (std::size_t i = 0; i < children_.size(); ++i) children_[i]->append_from(*list.children[i], at);
          finish_row();
        } else if constexpr (std::is_same_v<Held, std::vector<std::string_view>>) {
          append_text(column.values<std::string_view>()[row]);
        } else {
          append(column.values<typename Held::value_type>()[row]);
        }
      },
      values_);
}

void ColumnBuilder::truncate(std::size_t rows) {
  AZUD_ASSERT(rows <= size_, "truncate only takes away");
  std::visit(
      [&](auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, RowValues>) {
          for (auto& child : children_) child->truncate(rows);
        } else if constexpr (std::is_same_v<Held, ListValues>) {
          held.offsets.resize(rows + 1);
          for (auto& child : children_) child->truncate(held.offsets.back());
        } else if constexpr (!std::is_same_v<Held, std::monostate>) {
          held.resize(rows);
        }
      },
      values_);
  if (!valid_.empty()) valid_.resize(rows);
  size_ = rows;
}

ColumnPtr ColumnBuilder::finish() {
  if (auto* fields = std::get_if<RowValues>(&values_))
    for (auto& child : children_) fields->children.push_back(child->finish());
  if (auto* list = std::get_if<ListValues>(&values_))
    for (auto& child : children_) list->children.push_back(child->finish());
  auto column = std::make_shared<Column>(type_, size_, std::move(values_), std::move(valid_), std::move(owners_));
  values_ = empty_values(storage_of(type_.kind()), size_);
  valid_.clear();
  owners_.clear();
  arena_.reset();
  size_ = 0;
  return column;
}

}  // namespace azud::data
