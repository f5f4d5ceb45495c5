#pragma once

#include <cstddef>
#include <string>

#include "data/batch.h"

namespace azud::data {

/// "+I[1, abc, null]": the form of Flink's print connector.
std::string to_text(const Batch& batch, std::size_t row);

/// One value as Flink's print connector writes it: timestamps in ISO form, text bare, "null" for NULL, ROW as
/// "+I[…]", ARRAY as "[…]", MAP and MULTISET as "{k=v, …}".
void append_text(std::string& out, const Column& column, std::size_t row);
std::string to_text(const Column& column, std::size_t row);

}  // namespace azud::data
