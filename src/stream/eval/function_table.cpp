#include "stream/eval/function_table.h"

#include "base/assert.h"

namespace azud::stream {

FunctionTable::FunctionTable() {
  add_comparison_functions(*this);
  add_logic_functions(*this);
  add_arithmetic_functions(*this);
  add_math_functions(*this);
  add_cast_functions(*this);
  add_text_functions(*this);
  add_text_search_functions(*this);
  add_pattern_functions(*this);
  add_encoding_functions(*this);
  add_time_functions(*this);
  add_time_text_functions(*this);
  add_collection_functions(*this);
  add_json_functions(*this);
}

const FunctionTable& FunctionTable::instance() {
  static const FunctionTable table;
  return table;
}

const FunctionEntry* FunctionTable::find(sql::Function function) const {
  const auto index = static_cast<std::size_t>(function);
  if (index >= entries_.size()) return nullptr;
  const FunctionEntry& entry = entries_[index];
  return entry.make == nullptr && entry.plain == nullptr ? nullptr : &entry;
}

FunctionEntry& FunctionTable::slot(sql::Function function) {
  const auto index = static_cast<std::size_t>(function);
  if (index >= entries_.size()) entries_.resize(index + 1);
  FunctionEntry& entry = entries_[index];
  AZUD_ASSERT(entry.make == nullptr && entry.plain == nullptr, "a function belongs to one family");
  return entry;
}

void FunctionTable::add(sql::Function function, FunctionEntry::Plain plain, FunctionTraits traits) {
  slot(function) = {.plain = plain, .traits = traits};
}

void FunctionTable::add(sql::Function function, FunctionEntry::Make make, FunctionTraits traits) {
  slot(function) = {.make = make, .traits = traits};
}

}  // namespace azud::stream
