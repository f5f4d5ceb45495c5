#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace azud::sensor_alarms {

/// Where clients live; position in micro-degrees.
struct Town {
  std::string_view name;
  std::string_view country;
  int32_t calling_code;
  int32_t latitude_e6;
  int32_t longitude_e6;
};

/// Towns of one part of the world, and the share of clients that live there in per cent.
struct TownGroup {
  std::string_view zone;
  int32_t weight;
  std::span<const Town> towns;
};

/// The groups in the order of the draw; their weights add up to 100.
std::span<const TownGroup> town_groups();

}  // namespace azud::sensor_alarms
