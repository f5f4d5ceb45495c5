#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "data/type.h"
#include "data/value.h"

namespace azud::engine {

/// A value of the type from JSON: numbers and booleans as such, times and everything exact as text, ROW and ARRAY as
/// lists, MAP as a list of pairs.
Result<data::Value> value_of(const nlohmann::json& json, const data::DataType& type);

/// A value from text as Java prints it ("2020-01-01T00:00:01", "1.5", "true", bytes in hex).
Result<data::Value> value_of_text(const std::string& text, const data::DataType& type);

}  // namespace azud::engine
