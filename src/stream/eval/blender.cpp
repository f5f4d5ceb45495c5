#include "stream/eval/node.h"

namespace azud::stream {

Blender::Blender(data::DataType type, std::size_t rows) : type_(std::move(type)), sources_(rows, 0) {
  parts_.push_back(data::Column::nulls(type_, 1));
}

void Blender::add(const Operand& operand, std::span<const uint32_t> rows, bool computed_for_all) {
  if (rows.empty()) return;
  if (operand.column->type().kind() == data::TypeKind::null) {
    for (const uint32_t row : rows) sources_[row] = 0;
    return;
  }
  parts_.push_back(operand.column);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const uint32_t row = rows[i];
    sources_[row] = next_ + (operand.constant ? 0 : computed_for_all ? row : static_cast<uint32_t>(i));
  }
  next_ += static_cast<uint32_t>(operand.column->size());
}

data::ColumnPtr Blender::finish() { return data::take(data::concat(parts_), sources_); }

}  // namespace azud::stream
