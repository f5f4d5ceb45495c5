#include "systems/sensor-alarms/simulator/zones.h"

#include <gtest/gtest.h>

#include "systems/sensor-alarms/simulator/geohash.h"

namespace azud::sensor_alarms {
namespace {

TEST(Geohash, KnownPlaces) {
  EXPECT_EQ(geohash(57.64911, 10.40744, 11), "u4pruydqqvj");
  EXPECT_EQ(geohash(42.6, -5.6, 5), "ezs42");
  EXPECT_EQ(geohash(0, 0, 7), "s000000");
  EXPECT_EQ(geohash(-90, -180, 3), "000");
  EXPECT_EQ(geohash(90, 180, 3), "zzz");
}

TEST(ZoneTable, TheLongestPrefixWins) {
  const ZoneTable& zones = ZoneTable::built_in();
  EXPECT_EQ(zones.zone_of("u09tvw0"), "CentroEurope");
  EXPECT_EQ(zones.zone_of("u10j4bp"), "UK");
  EXPECT_EQ(zones.zone_of("u4xsudv"), "NorthEurope");
  EXPECT_EQ(zones.zone_of("d2g6dun"), "SouthAmerica");
  EXPECT_EQ(zones.zone_of("dr5regw"), "NorthAmerica");
  EXPECT_EQ(zones.zone_of("xn76urw"), "Other");
  EXPECT_EQ(zones.zone_of(""), "Other");
}

TEST(ZoneTable, ReadsATable) {
  const ZoneTable zones("prefix,zone\na,One\nab,Two\n\nbroken\n");
  EXPECT_EQ(zones.zone_of("abc"), "Two");
  EXPECT_EQ(zones.zone_of("acc"), "One");
  EXPECT_EQ(zones.zone_of("broken"), "Other");
}

}  // namespace
}  // namespace azud::sensor_alarms
