#include "stream/eval/conversion.h"

namespace azud::stream {
namespace {

using data::Column;
using data::ColumnPtr;
using data::DataType;

std::vector<uint8_t> validity(const Column& column) { return {column.valid().begin(), column.valid().end()}; }

Result<std::vector<Conversion>> field_conversions(const DataType& from, const DataType& to, const Zone& zone) {
  std::vector<Conversion> fields;
  for (std::size_t i = 0; i < from.fields().size(); ++i) {
    TRY_ASSIGN(Conversion field, conversion(from.fields()[i].type, to.fields()[i].type, zone));
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace

Result<Conversion> conversion_of_nested(const DataType& from, const DataType& to, const Zone& zone) {
  if (from.kind() != to.kind() || from.fields().size() != to.fields().size()) return Conversion();
  TRY_ASSIGN(const std::vector<Conversion> fields, field_conversions(from, to, zone));
  if (from.kind() == data::TypeKind::row)
    return Conversion([to, fields](const ColumnPtr& column, Misses& misses) -> ColumnPtr {
      data::RowValues values;
      for (std::size_t i = 0; i < fields.size(); ++i)
        values.children.push_back(fields[i](column->row_values().children[i], misses));
      return std::make_shared<Column>(to, column->size(), std::move(values), validity(*column));
    });
  return Conversion([to, fields](const ColumnPtr& column, Misses& misses) -> ColumnPtr {
    data::ListValues values;
    values.offsets = column->list_values().offsets;
    Misses elements{misses.room};
    for (std::size_t i = 0; i < fields.size(); ++i)
      values.children.push_back(fields[i](column->list_values().children[i], elements));
    if (elements.first) {
      const auto& offsets = values.offsets;
      std::size_t row = 0;
      while (row + 1 < column->size() && offsets[row + 1] <= elements.first->row) ++row;
      misses.note(row, elements.first->text);
    }
    return std::make_shared<Column>(to, column->size(), std::move(values), validity(*column));
  });
}

}  // namespace azud::stream
