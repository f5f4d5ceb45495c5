#include "data/row_codec.h"

#include <bit>
#include <cstring>
#include <limits>

#include "base/varint.h"

namespace azud::data {
namespace {

static_assert(std::endian::native == std::endian::little, "fixed-width values are copied as they lie");

template <class T>
T normalized(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (value != value) return std::numeric_limits<T>::quiet_NaN();
    if (value == 0) return 0;
  }
  return value;
}

template <class T>
void append_fixed(std::string& out, T value) {
  const T written = normalized(value);
  out.append(reinterpret_cast<const char*>(&written), sizeof(T));
}

void append_fields(std::string& out, std::span<const ColumnPtr> columns, std::size_t row);

void append_list(std::string& out, const ListValues& list, std::size_t row) {
  append_varint(out, list.offsets[row + 1] - list.offsets[row]);
  for (uint32_t i = list.offsets[row]; i < list.offsets[row + 1]; ++i) append_fields(out, list.children, i);
}

/// The value of a row that is not NULL.
void append_present(std::string& out, const Column& column, std::size_t row) {
  switch (storage_of(column.type().kind())) {
    case Storage::i8: return append_fixed(out, column.values<int8_t>()[row]);
    case Storage::i16: return append_fixed(out, column.values<int16_t>()[row]);
    case Storage::i32: return append_fixed(out, column.values<int32_t>()[row]);
    case Storage::i64: return append_fixed(out, column.values<int64_t>()[row]);
    case Storage::f32: return append_fixed(out, column.values<float>()[row]);
    case Storage::f64: return append_fixed(out, column.values<double>()[row]);
    case Storage::i128: return append_fixed(out, column.values<Int128>()[row]);
    case Storage::text: return append_sized(out, column.values<std::string_view>()[row]);
    case Storage::row: return append_fields(out, column.row_values().children, row);
    case Storage::list: return append_list(out, column.list_values(), row);
    case Storage::nothing: return;
  }
}

bool is_absent(const Column& column, std::size_t row) {
  return column.is_null(row) || column.type().kind() == TypeKind::null;
}

void append_fields(std::string& out, std::span<const ColumnPtr> columns, std::size_t row) {
  const std::size_t bitmap = out.size();
  out.append((columns.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (is_absent(*columns[i], row))
      out[bitmap + i / 8] = static_cast<char>(out[bitmap + i / 8] | (1 << (i % 8)));
    else
      append_present(out, *columns[i], row);
  }
}

bool is_nested(const Column& column) {
  const Storage storage = storage_of(column.type().kind());
  return storage == Storage::row || storage == Storage::list;
}

std::size_t fixed_width(Storage storage) {
  switch (storage) {
    case Storage::i8: return 1;
    case Storage::i16: return 2;
    case Storage::i32:
    case Storage::f32: return 4;
    case Storage::i64:
    case Storage::f64: return 8;
    case Storage::i128: return 16;
    default: return 0;
  }
}

/// Adds the encoded size of each row of the column to `sizes`.
void add_sizes(const Column& column, std::span<uint32_t> sizes) {
  if (column.type().kind() == TypeKind::null) return;
  const auto valid = column.valid();
  if (storage_of(column.type().kind()) == Storage::text) {
    const auto texts = column.values<std::string_view>();
    for (std::size_t i = 0; i < sizes.size(); ++i)
      if (valid.empty() || valid[i] != 0)
        sizes[i] += static_cast<uint32_t>(texts[i].size()) + static_cast<uint32_t>(varint_size(texts[i].size()));
    return;
  }
  const auto width = static_cast<uint32_t>(fixed_width(storage_of(column.type().kind())));
  if (valid.empty()) {
    for (uint32_t& size : sizes) size += width;
  } else {
    for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] += valid[i] != 0 ? width : 0;
  }
}

template <class T>
void write_fixed(const Column& column, char* base, std::span<uint32_t> cursors) {
  const auto values = column.values<T>();
  const auto valid = column.valid();
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    if (!valid.empty() && valid[i] == 0) continue;
    const T value = normalized(values[i]);
    std::memcpy(base + cursors[i], &value, sizeof(T));
    cursors[i] += sizeof(T);
  }
}

void write_text(const Column& column, char* base, std::span<uint32_t> cursors) {
  const auto texts = column.values<std::string_view>();
  const auto valid = column.valid();
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    if (!valid.empty() && valid[i] == 0) continue;
    char* at = base + cursors[i];
    std::size_t length = texts[i].size();
    for (; length >= 0x80; length >>= 7) *at++ = static_cast<char>(length | 0x80);
    *at++ = static_cast<char>(length);
    if (!texts[i].empty()) std::memcpy(at, texts[i].data(), texts[i].size());
    cursors[i] = static_cast<uint32_t>(at - base + static_cast<std::ptrdiff_t>(texts[i].size()));
  }
}

/// Writes the column's value of each row at its cursor and moves that on.
void write_column(const Column& column, char* base, std::span<uint32_t> cursors) {
  switch (storage_of(column.type().kind())) {
    case Storage::i8: return write_fixed<int8_t>(column, base, cursors);
    case Storage::i16: return write_fixed<int16_t>(column, base, cursors);
    case Storage::i32: return write_fixed<int32_t>(column, base, cursors);
    case Storage::i64: return write_fixed<int64_t>(column, base, cursors);
    case Storage::f32: return write_fixed<float>(column, base, cursors);
    case Storage::f64: return write_fixed<double>(column, base, cursors);
    case Storage::i128: return write_fixed<Int128>(column, base, cursors);
    case Storage::text: return write_text(column, base, cursors);
    default: return;
  }
}

template <class T>
bool take_fixed(ByteView& in, ColumnBuilder& builder) {
  if (in.size() < sizeof(T)) return false;
  T value;
  std::memcpy(&value, in.data(), sizeof(T));
  in.remove_prefix(sizeof(T));
  builder.append(value);
  return true;
}

/// NULL flags of the next row, one bit a column.
bool take_bitmap(ByteView& in, std::size_t columns, ByteView& bitmap) {
  const std::size_t size = (columns + 7) / 8;
  if (in.size() < size) return false;
  bitmap = in.substr(0, size);
  in.remove_prefix(size);
  return true;
}

bool take_present(ByteView& in, ColumnBuilder& builder);

bool take_field(ByteView& in, ByteView bitmap, std::size_t i, ColumnBuilder& builder) {
  if ((bitmap[i / 8] >> (i % 8) & 1) == 0) return take_present(in, builder);
  builder.append_null();
  return true;
}

bool take_children(ByteView& in, ColumnBuilder& builder) {
  const std::size_t count = builder.type().fields().size();
  ByteView bitmap;
  if (!take_bitmap(in, count, bitmap)) return false;
  for (std::size_t i = 0; i < count; ++i)
    if (!take_field(in, bitmap, i, builder.child(i))) return false;
  return true;
}

bool take_list(ByteView& in, ColumnBuilder& builder) {
  uint64_t count = 0;
  if (!take_varint(in, count) || count > in.size()) return false;
  for (uint64_t i = 0; i < count; ++i)
    if (!take_children(in, builder)) return false;
  builder.finish_row();
  return true;
}

bool take_text(ByteView& in, ColumnBuilder& builder) {
  ByteView text;
  if (!take_sized(in, text)) return false;
  builder.append_text(text);
  return true;
}

bool take_present(ByteView& in, ColumnBuilder& builder) {
  switch (storage_of(builder.type().kind())) {
    case Storage::i8: return take_fixed<int8_t>(in, builder);
    case Storage::i16: return take_fixed<int16_t>(in, builder);
    case Storage::i32: return take_fixed<int32_t>(in, builder);
    case Storage::i64: return take_fixed<int64_t>(in, builder);
    case Storage::f32: return take_fixed<float>(in, builder);
    case Storage::f64: return take_fixed<double>(in, builder);
    case Storage::i128: return take_fixed<Int128>(in, builder);
    case Storage::text: return take_text(in, builder);
    case Storage::list: return take_list(in, builder);
    case Storage::row:
      if (!take_children(in, builder)) return false;
      builder.finish_row();
      return true;
    case Storage::nothing: return false;
  }
  return false;
}

}  // namespace

void append_row(std::string& out, std::span<const ColumnPtr> columns, std::size_t row) {
  append_fields(out, columns, row);
}

void append_value(std::string& out, const Column& column, std::size_t row) {
  const bool absent = is_absent(column, row);
  out += static_cast<char>(absent ? 1 : 0);
  if (!absent) append_present(out, column, row);
}

void encode_rows(std::span<const ColumnPtr> columns, std::size_t rows, EncodedRows& out) {
  out.offsets.assign(rows + 1, 0);
  out.bytes.clear();
  for (const ColumnPtr& column : columns) {
    if (!is_nested(*column)) continue;
    for (std::size_t row = 0; row < rows; ++row) {
      append_fields(out.bytes, columns, row);
      out.offsets[row + 1] = static_cast<uint32_t>(out.bytes.size());
    }
    return;
  }
  // offsets[row + 1] holds first the size, then the cursor, at last the end of the row.
  const std::span<uint32_t> cursors = std::span(out.offsets).subspan(1);
  const auto bitmap = static_cast<uint32_t>((columns.size() + 7) / 8);
  for (uint32_t& size : cursors) size = bitmap;
  for (const ColumnPtr& column : columns) add_sizes(*column, cursors);
  uint32_t start = 0;
  for (uint32_t& size : cursors) start += std::exchange(size, start + bitmap);
  out.bytes.resize(start);
  char* base = out.bytes.data();
  for (const uint32_t cursor : cursors) std::memset(base + cursor - bitmap, 0, bitmap);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = *columns[i];
    const bool always = column.type().kind() == TypeKind::null;
    if (!always && !column.has_nulls()) continue;
    for (std::size_t row = 0; row < rows; ++row) {
      if (!always && column.valid()[row] != 0) continue;
      char& byte = base[cursors[row] - bitmap + i / 8];
      byte = static_cast<char>(byte | (1 << (i % 8)));
    }
  }
  for (const ColumnPtr& column : columns) write_column(*column, base, cursors);
}

bool take_row(ByteView& in, std::span<ColumnBuilder> builders) {
  ByteView bitmap;
  if (!take_bitmap(in, builders.size(), bitmap)) return false;
  for (std::size_t i = 0; i < builders.size(); ++i)
    if (!take_field(in, bitmap, i, builders[i])) return false;
  return true;
}

bool take_value(ByteView& in, ColumnBuilder& builder) { return take_row(in, {&builder, 1}); }

}  // namespace azud::data
