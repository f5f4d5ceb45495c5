#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/type.h"

namespace azud::sql {

/// Whether a column is a time attribute: windows, OVER and temporal joins need one.
enum class TimeAttribute : uint8_t { none, rowtime, proctime };

struct Field {
  std::string name;
  data::DataType type;
  TimeAttribute time = TimeAttribute::none;
  bool operator==(const Field&) const = default;
};
using Schema = std::vector<Field>;

/// Which row kinds an edge of the plan carries.
enum class ChangelogMode : uint8_t {
  insert_only,  ///< +I
  retract,      ///< +I -U +U -D
  upsert,       ///< +I +U -D: -U left out because nobody needs it
};
std::string_view to_string(ChangelogMode mode);

/// How plans are put into words: for people, or so that equal words mean equal things (columns by place, literals with
/// their type).
enum class Wording : uint8_t { names, exact };

}  // namespace azud::sql
