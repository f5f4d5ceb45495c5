#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/result.h"
#include "data/builder.h"
#include "data/hash.h"
#include "data/row_codec.h"
#include "stream/op/encoded_key_hash.h"
#include "stream/state/state_writer.h"

namespace azud::stream {

/// For each key the last few values of some columns, newest first: what LAG looks back to. A key's values lie in one
/// stretch of memory of equal length for all keys; texts are kept aside and referred to.
class LagState {
 public:
  /// A column that some LAG reads, and how far back.
  struct Series {
    data::DataType type;
    uint32_t depth = 1;
  };
  explicit LagState(const std::vector<Series>& series);

  using Slot = uint32_t;
  /// The key's slot, made empty if it is new. The slot is noted as perhaps changed.
  Slot touch(ByteView key);

  /// Appends the value `back` rows ago (1 = the last one) to `out`, NULL included; false if there was no such row.
  bool append(Slot slot, std::size_t series, uint32_t back, data::ColumnBuilder& out) const;
  /// The value of this row becomes the newest.
  void push(Slot slot, std::size_t series, const data::Column& column, std::size_t row);

  void write_changes(StateWriter& writer, char tag);
  void write_all(StateWriter& writer, char tag);
  Status read(ByteView payload);

  std::size_t size() const { return keys_.size(); }
  uint64_t state_bytes() const { return cells_.size() + key_bytes_ + keys_.size() * sizeof(ByteView) + text_bytes_; }

 private:
  struct Layout {
    data::Storage storage;
    uint32_t depth;
    uint32_t width;   ///< of a cell: one byte that says absent, NULL or value, then the value
    uint32_t offset;  ///< of the series in the slot
  };
  enum class Cell : char { absent, null, value };

  Slot insert(ByteView key);
  char* cell(Slot slot, const Layout& layout, uint32_t back);
  const char* cell(Slot slot, const Layout& layout, uint32_t back) const;
  void store_text(char* at, ByteView text);
  void release_text(const char* at);
  std::string encode(Slot slot) const;
  void write_slot(StateWriter& writer, char tag, Slot slot, const std::string& bytes) const;

  std::vector<Layout> series_;
  std::size_t stride_ = 0;
  bool has_text_ = false;
  std::vector<char> cells_;
  std::vector<ByteView> keys_;
  data::TextArena key_arena_;
  uint64_t key_bytes_ = 0;
  absl::flat_hash_map<ByteView, Slot, EncodedKeyHash> slots_;
  std::vector<std::string> texts_;
  std::vector<uint32_t> free_texts_;
  uint64_t text_bytes_ = 0;

  struct Dirty {
    Slot slot;
    std::string before;  ///< as encoded at the last commit; empty for a new key
  };
  std::vector<Dirty> dirty_;
  std::vector<char> is_dirty_;
};

}  // namespace azud::stream
