#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sql/syntax/source.h"

namespace azud::sql::ast {

/// One name as meant: without backticks, case kept.
struct Name {
  std::string text;
  Place place;
};
/// a.b.c
using NamePath = std::vector<Name>;

/// A type as written. `kind` is the capitalised name ("DECIMAL", "TIMESTAMP_LTZ", "ROW", "ARRAY" …).
struct TypeName {
  std::string kind;
  std::vector<int64_t> numbers;         ///< (10, 2)
  std::vector<TypeName> arguments;      ///< ARRAY<t>, MAP<k, v>, the fields of ROW
  std::vector<Name> field_names;        ///< ROW only, one an argument
  std::string from_unit, to_unit = {};  ///< INTERVAL only
  bool not_null = false;
  Place place;
};

}  // namespace azud::sql::ast
