#pragma once

#include <optional>
#include <string_view>
#include <utility>

namespace azud::web {

/// Latitude and longitude of the middle of a geohash's cell; nothing for a text that is none.
std::optional<std::pair<double, double>> geohash_middle(std::string_view hash);

}  // namespace azud::web
