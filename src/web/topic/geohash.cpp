#include "web/topic/geohash.h"

namespace azud::web {

std::optional<std::pair<double, double>> geohash_middle(std::string_view hash) {
  static constexpr std::string_view alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
  double west = -180, east = 180, south = -90, north = 90;
  bool longitude = true;
  if (hash.empty()) return std::nullopt;
  for (const char c : hash) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    for (unsigned bit = 16; bit > 0; bit >>= 1) {
      double& low = longitude ? west : south;
      double& high = longitude ? east : north;
      const double middle = (low + high) / 2;
      ((value & bit) != 0 ? low : high) = middle;
      longitude = !longitude;
    }
  }
  return std::pair((south + north) / 2, (west + east) / 2);
}

}  // namespace azud::web
