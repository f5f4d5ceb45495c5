#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "web/json.h"

namespace azud::web {

/// Rows of named columns with a key, as last shown; `replace` finds out what changed.
class RowSet {
 public:
  /// `key` is one of `columns`.
  RowSet(std::vector<std::string> columns, std::string_view key);

  /// Appends the members of a delta (`"upsert":[…],"removed":[…],"total":n`) that leads to these rows, in their order;
  /// nothing if they are the rows there are. Each row is an array with a value a column.
  void replace(const std::vector<Json>& rows, std::size_t total, std::string& delta);

  /// `"kind":"rows","columns":[…],"key":n,"rows":[…],"total":n`.
  void write_snapshot(std::string& out) const;

 private:
  std::vector<std::string> columns_;
  std::size_t key_;
  std::vector<std::string> order_;           ///< keys as JSON text
  std::map<std::string, std::string> rows_;  ///< by key
  std::size_t total_ = 0;
};

}  // namespace azud::web
