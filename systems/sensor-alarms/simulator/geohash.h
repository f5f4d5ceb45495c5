#pragma once

#include <string>

namespace azud::sensor_alarms {

/// The base-32 geohash of a position in degrees, `length` characters. Latitude in [-90, 90], longitude in [-180, 180].
std::string geohash(double latitude, double longitude, int length);

}  // namespace azud::sensor_alarms
