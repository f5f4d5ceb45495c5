#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azud::sensor_alarms {

/// Which map a position belongs to, by its geohash: the zone of the longest prefix, `Other` when none matches.
class ZoneTable {
 public:
  /// Reads `prefix,zone` lines below a header line, as in zones.csv. Lines without a comma are passed over.
  explicit ZoneTable(std::string_view csv);

  /// The table of zones.csv as it was built in.
  static const ZoneTable& built_in();

  std::string_view zone_of(std::string_view geohash) const;

 private:
  struct Entry {
    std::string prefix;
    std::string zone;
  };
  std::vector<Entry> entries_;  // longest prefixes first
};

}  // namespace azud::sensor_alarms
