#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/type.h"
#include "format/cell_reader.h"
#include "format/json_options.h"

namespace azud::format {

/// The fields of a JSON object by name, and which of them an object has had so far.
class JsonFields {
 public:
  explicit JsonFields(std::vector<std::string> names);
  JsonFields(const JsonFields&) = delete;
  JsonFields& operator=(const JsonFields&) = delete;

  /// The field's place, or -1. Fastest when fields come in the order of `names`.
  int32_t find(std::string_view name);
  const std::string& name(std::size_t place) const { return names_[place]; }
  std::size_t size() const { return names_.size(); }

  /// An object begins: none of its fields has been seen.
  void begin() { ++object_; }
  /// Notes a field; false if this object has had it before.
  bool note(std::size_t place) {
    const bool first = seen_[place] != object_;
    seen_[place] = object_;
    return first;
  }
  bool seen(std::size_t place) const { return seen_[place] == object_; }

 private:
  const std::vector<std::string> names_;
  std::unordered_map<std::string_view, int32_t> places_;
  std::vector<uint64_t> seen_;  ///< the last object that had the field
  uint64_t object_ = 0;
  std::size_t expected_ = 0;
};

/// A type as the json decoder walks it.
struct JsonType {
  JsonType(const data::DataType& type, const JsonOptions& options);

  data::TypeKind kind;
  std::string sql;  ///< for messages
  CellReader cell;  ///< how a scalar's text is read
  /// ROW: one a field. ARRAY: the element. MAP, MULTISET: the value.
  std::vector<JsonType> children;
  std::unique_ptr<JsonFields> fields;  ///< ROW
};

}  // namespace azud::format
