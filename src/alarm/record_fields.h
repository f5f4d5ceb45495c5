#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace azud::alarm {

/// The members of a JSON object as texts: strings bare, numbers as written, null left out.
using Fields = std::map<std::string, std::string, std::less<>>;

/// `invalid` for what is no JSON object.
Result<Fields> read_fields(std::string_view json);

/// `{name}` replaced by the field; an unknown one by nothing; "{{" is a brace.
std::string fill(std::string_view text, const Fields& fields);

/// Epoch milliseconds, or "2024-05-01 00:00:01.76Z" with or without T, fraction and Z (then UTC).
std::optional<TimestampMs> parse_time(std::string_view text);

}  // namespace azud::alarm
