#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "web/json.h"

namespace azud::web {

/// "{name} {surname}, {city}" with the members of `row` put in; a member that is missing or null leaves nothing.
std::string fill_template(std::string_view text, const Json& row);

/// A record's value as an object of columns; empty if it is not in the format.
Json row_json(ByteView value, bool csv, const std::vector<std::string>& csv_names);

}  // namespace azud::web
