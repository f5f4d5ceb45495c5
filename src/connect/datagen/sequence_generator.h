#pragma once

#include <string>

#include "connect/datagen/value_generator.h"

namespace azud::connect {

/// start, start + 1 … end, by row. For numbers and text; a BOOLEAN takes no start and no end.
Result<FieldGenerator> make_sequence_generator(const std::string& prefix, const data::DataType& type,
                                               TableOptions& options);

}  // namespace azud::connect
