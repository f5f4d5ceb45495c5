#include "stream/op/lag_state.h"

#include <cstring>

#include "base/varint.h"

namespace azud::stream {
namespace {

uint32_t bytes_of(data::Storage storage) {
  switch (storage) {
    case data::Storage::i8: return 1;
    case data::Storage::i16: return 2;
    case data::Storage::i32:
    case data::Storage::f32: return 4;
    case data::Storage::i128: return 16;
    case data::Storage::text:
    case data::Storage::row:
    case data::Storage::list: return 4;  // a reference
    default: return 8;
  }
}

/// Values of no fixed width are kept aside; their cell has a reference.
bool is_reference(data::Storage storage) {
  return storage == data::Storage::text || storage == data::Storage::row || storage == data::Storage::list;
}

template <class T>
void append_number(const char* at, data::ColumnBuilder& out) {
  T value;
  std::memcpy(&value, at, sizeof value);
  out.append<T>(value);
}

template <class T>
void store_number(char* at, const data::Column& column, std::size_t row) {
  const T value = column.values<T>()[row];
  std::memcpy(at, &value, sizeof value);
}

}  // namespace

LagState::LagState(const std::vector<Series>& series) {
  for (const Series& one : series) {
    const data::Storage storage = data::storage_of(one.type.kind());
    const uint32_t width = 1 + bytes_of(storage);
    series_.push_back({storage, one.depth, width, static_cast<uint32_t>(stride_)});
    stride_ += std::size_t{width} * one.depth;
    has_text_ |= is_reference(storage);
  }
}

char* LagState::cell(Slot slot, const Layout& layout, uint32_t back) {
  return cells_.data() + slot * stride_ + layout.offset + std::size_t{back - 1} * layout.width;
}
const char* LagState::cell(Slot slot, const Layout& layout, uint32_t back) const {
  return cells_.data() + slot * stride_ + layout.offset + std::size_t{back - 1} * layout.width;
}

LagState::Slot LagState::insert(ByteView key) {
  const auto slot = static_cast<Slot>(keys_.size());
  const ByteView kept = key_arena_.keep(key);
  key_bytes_ += key.size();
  keys_.push_back(kept);
  slots_.emplace(kept, slot);
  cells_.resize(cells_.size() + stride_, static_cast<char>(Cell::absent));
  is_dirty_.push_back(0);
  return slot;
}

LagState::Slot LagState::touch(ByteView key) {
  const auto found = slots_.find(key);
  const bool added = found == slots_.end();
  const Slot slot = added ? insert(key) : found->second;
  if (is_dirty_[slot] == 0) {
    is_dirty_[slot] = 1;
    dirty_.push_back({slot, added ? std::string() : encode(slot)});
  }
  return slot;
}

bool LagState::append(Slot slot, std::size_t series, uint32_t back, data::ColumnBuilder& out) const {
  const Layout& layout = series_[series];
  const char* at = cell(slot, layout, back);
  if (static_cast<Cell>(*at) == Cell::absent) return false;
  if (static_cast<Cell>(*at) == Cell::null) {
    out.append_null();
    return true;
  }
  ++at;
  switch (layout.storage) {
    case data::Storage::i8: append_number<int8_t>(at, out); break;
    case data::Storage::i16: append_number<int16_t>(at, out); break;
    case data::Storage::i32: append_number<int32_t>(at, out); break;
    case data::Storage::i64: append_number<int64_t>(at, out); break;
    case data::Storage::f32: append_number<float>(at, out); break;
    case data::Storage::f64: append_number<double>(at, out); break;
    case data::Storage::i128: append_number<data::Int128>(at, out); break;
    case data::Storage::nothing: out.append_null(); break;
    case data::Storage::text:
    case data::Storage::row:
    case data::Storage::list: {
      uint32_t reference;
      std::memcpy(&reference, at, sizeof reference);
      ByteView bytes = texts_[reference];
      data::take_value(bytes, out);
      break;
    }
  }
  return true;
}

void LagState::store_text(char* at, ByteView text) {
  uint32_t reference = static_cast<uint32_t>(texts_.size());
  if (free_texts_.empty()) {
    texts_.emplace_back(text);
  } else {
    reference = free_texts_.back();
    free_texts_.pop_back();
    texts_[reference] = text;
  }
  text_bytes_ += text.size();
  std::memcpy(at, &reference, sizeof reference);
}

void LagState::release_text(const char* at) {
  uint32_t reference;
  std::memcpy(&reference, at, sizeof reference);
  text_bytes_ -= texts_[reference].size();
  texts_[reference].clear();
  free_texts_.push_back(reference);
}

void LagState::push(Slot slot, std::size_t series, const data::Column& column, std::size_t row) {
  const Layout& layout = series_[series];
  char* newest = cell(slot, layout, 1);
  char* oldest = cell(slot, layout, layout.depth);
  if (is_reference(layout.storage) && static_cast<Cell>(*oldest) == Cell::value) release_text(oldest + 1);
  std::memmove(newest + layout.width, newest, std::size_t{layout.depth - 1} * layout.width);
  std::memset(newest, 0, layout.width);
  if (column.is_null(row)) {
    *newest = static_cast<char>(Cell::null);
    return;
  }
  *newest++ = static_cast<char>(Cell::value);
  switch (layout.storage) {
    case data::Storage::i8: store_number<int8_t>(newest, column, row); break;
    case data::Storage::i16: store_number<int16_t>(newest, column, row); break;
    case data::Storage::i32: store_number<int32_t>(newest, column, row); break;
    case data::Storage::i64: store_number<int64_t>(newest, column, row); break;
    case data::Storage::f32: store_number<float>(newest, column, row); break;
    case data::Storage::f64: store_number<double>(newest, column, row); break;
    case data::Storage::i128: store_number<data::Int128>(newest, column, row); break;
    case data::Storage::nothing: break;
    case data::Storage::text:
    case data::Storage::row:
    case data::Storage::list: {
      std::string bytes;
      data::append_value(bytes, column, row);
      store_text(newest, bytes);
      break;
    }
  }
}

/// The slot as it is; with references in it, texts follow in place of their numbers.
std::string LagState::encode(Slot slot) const {
  std::string bytes(cells_.data() + slot * stride_, stride_);
  if (!has_text_) return bytes;
  for (const Layout& layout : series_) {
    if (!is_reference(layout.storage)) continue;
    for (uint32_t back = 1; back <= layout.depth; ++back) {
      const char* at = cell(slot, layout, back);
      if (static_cast<Cell>(*at) != Cell::value) continue;
      uint32_t reference;
      std::memcpy(&reference, at + 1, sizeof reference);
      std::memset(bytes.data() + (at + 1 - (cells_.data() + slot * stride_)), 0, sizeof reference);
      append_sized(bytes, texts_[reference]);
    }
  }
  return bytes;
}

void LagState::write_slot(StateWriter& writer, char tag, Slot slot, const std::string& bytes) const {
  std::string payload(1, tag);
  append_sized(payload, keys_[slot]);
  payload.append(bytes);
  writer.entry(key_group_of(data::stable_hash(keys_[slot])), payload);
}

void LagState::write_changes(StateWriter& writer, char tag) {
  for (const Dirty& dirty : dirty_) {
    is_dirty_[dirty.slot] = 0;
    if (const std::string now = encode(dirty.slot); now != dirty.before) write_slot(writer, tag, dirty.slot, now);
  }
  dirty_.clear();
}

void LagState::write_all(StateWriter& writer, char tag) {
  for (Slot slot = 0; slot < keys_.size(); ++slot) {
    is_dirty_[slot] = 0;
    write_slot(writer, tag, slot, encode(slot));
  }
  dirty_.clear();
}

Status LagState::read(ByteView payload) {
  ByteView key;
  if (!take_sized(payload, key) || payload.size() < stride_)
    return fail(Code::corrupt, "the values of a key in a job's state break off");
  const auto found = slots_.find(key);
  const Slot slot = found == slots_.end() ? insert(key) : found->second;
  char* cells = cells_.data() + slot * stride_;
  if (has_text_ && found != slots_.end())
    for (const Layout& layout : series_)
      for (uint32_t back = 1; back <= layout.depth; ++back)
        if (const char* at = cell(slot, layout, back);
            is_reference(layout.storage) && static_cast<Cell>(*at) == Cell::value)
          release_text(at + 1);
  std::memcpy(cells, payload.data(), stride_);
  payload.remove_prefix(stride_);
  for (const Layout& layout : series_) {
    if (!is_reference(layout.storage)) continue;
    for (uint32_t back = 1; back <= layout.depth; ++back) {
      char* at = cell(slot, layout, back);
      if (static_cast<Cell>(*at) != Cell::value) continue;
      ByteView text;
      if (!take_sized(payload, text)) return fail(Code::corrupt, "a text in a job's state breaks off");
      store_text(at + 1, text);
    }
  }
  return {};
}

}  // namespace azud::stream
