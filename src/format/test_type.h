#pragma once

#include <string_view>

#include "data/type.h"

namespace azud::format {

/// A type from its SQL text ("ROW<a INT, b ARRAY<STRING>>"), for tests. Aborts on text that it does not know.
data::DataType test_type(std::string_view text);

}  // namespace azud::format
